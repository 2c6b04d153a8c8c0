#include "store/sqlite/changed_words.h"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace taskdock::store::sqlite {

namespace {

/// Where words are: columns and offsets.
using Places = std::vector<std::pair<std::size_t, std::size_t>>;
using PlacesOfWords = std::map<std::string_view, Places>;

PlacesOfWords places_in(const RowWords& row) {
  PlacesOfWords places;
  for (std::size_t column = 0; column < row.size(); ++column) {
    for_each_word(row[column], [&](std::string_view word, std::size_t offset) {
      places[word].push_back({column, offset});
    });
  }
  return places;
}

void append(std::string& text, std::string_view word) {
  if (!text.empty()) text += ' ';
  text += word;
}

}  // namespace

void leave_out_what_stays(ChangedWords& words) {
  const PlacesOfWords before = places_in(*words.removed);
  const PlacesOfWords after = places_in(*words.added);
  const auto stays = [&](std::string_view word) {
    const auto old = before.find(word);
    const auto now = after.find(word);
    return old != before.end() && now != after.end() && old->second == now->second;
  };
  RowWords removed;
  RowWords added;
  for (std::size_t column = 0; column < added.size(); ++column) {
    for_each_word((*words.removed)[column], [&](std::string_view word, std::size_t) {
      if (!stays(word)) append(removed[column], word);
    });
    std::size_t left_out = 0;
    for_each_word((*words.added)[column], [&](std::string_view word, std::size_t) {
      if (stays(word)) {
        ++left_out;
        return;
      }
      if (left_out > 0 && !words.first_column_with_filler) words.first_column_with_filler = column;
      for (; left_out > 0; --left_out) append(added[column], filler);
      append(added[column], word);
    });
  }
  if (removed == RowWords{} && added == RowWords{}) {
    words.removed.reset();
    words.added.reset();
    return;
  }
  words.removed = std::move(removed);
  words.added = std::move(added);
}

}  // namespace taskdock::store::sqlite
