#include "support/date_time.h"

#include <algorithm>
#include <array>

#include "support/digits.h"

namespace taskdock::support {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_fraction_digits = 9;

/// Consumes a text from its beginning, piece by piece. Once a piece does not match, is_good() stays
/// false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool is_done() const { return good_ && rest_.empty(); }
  bool is_good() const { return good_; }

  /// Whether the next character is one of `characters`; takes it if so.
  bool try_take(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
    last_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

  void take(std::string_view characters) { good_ = try_take(characters) && good_; }

  /// Consumes a number of exactly `digits` digits, from 0 to `max`.
  int take_number(int digits, int max) {
    int number = 0;
    for (int i = 0; i < digits; ++i) {
      take("0123456789");
      number = number * 10 + (last_ - '0');
    }
    if (number > max) good_ = false;
    return good_ ? number : 0;
  }

  /// The character that was consumed last.
  char last() const { return last_; }

 private:
  std::string_view rest_;
  bool good_ = true;
  char last_ = '0';
};

/// Consumes the digits of a fraction of a second; returns it in microseconds, rounded down.
std::chrono::microseconds take_fraction(Scanner& scanner) {
  std::int64_t nanoseconds = 0;
  std::int64_t unit = 100'000'000;
  for (std::size_t i = 0; i < max_fraction_digits; ++i, unit /= 10) {
    if (!scanner.try_take("0123456789")) {
      if (i == 0) scanner.take("0");
      break;
    }
    nanoseconds += unit * (scanner.last() - '0');
  }
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::nanoseconds(nanoseconds));
}

/// Consumes an offset from UTC of less than a day.
std::chrono::minutes take_utc_offset(Scanner& scanner) {
  scanner.take("+-");
  const int sign = scanner.last() == '-' ? -1 : 1;
  const std::chrono::hours hours(scanner.take_number(2, 23));
  scanner.take(":");
  return sign * (hours + std::chrono::minutes(scanner.take_number(2, 59)));
}

char* write_digits(char* to, int width, long value) {
  put_digits(to + width, width, value);
  return to + width;
}

char* write_date(char* to, Date date) {
  const std::chrono::year_month_day civil(date);
  to = write_digits(to, 4, int{civil.year()});
  *to++ = '-';
  to = write_digits(to, 2, unsigned{civil.month()});
  *to++ = '-';
  return write_digits(to, 2, unsigned{civil.day()});
}

char* write_local_time(char* to, LocalTime time) {
  const Date date = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock(time - date);
  to = write_date(to, date);
  *to++ = 'T';
  to = write_digits(to, 2, clock.hours().count());
  *to++ = ':';
  to = write_digits(to, 2, clock.minutes().count());
  if (clock.seconds() == 0s) return to;
  *to++ = ':';
  return write_digits(to, 2, clock.seconds().count());
}

}  // namespace

std::optional<DateOrTime> parse_date_or_time(std::string_view text) {
  Scanner scanner(text);
  const int year = scanner.take_number(4, 9999);
  scanner.take("-");
  const int month = scanner.take_number(2, 12);
  scanner.take("-");
  const int day = scanner.take_number(2, 31);
  const std::chrono::year_month_day civil(std::chrono::year(year),
                                          std::chrono::month(static_cast<unsigned>(month)),
                                          std::chrono::day(static_cast<unsigned>(day)));
  if (!scanner.is_good() || !civil.ok() || year == 0) return std::nullopt;
  const Date date{std::chrono::local_days(civil)};
  if (scanner.is_done()) return date;

  scanner.take("Tt");
  LocalTime time = date + std::chrono::hours(scanner.take_number(2, 23));
  scanner.take(":");
  time += std::chrono::minutes(scanner.take_number(2, 59));
  std::chrono::microseconds fraction{};
  bool has_fraction = false;
  if (scanner.try_take(":")) {
    time += std::chrono::seconds(scanner.take_number(2, 59));
    has_fraction = scanner.try_take(".");
    if (has_fraction) fraction = take_fraction(scanner);
  }
  if (scanner.is_done() && !has_fraction) return time;

  if (!scanner.try_take("Zz")) time -= take_utc_offset(scanner);
  if (!scanner.is_done()) return std::nullopt;
  const Timestamp instant(time.time_since_epoch() + fraction);
  if (instant < first_moment || instant >= end_of_time) return std::nullopt;
  return instant;
}

std::optional<std::chrono::minutes> parse_utc_offset(std::string_view text) {
  Scanner scanner(text);
  const std::chrono::minutes offset = take_utc_offset(scanner);
  if (!scanner.is_done()) return std::nullopt;
  return offset;
}

void append_utc_offset(std::string& out, std::chrono::minutes offset) {
  const std::chrono::hh_mm_ss clock(offset);
  std::array<char, 6> text;
  char* to = text.data();
  *to++ = clock.is_negative() ? '-' : '+';
  to = write_digits(to, 2, clock.hours().count());
  *to++ = ':';
  write_digits(to, 2, clock.minutes().count());
  out.append(text.data(), text.size());
}

char* write_date_or_time(char* to, const DateOrTime& value) {
  if (const auto* date = std::get_if<Date>(&value)) return write_date(to, *date);
  if (const auto* time = std::get_if<LocalTime>(&value)) return write_local_time(to, *time);
  const auto text = rfc3339_characters(std::get<Timestamp>(value));
  return std::copy(text.begin(), text.end(), to);
}

void append_date_or_time(std::string& out, const DateOrTime& value) {
  std::array<char, max_date_or_time_size> text;
  out.append(text.data(), write_date_or_time(text.data(), value));
}

}  // namespace taskdock::support
