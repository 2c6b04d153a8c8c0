#pragma once

#include <SQLiteCpp/Database.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "support/clock.h"
#include "support/date_time.h"
#include "support/uuid.h"

struct sqlite3_context;

namespace taskdock::store::sqlite {

/// Takes the values of a row one by one, as LentStatement does, and gives SQLite the one of one
/// column. Texts and blobs are not copied.
class PickedValue {
 public:
  /// `column` counts from zero.
  PickedValue(sqlite3_context* context, int column) : context_(context), left_(column) {}

  template <class T>
  PickedValue& bind(const T& value) {
    if (left_-- == 0) give(value);
    return *this;
  }

 private:
  void give(const support::Uuid& value);
  void give(const std::string& value);
  void give(std::int64_t value);
  void give(support::Timestamp value);
  void give(const support::DateOrTime& value);
  void give(const std::vector<std::string>& value);
  template <class Enumeration>
  requires std::is_enum_v<Enumeration>
  void give(Enumeration value) { give(static_cast<std::int64_t>(value)); }
  template <class T>
  void give(const std::optional<T>& value) {
    if (value) give(*value);  // the result of a column is null at first
  }

  sqlite3_context* context_;
  int left_;
};

/// Rows that one statement inserts: INSERT … SELECT c0, c1 FROM taskdock_rows(?), with a RowSource
/// as the parameter. SQLite keeps its place in each B-tree from row to row then, and need not
/// search it anew where the next key comes behind the last.
class RowSource {
 public:
  /// The columns c0 to c23.
  static constexpr int max_columns = 24;

  virtual ~RowSource() = default;
  virtual std::size_t count() const = 0;
  /// Binds the values of the row to `value`. They must last until the statement has ended.
  virtual void bind_row(std::size_t row, PickedValue& value) const = 0;
};

/// "c0, c1, …", as many as `count`.
std::string source_columns(int count);

/// Makes the table taskdock_rows known to the connection (sqlite.org/vtab.html). Throws
/// SQLite::Exception.
void add_row_sources(SQLite::Database& database);

/// The type of the pointer that is such a parameter (sqlite.org/bindptr.html).
inline constexpr const char* row_source_type = "taskdock_rows";

}  // namespace taskdock::store::sqlite
