#include "store/sqlite/column_value.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>
#include <variant>

namespace taskdock::store::sqlite {

namespace {

using Type = ColumnValue::Type;

/// The schema keeps such a value out: only a damaged database has it.
[[noreturn]] void throw_damaged() {
  throw SQLite::Exception("a value has another form than the schema says", SQLITE_CORRUPT);
}

support::Timestamp checked(std::chrono::microseconds time) {
  const support::Timestamp moment(time);
  if (moment < support::first_moment || moment >= support::end_of_time) throw_damaged();
  return moment;
}

// A date or time is four times the microseconds since 1970-01-01, plus the place of the form in the
// variant. Shifts and masks round down, for times before 1970 as well.
constexpr int form_bits = 2;
constexpr std::int64_t form_mask = (1 << form_bits) - 1;

support::DateOrTime decode(std::int64_t encoded) {
  const std::chrono::microseconds time =
      checked(std::chrono::microseconds(encoded >> form_bits)).time_since_epoch();
  switch (encoded & form_mask) {
    case 0:
      return support::Date(std::chrono::floor<std::chrono::days>(time));
    case 1:
      return support::LocalTime(std::chrono::floor<std::chrono::seconds>(time));
    case 2:
      return support::Timestamp(time);
    default:
      throw_damaged();
  }
}

template <class Number>
void append_bytes(std::string& out, Number number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

template <class Number>
Number number_of(std::string_view bytes) {
  Number number;
  std::memcpy(&number, bytes.data(), sizeof(number));
  return number;
}

}  // namespace

ColumnValue value_of(sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
      return {};
    case SQLITE_INTEGER:
      return {Type::integer, sqlite3_value_int64(value)};
    case SQLITE_FLOAT:
      return {Type::other};
    default:
      break;
  }
  const Type type = sqlite3_value_type(value) == SQLITE_TEXT ? Type::text : Type::blob;
  // As a blob a text is where the page has it; as a text SQLite would copy it first, to end it with
  // a NUL. It is UTF-8 either way, the encoding of the database.
  const void* const bytes = sqlite3_value_blob(value);
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  return {type, 0, {static_cast<const char*>(bytes), size}};
}

void read_value(const ColumnValue& value, std::span<std::uint8_t> to) {
  if (value.type != Type::blob || value.bytes.size() != to.size()) throw_damaged();
  std::memcpy(to.data(), value.bytes.data(), to.size());
}

void read_value(const ColumnValue& value, std::string& to) {
  if (value.type != Type::text) throw_damaged();
  to = std::string(value.bytes);
}

void read_value(const ColumnValue& value, std::int64_t& to) {
  if (value.type != Type::integer) throw_damaged();
  to = value.integer;
}

void read_value(const ColumnValue& value, support::Timestamp& to) {
  std::int64_t microseconds = 0;
  read_value(value, microseconds);
  to = checked(std::chrono::microseconds(microseconds));
}

void read_value(const ColumnValue& value, support::DateOrTime& to) {
  std::int64_t encoded = 0;
  read_value(value, encoded);
  to = decode(encoded);
}

void read_value(const ColumnValue& value, std::vector<std::string>& to) {
  to.clear();
  if (value.type == Type::null) return;
  if (value.type != Type::text) throw_damaged();
  const std::string_view joined = value.bytes;
  for (std::size_t start = 0; start <= joined.size();) {
    const std::size_t end = std::min(joined.find(',', start), joined.size());
    to.emplace_back(joined.substr(start, end - start));
    start = end + 1;
  }
}

void read_value(const ColumnValue& value, SortValue& to) {
  if (value.type == Type::null) {
    to = std::monostate();
  } else if (value.type == Type::integer) {
    to = value.integer;
  } else {
    read_value(value, to.emplace<std::string>());
  }
}

std::int64_t read_place_among(std::int64_t count, const ColumnValue& value) {
  std::int64_t place = 0;
  read_value(value, place);
  if (place < 0 || place >= count) throw_damaged();
  return place;
}

std::string join(const std::vector<std::string>& value) {
  std::string joined;
  for (const std::string& part : value) joined.append(joined.empty() ? "" : ",").append(part);
  return joined;
}

std::int64_t encode(const support::DateOrTime& value) {
  const std::chrono::microseconds time = std::visit(
      [](auto point) { return std::chrono::microseconds(point.time_since_epoch()); }, value);
  return earliest_encoded(time) | static_cast<std::int64_t>(value.index());
}

std::int64_t earliest_encoded(std::chrono::microseconds time) {
  return std::int64_t{time.count()} << form_bits;
}

std::string pack(std::span<sqlite3_value*> values) {
  std::string packed;
  packed.reserve(128);
  for (sqlite3_value* const each : values) {
    const ColumnValue value = value_of(each);
    packed += static_cast<char>(value.type);
    if (value.type == Type::integer) {
      append_bytes(packed, value.integer);
    } else if (value.type == Type::text || value.type == Type::blob) {
      append_bytes(packed, static_cast<std::uint32_t>(value.bytes.size()));
      packed += value.bytes;
    }
  }
  return packed;
}

ColumnValue PackedValues::next() {
  ColumnValue value{static_cast<Type>(take(1)[0])};
  if (value.type == Type::integer) {
    value.integer = number_of<std::int64_t>(take(sizeof(std::int64_t)));
  } else if (value.type == Type::text || value.type == Type::blob) {
    value.bytes = take(number_of<std::uint32_t>(take(sizeof(std::uint32_t))));
  }
  return value;
}

std::string_view PackedValues::take(std::size_t size) {
  if (rest_.size() < size) throw_damaged();
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

}  // namespace taskdock::store::sqlite
