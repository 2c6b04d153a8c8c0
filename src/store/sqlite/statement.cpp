#include "store/sqlite/statement.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <variant>

namespace taskdock::store::sqlite {

LentStatement::~LentStatement() {
  // It returns the error that the last step has reported already.
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void LentStatement::check(int result) const {
  if (result != SQLITE_OK) throw SQLite::Exception(sqlite3_db_handle(statement_), result);
}

LentStatement& LentStatement::bind_bytes(std::span<const std::uint8_t> value) {
  check(sqlite3_bind_blob(statement_, next_parameter(), value.data(),
                          static_cast<int>(value.size()), SQLITE_STATIC));
  return *this;
}

LentStatement& LentStatement::bind(const std::string& value) {
  check(sqlite3_bind_text(statement_, next_parameter(), value.data(),
                          static_cast<int>(value.size()), SQLITE_STATIC));
  return *this;
}

LentStatement& LentStatement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, next_parameter(), value));
  return *this;
}

LentStatement& LentStatement::bind(support::Timestamp value) {
  return bind(std::int64_t{value.time_since_epoch().count()});
}

LentStatement& LentStatement::bind(const support::DateOrTime& value) {
  return bind(encode(value));
}

LentStatement& LentStatement::bind(const std::vector<std::string>& value) {
  if (value.empty()) return bind_null();
  const std::string joined = join(value);
  check(sqlite3_bind_text(statement_, next_parameter(), joined.data(),
                          static_cast<int>(joined.size()), SQLITE_TRANSIENT));
  return *this;
}

LentStatement& LentStatement::bind(const RowSource& value) {
  // A parameter is a pointer to what is not const; the table only reads it.
  check(sqlite3_bind_pointer(statement_, next_parameter(), const_cast<RowSource*>(&value),
                             row_source_type, nullptr));
  return *this;
}

LentStatement& LentStatement::bind(const SortValue& value) {
  if (const auto* const text = std::get_if<std::string>(&value)) return bind(*text);
  if (const auto* const integer = std::get_if<std::int64_t>(&value)) return bind(*integer);
  return bind_null();
}

LentStatement& LentStatement::bind_null() {
  check(sqlite3_bind_null(statement_, next_parameter()));
  return *this;
}

bool LentStatement::step() {
  column_ = 0;
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) check(result);
  return false;
}

std::int64_t LentStatement::changed_rows() const {
  return sqlite3_changes64(sqlite3_db_handle(statement_));
}

std::int64_t LentStatement::take_steps() const {
  return sqlite3_stmt_status(statement_, SQLITE_STMTSTATUS_VM_STEP, 1);
}

ColumnValue LentStatement::next() {
  // Faster than to find the column for each call.
  return value_of(sqlite3_column_value(statement_, column_++));
}

void PreparedStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void PreparedStatement::prepare() {
  if (statement_) return;
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(database_.getHandle(), sql_, -1, SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
  if (result != SQLITE_OK) throw SQLite::Exception(database_.getHandle(), result);
  statement_.reset(statement);
}

LentStatement PreparedStatement::lend() {
  if (!statement_) prepare();
  return LentStatement(statement_.get());
}

}  // namespace taskdock::store::sqlite
