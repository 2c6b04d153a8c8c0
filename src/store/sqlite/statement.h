#pragma once

#include <SQLiteCpp/Database.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "store/sqlite/column_value.h"
#include "store/sqlite/row_source.h"
#include "store/task_query.h"
#include "store/types.h"
#include "support/clock.h"
#include "support/date_time.h"
#include "support/uuid.h"

struct sqlite3_stmt;

namespace taskdock::store::sqlite {

/// A statement borrowed for one execution. It is reset and its bindings are cleared when this ends,
/// since a statement that is not reset keeps its snapshot and blocks checkpoints.
///
/// Parameters are bound in their order, by reference: what is bound must outlive this. Columns are
/// read in their order after a step that returned true, as read_value does. SQLite is called
/// without SQLiteCpp between, which makes an object of each column: a list of tasks reads many.
class LentStatement {
 public:
  explicit LentStatement(sqlite3_stmt* statement) : statement_(statement) {}
  LentStatement(const LentStatement&) = delete;
  LentStatement& operator=(const LentStatement&) = delete;
  ~LentStatement();

  LentStatement& bind(const support::Uuid& value) { return bind(value.bytes); }
  template <std::size_t size>
  LentStatement& bind(const std::array<std::uint8_t, size>& value) {
    return bind_bytes(value);
  }
  LentStatement& bind(const std::string& value);
  LentStatement& bind(std::string&& value) = delete;
  LentStatement& bind(std::int64_t value);
  LentStatement& bind(support::Timestamp value);
  LentStatement& bind(const support::DateOrTime& value);
  /// As one text, separated by commas, which none of them has; null if there are none. Copied.
  LentStatement& bind(const std::vector<std::string>& value);
  /// As its number.
  template <class Enumeration>
  requires std::is_enum_v<Enumeration> LentStatement& bind(Enumeration value) {
    return bind(static_cast<std::int64_t>(value));
  }
  template <class T>
  LentStatement& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind_null();
  }
  LentStatement& bind_null();

  LentStatement& bind(const SortValue& value);
  LentStatement& bind(const RowSource& value);

  /// Whether there is a (further) row. Throws SQLite::Exception.
  bool step();

  /// How many rows the statement, without its triggers, has inserted, changed or deleted; after a
  /// step that returned false.
  std::int64_t changed_rows() const;

  /// How many steps of SQLite's virtual machine the statement has taken since this was asked last
  /// (sqlite.org/c3ref/c_stmtstatus_counter.html); what a virtual table does is none of them.
  std::int64_t take_steps() const;

  support::Uuid uuid() { return column<support::Uuid>(); }
  /// Nothing for null, as an aggregate without rows gives.
  std::optional<support::Uuid> optional_uuid() { return column<std::optional<support::Uuid>>(); }
  template <std::size_t size>
  std::array<std::uint8_t, size> bytes() {
    return column<std::array<std::uint8_t, size>>();
  }
  std::string text() { return column<std::string>(); }
  std::int64_t integer() { return column<std::int64_t>(); }
  support::Timestamp timestamp() { return column<support::Timestamp>(); }
  support::DateOrTime date_or_time() { return column<support::DateOrTime>(); }

  template <class T>
  T column() {
    T value;
    read(value);
    return value;
  }
  template <class T>
  void read(T& to) {
    read_value(next(), to);
  }
  /// The next column, until the next step.
  ColumnValue next();

 private:
  LentStatement& bind_bytes(std::span<const std::uint8_t> value);

  void check(int result) const;
  int next_parameter() { return ++parameter_; }

  sqlite3_stmt* statement_;
  int parameter_ = 0;
  int column_ = 0;
};

/// One statement of one connection, prepared at its first use and kept. Like its connection it
/// belongs to one thread at a time.
class PreparedStatement {
 public:
  /// `sql` must outlive the statement.
  PreparedStatement(SQLite::Database& database, const char* sql) : database_(database), sql_(sql) {}

  /// Throws SQLite::Exception.
  LentStatement lend();

  /// Prepares it now, so that to use it later takes no memory. Throws SQLite::Exception.
  void prepare();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  SQLite::Database& database_;
  const char* sql_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace taskdock::store::sqlite
