#include "store/sqlite/row_source.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <algorithm>
#include <new>
#include <string_view>
#include <utility>

namespace taskdock::store::sqlite {

namespace {

/// The hidden column behind the others, by which SQLite hands over the parameter.
constexpr int source_column = RowValues::max_columns;

struct Cursor : sqlite3_vtab_cursor {
  bool is_at_end() const { return source == nullptr || row >= source->count(); }

  const RowSource* source = nullptr;
  std::size_t row = 0;
  RowValues values;  // of that row
};

Cursor& cursor_of(sqlite3_vtab_cursor* cursor) {
  return static_cast<Cursor&>(*cursor);
}

int connect(sqlite3* database, void* /*data*/, int /*count*/, const char* const* /*arguments*/,
            sqlite3_vtab** table, char** /*error*/) {
  try {
    const std::string declaration =
        "CREATE TABLE x(" + source_columns(RowValues::max_columns) + ", source HIDDEN)";
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

/// Reads the row at the cursor, if it is not at the end.
int read_row(Cursor& place) {
  try {
    place.values.clear();
    if (!place.is_at_end()) place.source->bind_row(place.row, place.values);
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
}

int filter(sqlite3_vtab_cursor* cursor, int /*number*/, const char* /*text*/, int /*count*/,
           sqlite3_value** arguments) {
  Cursor& place = cursor_of(cursor);
  // Null for whatever is no such pointer: then there are no rows.
  place.source =
      static_cast<const RowSource*>(sqlite3_value_pointer(arguments[0], row_source_type));
  place.row = 0;
  return read_row(place);
}

int next(sqlite3_vtab_cursor* cursor) {
  Cursor& place = cursor_of(cursor);
  ++place.row;
  return read_row(place);
}

int is_at_end(sqlite3_vtab_cursor* cursor) {
  return cursor_of(cursor).is_at_end() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
  // The hidden one is asked for by nobody.
  if (column >= RowValues::max_columns) return SQLITE_OK;
  const ColumnValue& value = cursor_of(cursor).values.at(static_cast<std::size_t>(column));
  const std::string_view bytes = value.bytes;
  switch (value.type) {
    case ColumnValue::Type::integer:
      sqlite3_result_int64(context, value.integer);
      break;
    case ColumnValue::Type::text:
      sqlite3_result_text64(context, bytes.data(), bytes.size(), SQLITE_STATIC, SQLITE_UTF8);
      break;
    case ColumnValue::Type::blob:
      sqlite3_result_blob64(context, bytes.data(), bytes.size(), SQLITE_STATIC);
      break;
    default:
      break;  // the result of a column is null at first
  }
  return SQLITE_OK;
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

RowValues& RowValues::add(const ColumnValue& value) {
  values_.at(count_++) = value;
  return *this;
}

void RowValues::clear() {
  std::fill_n(values_.begin(), std::exchange(count_, 0), ColumnValue());
  joined_.clear();
}

RowValues& RowValues::bind(const support::Uuid& value) {
  const auto* const bytes = reinterpret_cast<const char*>(value.bytes.data());
  return add({.type = ColumnValue::Type::blob, .bytes = {bytes, value.bytes.size()}});
}

RowValues& RowValues::bind(const std::string& value) {
  return add({.type = ColumnValue::Type::text, .bytes = value});
}

RowValues& RowValues::bind(std::int64_t value) {
  return add({.type = ColumnValue::Type::integer, .integer = value});
}

RowValues& RowValues::bind(support::Timestamp value) {
  return bind(std::int64_t{value.time_since_epoch().count()});
}

RowValues& RowValues::bind(const support::DateOrTime& value) {
  return bind(encode(value));
}

RowValues& RowValues::bind(const std::vector<std::string>& value) {
  if (value.empty()) return add({});
  joined_.reserve(max_columns);  // so that none is moved
  return bind(joined_.emplace_back(join(value)));
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
