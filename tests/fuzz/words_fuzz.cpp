// The search by words. Every text in UTF-8 is a search, within its limits; what it is split into
// are words, in the one form that texts are compared in; and each word of a text finds it.
#include <algorithm>
#include <string>

#include "property.h"
#include "support/text.h"
#include "support/unicode.h"
#include "support/words.h"

using taskdock::fuzz::require;

namespace support = taskdock::support;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = taskdock::fuzz::as_text(data, size);
  if (!support::is_utf8(text)) return 0;

  const std::string key = support::fold(text);
  require(support::is_utf8(key), "the key of a text is a text");
  require(support::fold(key) == key, "the key of a key is itself");

  const std::vector<std::string> words = support::find_words(text);
  for (const std::string& word : words) {
    require(!word.empty() && support::is_utf8(word), "a word is a text");
    require(support::code_points(word) <= support::max_word_length, "a word is not too long");
    require(support::fold(word) == word, "a word is folded");
  }

  std::size_t count = 0;
  const std::vector<support::SearchTerm> terms = support::parse_search(text);
  for (const support::SearchTerm& term : terms) {
    require(!term.words.empty(), "a term has words");
    count += term.words.size();
  }
  require(terms.size() <= support::max_search_terms, "a search has not too many terms");
  require(count <= support::max_searched_words, "a search has not too many words");
  require(terms.empty() == words.empty(), "a text with words is a search with words");
  return 0;
}
