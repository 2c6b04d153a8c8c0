#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace taskdock::store::sqlite {

/// The words of a row of the search index, which word_index.h describes: those of each of its
/// columns, separated by spaces.
using RowWords = std::array<std::string, 3>;

/// Calls `visit` with each word of such a text, and its offset among the words.
template <class Visit>
void for_each_word(std::string_view text, Visit visit) {
  for (std::size_t offset = 0; !text.empty(); ++offset) {
    const std::size_t end = std::min(text.find(' '), text.size());
    visit(text.substr(0, end), offset);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// What a change makes of a row of the search index: which words are taken out, and then put in.
struct ChangedWords {
  std::int64_t number;
  std::optional<RowWords> removed = {};
  std::optional<RowWords> added = {};
  // Of the columns in which `added` has fillers. One is enough to take them out: a word is taken
  // out of its whole row.
  std::optional<std::size_t> first_column_with_filler = {};
};

/// A word that stands in the place of another, so that those behind it get the right places. It has
/// no owner's prefix, so that it is nobody's, and is removed in the same transaction.
inline constexpr const char* filler = "\U0010ffff";

/// Reduces both, which must be there, to the words that the change moves, adds or removes, and to
/// nothing where there are none; what stands where it stood is not written again. To take a word
/// out costs a search in each part of the index, and a page is written: a change of a title should
/// not pay for the words of a long description. A word can be taken out of its whole row only, so
/// one that stays in some places and not in others is rewritten.
///
/// FTS5 adds up how many words a column has, and takes a sum below zero for damage. What this
/// leaves out makes the sum larger than the number of words, never smaller.
void leave_out_what_stays(ChangedWords& words);

}  // namespace taskdock::store::sqlite
