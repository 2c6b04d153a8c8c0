#include "store/sqlite/statement.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>
#include <variant>

namespace taskdock::store::sqlite {

namespace {

// What has a text in RFC 3339: the years 1 to 9999.
constexpr support::Timestamp first_moment{
    std::chrono::sys_days(std::chrono::January / 1 / std::chrono::year(1))};
constexpr support::Timestamp end_of_time{
    std::chrono::sys_days(std::chrono::January / 1 / std::chrono::year(10'000))};

/// The schema keeps such a value out: only a damaged database has it.
[[noreturn]] void throw_damaged() {
  throw SQLite::Exception("a value has another form than the schema says", SQLITE_CORRUPT);
}

// A date or time is one integer, which sorts by the time that it names and keeps the form in its
// two lowest bits: four times the microseconds since 1970-01-01, plus the place of the form in the
// variant. Shifts and masks round down, for times before 1970 as well.
constexpr int form_bits = 2;
constexpr std::int64_t form_mask = (1 << form_bits) - 1;

std::int64_t encode(const support::DateOrTime& value) {
  const std::chrono::microseconds time = std::visit(
      [](auto point) { return std::chrono::microseconds(point.time_since_epoch()); }, value);
  return earliest_encoded(time) | static_cast<std::int64_t>(value.index());
}

support::Timestamp checked(std::chrono::microseconds time) {
  const support::Timestamp moment(time);
  if (moment < first_moment || moment >= end_of_time) throw_damaged();
  return moment;
}

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

}  // namespace

std::int64_t earliest_encoded(std::chrono::microseconds time) {
  return std::int64_t{time.count()} << form_bits;
}

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
  std::string joined;
  for (const std::string& part : value) joined.append(joined.empty() ? "" : ",").append(part);
  check(sqlite3_bind_text(statement_, next_parameter(), joined.data(),
                          static_cast<int>(joined.size()), SQLITE_TRANSIENT));
  return *this;
}

LentStatement& LentStatement::bind(const Value& value) {
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

/// The next column, until the next step. To read from it is allowed, and faster than to find the
/// column for each call, because no other thread uses the connection (sqlite.org/c3ref/value.html).
sqlite3_value* LentStatement::next_column() {
  return sqlite3_column_value(statement_, column_++);
}

bool LentStatement::is_null(sqlite3_value* value) {
  return sqlite3_value_type(value) == SQLITE_NULL;
}

void LentStatement::get(sqlite3_value* value, std::span<std::uint8_t> to) {
  if (sqlite3_value_type(value) != SQLITE_BLOB ||
      !std::cmp_equal(sqlite3_value_bytes(value), to.size())) {
    throw_damaged();
  }
  std::memcpy(to.data(), sqlite3_value_blob(value), to.size());
}

void LentStatement::get(sqlite3_value* value, std::string& to) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) throw_damaged();
  // As a blob a text is where the page has it; as a text SQLite would copy it first, to end it with
  // a NUL. It is UTF-8 either way, the encoding of the database.
  const void* bytes = sqlite3_value_blob(value);
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  to = size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

void LentStatement::read(std::vector<std::string>& to) {
  sqlite3_value* const value = next_column();
  to.clear();
  if (is_null(value)) return;
  std::string joined;
  get(value, joined);
  for (std::size_t start = 0; start <= joined.size();) {
    const std::size_t end = std::min(joined.find(',', start), joined.size());
    to.push_back(joined.substr(start, end - start));
    start = end + 1;
  }
}

void LentStatement::read(Value& to) {
  sqlite3_value* const value = next_column();
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
      to = std::monostate();
      break;
    case SQLITE_INTEGER:
      get(value, to.emplace<std::int64_t>());
      break;
    default:
      get(value, to.emplace<std::string>());
  }
}

void LentStatement::get(sqlite3_value* value, std::int64_t& to) {
  if (sqlite3_value_type(value) != SQLITE_INTEGER) throw_damaged();
  to = sqlite3_value_int64(value);
}

void LentStatement::get(sqlite3_value* value, support::Timestamp& to) {
  std::int64_t microseconds = 0;
  get(value, microseconds);
  to = checked(std::chrono::microseconds(microseconds));
}

std::int64_t LentStatement::get_place_among(std::int64_t count, sqlite3_value* value) {
  std::int64_t place = 0;
  get(value, place);
  if (place < 0 || place >= count) throw_damaged();
  return place;
}

void LentStatement::get(sqlite3_value* value, support::DateOrTime& to) {
  std::int64_t encoded = 0;
  get(value, encoded);
  to = decode(encoded);
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
