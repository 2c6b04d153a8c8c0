#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "store/task_query.h"
#include "store/types.h"

struct sqlite3_value;

namespace taskdock::store::sqlite {

/// A value as SQLite has it. A text or blob is not copied: it is SQLite's, and is gone with the
/// row.
struct ColumnValue {
  enum class Type { null, integer, text, blob, other };

  Type type = Type::null;
  std::int64_t integer = 0;
  std::string_view bytes = {};  // of a text or blob
};

/// No other thread may use the value's connection (sqlite.org/c3ref/value.html).
ColumnValue value_of(sqlite3_value* value);

/// Reads what the schema says the value is. A value that is of another type, a blob of another
/// length, or a time outside the years 1 to 9999 throws SQLite::Exception, with SQLITE_CORRUPT.
void read_value(const ColumnValue& value, std::span<std::uint8_t> to);
void read_value(const ColumnValue& value, std::string& to);
void read_value(const ColumnValue& value, std::int64_t& to);
void read_value(const ColumnValue& value, support::Timestamp& to);
void read_value(const ColumnValue& value, support::DateOrTime& to);
/// A null, or a text with commas between.
void read_value(const ColumnValue& value, std::vector<std::string>& to);
void read_value(const ColumnValue& value, SortValue& to);
inline void read_value(const ColumnValue& value, support::Uuid& to) {
  read_value(value, std::span(to.bytes));
}
template <std::size_t size>
void read_value(const ColumnValue& value, std::array<std::uint8_t, size>& to) {
  read_value(value, std::span<std::uint8_t>(to));
}
std::int64_t read_place_among(std::int64_t count, const ColumnValue& value);
template <class Enumeration>
requires std::is_enum_v<Enumeration>
void read_value(const ColumnValue& value, Enumeration& to) {
  to = static_cast<Enumeration>(read_place_among(value_count<Enumeration>, value));
}
template <class T>
void read_value(const ColumnValue& value, std::optional<T>& to) {
  to.reset();
  if (value.type != ColumnValue::Type::null) read_value(value, to.emplace());
}

/// A list as the text that is read as above; none of its parts has a comma.
std::string join(const std::vector<std::string>& value);
/// A date or time as one integer, which sorts by the time that it names and keeps the form.
std::int64_t encode(const support::DateOrTime& value);
/// Every date or time of this time, or of a later one, is kept as this number or a larger one, and
/// every earlier one as a smaller one.
std::int64_t earliest_encoded(std::chrono::microseconds time);

/// Several values as one blob, and these values again, in their order: to have one column where
/// there are often none of them is faster than to have many. Only for what is read at once; what is
/// kept in the database has columns of its own.
std::string pack(std::span<sqlite3_value*> values);

class PackedValues {
 public:
  explicit PackedValues(std::string_view packed) : rest_(packed) {}

  ColumnValue next();

 private:
  std::string_view take(std::size_t size);

  std::string_view rest_;
};

}  // namespace taskdock::store::sqlite
