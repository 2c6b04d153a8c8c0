#pragma once

#include <SQLiteCpp/Database.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "store/sqlite/column_value.h"
#include "support/clock.h"
#include "support/date_time.h"
#include "support/uuid.h"

namespace taskdock::store::sqlite {

/// The values of one row, which are bound one by one, as LentStatement does. Texts and blobs are
/// not copied.
class RowValues {
 public:
  /// The columns c0 to c23.
  static constexpr int max_columns = 24;

  RowValues& bind(const support::Uuid& value);
  RowValues& bind(const std::string& value);
  RowValues& bind(std::string&& value) = delete;
  RowValues& bind(std::int64_t value);
  RowValues& bind(support::Timestamp value);
  RowValues& bind(const support::DateOrTime& value);
  RowValues& bind(const std::vector<std::string>& value);
  template <class Enumeration>
  requires std::is_enum_v<Enumeration> RowValues& bind(Enumeration value) {
    return bind(static_cast<std::int64_t>(value));
  }
  template <class T>
  RowValues& bind(const std::optional<T>& value) {
    return value ? bind(*value) : add({});
  }

  /// The value of a column; null for one that is not bound.
  const ColumnValue& at(std::size_t column) const { return values_[column]; }
  void clear();

 private:
  RowValues& add(const ColumnValue& value);

  std::array<ColumnValue, max_columns> values_;
  std::size_t count_ = 0;
  std::vector<std::string> joined_;  // lists, to which `values_` refers; gone with the next row
};

/// Rows that one statement inserts: INSERT … SELECT c0, c1 FROM taskdock_rows(?), with a RowSource
/// as the parameter. SQLite keeps its place in each B-tree from row to row then, and need not
/// search it anew where the next key comes behind the last.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual std::size_t count() const = 0;
  /// Binds the values of the row. They must last until the statement has ended.
  virtual void bind_row(std::size_t row, RowValues& values) const = 0;
};

/// "c0, c1, …", as many as `count`.
std::string source_columns(int count);

/// Makes the table taskdock_rows known to the connection (sqlite.org/vtab.html). Throws
/// SQLite::Exception.
void add_row_sources(SQLite::Database& database);

/// The type of the pointer that is such a parameter (sqlite.org/bindptr.html).
inline constexpr const char* row_source_type = "taskdock_rows";

}  // namespace taskdock::store::sqlite
