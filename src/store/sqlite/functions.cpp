#include "store/sqlite/functions.h"

#include <sqlite3.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/sqlite/column_value.h"
#include "store/sqlite/word_index.h"
#include "support/unicode.h"
#include "support/words.h"

namespace taskdock::store::sqlite {

namespace {

std::string_view text_of(sqlite3_value* value) {
  const unsigned char* const text = sqlite3_value_text(value);
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

support::Uuid uuid_of(sqlite3_value* value) {
  support::Uuid id;
  const void* const bytes = sqlite3_value_blob(value);
  if (std::cmp_equal(sqlite3_value_bytes(value), id.bytes.size())) {
    std::memcpy(id.bytes.data(), bytes, id.bytes.size());
  }
  return id;
}

/// The result of a function becomes what `make` returns for the text that is its last argument;
/// null if that is null, as the results of SQLite's own functions of texts are.
template <class Make>
void return_text(sqlite3_context* context, sqlite3_value* argument, Make make) {
  if (sqlite3_value_type(argument) == SQLITE_NULL) return;
  try {
    const std::string text = make(text_of(argument));
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

void pack_values(sqlite3_context* context, int count, sqlite3_value** arguments) {
  try {
    const std::string packed = pack({arguments, static_cast<std::size_t>(count)});
    sqlite3_result_blob64(context, packed.data(), packed.size(), SQLITE_TRANSIENT);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

void fold(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  return_text(context, arguments[0], [](std::string_view text) { return support::fold(text); });
}

void first_search_id(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  sqlite3_result_int64(context, WordIndex::first_number(uuid_of(arguments[0])));
}

/// What stood before each word up to version 10: the owner's id, as 26 letters and digits. A
/// database can stay at such a version when a later step of its migration fails.
std::string prefix_of_id(const support::Uuid& owner) {
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";
  std::string prefix;
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : owner.bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 5; count -= 5) prefix += digits[bits >> (count - 5) & 31];
  }
  return prefix + digits[bits << (5 - count) & 31];
}

void index_words(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  return_text(context, arguments[1], [&](std::string_view text) {
    if (sqlite3_value_type(arguments[0]) == SQLITE_BLOB) {
      std::string words;
      support::append_words(words, prefix_of_id(uuid_of(arguments[0])), text);
      return words;
    }
    return WordIndex::indexed(UserNumber{sqlite3_value_int64(arguments[0])}, text);
  });
}

void index_tag_words(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  return_text(context, arguments[1], [&](std::string_view text) {
    std::vector<std::string> tags;
    read_value(ColumnValue{.type = ColumnValue::Type::text, .bytes = text}, tags);
    return WordIndex::indexed_tags(UserNumber{sqlite3_value_int64(arguments[0])}, tags);
  });
}

using Function = void (*)(sqlite3_context*, int, sqlite3_value**);

void add_function(SQLite::Database& database, const char* name, int arguments, Function function) {
  const int result = sqlite3_create_function(database.getHandle(), name, arguments,
                                             SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                             nullptr, function, nullptr, nullptr);
  if (result != SQLITE_OK) throw SQLite::Exception(database.getHandle(), result);
}

}  // namespace

void add_functions(SQLite::Database& database) {
  add_function(database, "taskdock_fold", 1, fold);
  add_function(database, "taskdock_search_id", 1, first_search_id);
  add_function(database, "taskdock_words", 2, index_words);
  add_function(database, "taskdock_tag_words", 2, index_tag_words);
  constexpr int any_count = -1;
  add_function(database, "taskdock_pack", any_count, pack_values);
}

}  // namespace taskdock::store::sqlite
