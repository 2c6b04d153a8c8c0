#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace taskdock::support {

/// The key of `text` under which all texts are the same that differ only in upper and lower case or
/// in Unicode normal form: a canonical caseless match (Unicode, 3.13, D145), with full case folding
/// that depends on no language, in the normal form NFC (UAX #15). So "STRASSE" and "Straße" have
/// one key, "I" and "ı" have two. Compatibility variants, such as "ﬁ" and "fi" in a font or a
/// digit in a circle, stay apart unless case folding joins them. The key of a key is itself.
///
/// `text` must be valid UTF-8, and so is the key, of at most three times as many code points. Takes
/// time n log n. Its tables are those of Unicode 14: characters that are newer stay as they are.
std::string fold(std::string_view text);

using CodePoints = std::vector<std::int32_t>;

/// Like fold, and without regard to compatibility variants either, so that "ﬁ" is "fi" and a wide A
/// is an a (Unicode, 3.13, D146); but decomposed (NFKD), with each mark behind its letter. What is
/// invisible, such as a soft hyphen, is left out (Default_Ignorable_Code_Point).
CodePoints fold_widely(std::string_view text);

/// Whether `text` is ASCII alone, in which nothing is a mark or can be joined.
bool is_ascii(std::string_view text);

/// Joins letters and marks where there is a code point for both (NFC), in place. `points` must be
/// in canonical order, as those of fold_widely are, also when some are left out.
void compose(CodePoints& points);

/// Appends `point`, which must be a code point, as UTF-8.
void append_utf8(std::string& out, std::int32_t point);

/// What texts are made of, by Unicode's General_Category.
enum class PointKind { letter_or_number, mark, symbol, modifier_symbol, other };
PointKind kind_of(std::int32_t point);

}  // namespace taskdock::support
