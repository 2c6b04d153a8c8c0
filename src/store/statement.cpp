#include "store/statement.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>

#include <cstring>

namespace taskdock::store {

LentStatement::~LentStatement() {
  statement_.tryReset();
  try {
    statement_.clearBindings();
  } catch (const SQLite::Exception&) {
    // sqlite3_clear_bindings always returns SQLITE_OK; SQLiteCpp checks it all the same.
  }
}

LentStatement& LentStatement::bind_bytes(std::span<const std::uint8_t> value) {
  statement_.bindNoCopy(next_parameter(), value.data(), static_cast<int>(value.size()));
  return *this;
}

LentStatement& LentStatement::bind(const std::string& value) {
  statement_.bindNoCopy(next_parameter(), value);
  return *this;
}

LentStatement& LentStatement::bind(const std::optional<std::string>& value) {
  if (!value) return bind_null();
  statement_.bindNoCopy(next_parameter(), *value);
  return *this;
}

LentStatement& LentStatement::bind(std::int64_t value) {
  statement_.bind(next_parameter(), value);
  return *this;
}

LentStatement& LentStatement::bind(support::Timestamp value) {
  return bind(std::int64_t{value.time_since_epoch().count()});
}

LentStatement& LentStatement::bind_null() {
  statement_.bind(next_parameter());
  return *this;
}

bool LentStatement::step() {
  column_ = 0;
  return statement_.executeStep();
}

void LentStatement::copy_bytes(std::span<std::uint8_t> to) {
  std::memcpy(to.data(), statement_.getColumn(column_++).getBlob(), to.size());
}

std::string LentStatement::text() {
  return statement_.getColumn(column_++).getString();
}

std::optional<std::string> LentStatement::optional_text() {
  const SQLite::Column column = statement_.getColumn(column_++);
  if (column.isNull()) return std::nullopt;
  return column.getString();
}

std::int64_t LentStatement::integer() {
  return statement_.getColumn(column_++).getInt64();
}

support::Timestamp LentStatement::timestamp() {
  return support::Timestamp(std::chrono::microseconds(integer()));
}

LentStatement PreparedStatement::lend() {
  if (!statement_) statement_.emplace(database_, sql_);
  return LentStatement(*statement_);
}

}  // namespace taskdock::store
