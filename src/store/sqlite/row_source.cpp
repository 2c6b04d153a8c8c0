#include "store/sqlite/row_source.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <new>

#include "store/sqlite/column_value.h"

namespace taskdock::store::sqlite {

namespace {

/// The hidden column behind the others, by which SQLite hands over the parameter.
constexpr int source_column = RowSource::max_columns;

struct Cursor : sqlite3_vtab_cursor {
  const RowSource* source = nullptr;
  std::size_t row = 0;
};

Cursor& cursor_of(sqlite3_vtab_cursor* cursor) {
  return static_cast<Cursor&>(*cursor);
}

int connect(sqlite3* database, void* /*data*/, int /*count*/, const char* const* /*arguments*/,
            sqlite3_vtab** table, char** /*error*/) {
  try {
    const std::string declaration =
        "CREATE TABLE x(" + source_columns(RowSource::max_columns) + ", source HIDDEN)";
    if (const int result = sqlite3_declare_vtab(database, declaration.c_str())) return result;
    sqlite3_vtab_config(database, SQLITE_VTAB_DIRECTONLY);
    *table = new sqlite3_vtab();
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
}

int disconnect(sqlite3_vtab* table) {
  delete table;
  return SQLITE_OK;
}

int best_index(sqlite3_vtab* /*table*/, sqlite3_index_info* info) {
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.iColumn != source_column || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ ||
        constraint.usable == 0) {
      continue;
    }
    info->aConstraintUsage[i].argvIndex = 1;
    info->aConstraintUsage[i].omit = 1;
    info->estimatedCost = 1;
    return SQLITE_OK;
  }
  return SQLITE_CONSTRAINT;
}

int open(sqlite3_vtab* /*table*/, sqlite3_vtab_cursor** cursor) {
  *cursor = new (std::nothrow) Cursor();
  return *cursor == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete &cursor_of(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int /*number*/, const char* /*text*/, int /*count*/,
           sqlite3_value** arguments) {
  // Null for whatever is no such pointer: then there are no rows.
  cursor_of(cursor).source =
      static_cast<const RowSource*>(sqlite3_value_pointer(arguments[0], row_source_type));
  cursor_of(cursor).row = 0;
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  ++cursor_of(cursor).row;
  return SQLITE_OK;
}

int is_at_end(sqlite3_vtab_cursor* cursor) {
  const Cursor& place = cursor_of(cursor);
  return place.source == nullptr || place.row >= place.source->count() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
  const Cursor& place = cursor_of(cursor);
  try {
    PickedValue value(context, column);
    place.source->bind_row(place.row, value);
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(cursor_of(cursor).row);
  return SQLITE_OK;
}

// Without a function that creates, the table is there without a CREATE (sqlite.org/vtab.html,
// "Eponymous-only virtual tables").
constexpr sqlite3_module module = [] {
  sqlite3_module functions{};
  functions.xConnect = connect;
  functions.xBestIndex = best_index;
  functions.xDisconnect = disconnect;
  functions.xOpen = open;
  functions.xClose = close;
  functions.xFilter = filter;
  functions.xNext = next;
  functions.xEof = is_at_end;
  functions.xColumn = column;
  functions.xRowid = row_id;
  return functions;
}();

}  // namespace

void PickedValue::give(const support::Uuid& value) {
  sqlite3_result_blob64(context_, value.bytes.data(), value.bytes.size(), SQLITE_STATIC);
}

void PickedValue::give(const std::string& value) {
  sqlite3_result_text64(context_, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void PickedValue::give(std::int64_t value) {
  sqlite3_result_int64(context_, value);
}

void PickedValue::give(support::Timestamp value) {
  give(std::int64_t{value.time_since_epoch().count()});
}

void PickedValue::give(const support::DateOrTime& value) {
  give(encode(value));
}

void PickedValue::give(const std::vector<std::string>& value) {
  if (value.empty()) return;
  const std::string joined = join(value);
  sqlite3_result_text64(context_, joined.data(), joined.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

std::string source_columns(int count) {
  std::string columns;
  for (int i = 0; i < count; ++i) columns += (i == 0 ? "c" : ", c") + std::to_string(i);
  return columns;
}

void add_row_sources(SQLite::Database& database) {
  const int result =
      sqlite3_create_module_v2(database.getHandle(), row_source_type, &module, nullptr, nullptr);
  if (result != SQLITE_OK) throw SQLite::Exception(database.getHandle(), result);
}

}  // namespace taskdock::store::sqlite
