#include "store/sqlite/functions.h"

#include <sqlite3.h>

#include <new>
#include <string>
#include <string_view>

#include "support/unicode.h"

namespace taskdock::store::sqlite {

namespace {

void fold(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  const unsigned char* const text = sqlite3_value_text(*arguments);
  if (text == nullptr) return;  // the result is null, as that of SQLite's own functions of texts
  try {
    const std::string key =
        support::fold(std::string_view(reinterpret_cast<const char*>(text),
                                       static_cast<std::size_t>(sqlite3_value_bytes(*arguments))));
    sqlite3_result_text64(context, key.data(), key.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

}  // namespace

void add_functions(SQLite::Database& database) {
  const int result =
      sqlite3_create_function(database.getHandle(), "taskdock_fold", 1,
                              SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, fold, nullptr, nullptr);
  if (result != SQLITE_OK) throw SQLite::Exception(database.getHandle(), result);
}

}  // namespace taskdock::store::sqlite
