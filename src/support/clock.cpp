#include "support/clock.h"

#include <cstring>
#include <string_view>

#include "support/digits.h"

namespace taskdock::support {

namespace {

/// The parts of a moment that the formats need.
struct Civil {
  std::chrono::year_month_day date;
  std::chrono::weekday weekday;
  std::chrono::hh_mm_ss<std::chrono::microseconds> time;

  explicit Civil(Timestamp moment) : Civil(moment, std::chrono::floor<std::chrono::days>(moment)) {}

 private:
  Civil(Timestamp moment, std::chrono::sys_days day)
      : date(day), weekday(day), time(moment - day) {}
};

}  // namespace

Timestamp SystemClock::now() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string format_rfc3339(Timestamp moment) {
  const std::array<char, 27> text = rfc3339_characters(moment);
  return {text.data(), text.size()};
}

std::array<char, 27> rfc3339_characters(Timestamp moment) {
  const Civil civil(moment);
  std::array<char, 27> text;
  std::memcpy(text.data(), "0000-00-00T00:00:00.000000Z", text.size());
  char* const start = text.data();
  put_digits(start + 4, 4, int{civil.date.year()});
  put_digits(start + 7, 2, unsigned{civil.date.month()});
  put_digits(start + 10, 2, unsigned{civil.date.day()});
  put_digits(start + 13, 2, civil.time.hours().count());
  put_digits(start + 16, 2, civil.time.minutes().count());
  put_digits(start + 19, 2, civil.time.seconds().count());
  put_digits(start + 26, 6, civil.time.subseconds().count());
  return text;
}

std::string format_http_date(Timestamp moment) {
  constexpr std::string_view weekdays = "SunMonTueWedThuFriSat";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const Civil civil(moment);
  std::string text = "Ddd, 00 Mmm 0000 00:00:00 GMT";
  text.replace(0, 3, weekdays.substr(civil.weekday.c_encoding() * 3, 3));
  text.replace(8, 3, months.substr((unsigned{civil.date.month()} - 1) * 3, 3));
  char* start = text.data();
  put_digits(start + 7, 2, unsigned{civil.date.day()});
  put_digits(start + 16, 4, int{civil.date.year()});
  put_digits(start + 19, 2, civil.time.hours().count());
  put_digits(start + 22, 2, civil.time.minutes().count());
  put_digits(start + 25, 2, civil.time.seconds().count());
  return text;
}

}  // namespace taskdock::support
