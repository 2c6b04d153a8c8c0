#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Search by words: which words a text has, and which ones somebody asks for. Both are without
/// regard to upper and lower case, normal form, compatibility variants and the diacritics of the
/// Latin, Greek, Cyrillic, Hebrew and Arabic scripts.
namespace taskdock::support {

/// A longer word is kept, and searched, by this many of its code points.
inline constexpr std::size_t max_word_length = 100;

/// The words by which `text` is found, in their order. Words are runs of letters, digits and marks.
/// A run in a script that is written without spaces between words (such as Han, Kana and Thai), or
/// of emoji, becomes one word for each two characters that follow each other, and one for the last
/// alone: "牛乳を" is found by "牛乳", "乳を" and "を". So each substring of it is a beginning of a
/// word, or words that follow each other. Each word is valid UTF-8, of lower-case letters and
/// digits where it is ASCII. `text` must be valid UTF-8.
std::vector<std::string> find_words(std::string_view text);

/// Appends these words to `out`, each with `prefix` before it; between two words, and after what
/// `out` had before, stands a space.
void append_words(std::string& out, std::string_view prefix, std::string_view text);

/// Words that must follow each other in what is found.
struct SearchTerm {
  std::vector<std::string> words;  // never empty
  bool ends_with_prefix = false;   // of the last one the beginning is enough

  bool operator==(const SearchTerm& other) const = default;
};

inline constexpr std::size_t max_search_terms = 16;
inline constexpr std::size_t max_searched_words = 64;  // of all terms together

/// What somebody who types `typed`, which must be valid UTF-8, searches for: what has all of the
/// terms is found. Each word of it is the beginning of a word; what is between two quotation marks
/// (straight, curly or angle ones) are whole words that follow each other. A mark without a second
/// one means nothing, and neither does anything else. Without words there are no terms. Words
/// beyond the limits above are ignored.
std::vector<SearchTerm> parse_search(std::string_view typed);

}  // namespace taskdock::support
