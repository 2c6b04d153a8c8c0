#pragma once

#include <string>
#include <string_view>

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

}  // namespace taskdock::support
