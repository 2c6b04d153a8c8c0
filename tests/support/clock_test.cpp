#include "support/clock.h"

#include <doctest/doctest.h>

namespace taskdock::support {

namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

Timestamp at(std::chrono::year_month_day day, std::chrono::microseconds time = 0us) {
  return sys_days(day) + time;
}

}  // namespace

TEST_CASE("support/clock: RFC 3339 says every moment to the microsecond, in UTC") {
  CHECK(format_rfc3339(at(2026y / 1 / 6, 10h + 30min + 123456us)) == "2026-01-06T10:30:00.123456Z");
  CHECK(format_rfc3339(Timestamp{}) == "1970-01-01T00:00:00.000000Z");
  CHECK(format_rfc3339(Timestamp{} + 1us) == "1970-01-01T00:00:00.000001Z");
  CHECK(format_rfc3339(at(2026y / 12 / 31, 24h - 1us)) == "2026-12-31T23:59:59.999999Z");
}

TEST_CASE("support/clock: RFC 3339 of moments before 1970 counts forward within the second") {
  CHECK(format_rfc3339(Timestamp{} - 1us) == "1969-12-31T23:59:59.999999Z");
  CHECK(format_rfc3339(Timestamp{} - 1s) == "1969-12-31T23:59:59.000000Z");
  CHECK(format_rfc3339(at(1900y / 3 / 1) - 1us) == "1900-02-28T23:59:59.999999Z");
}

TEST_CASE("support/clock: RFC 3339 knows leap days") {
  CHECK(format_rfc3339(at(2024y / 2 / 28, 24h)) == "2024-02-29T00:00:00.000000Z");
  CHECK(format_rfc3339(at(2000y / 2 / 29, 12h)) == "2000-02-29T12:00:00.000000Z");
  CHECK(format_rfc3339(at(2100y / 2 / 28, 24h)) == "2100-03-01T00:00:00.000000Z");
}

TEST_CASE("support/clock: RFC 3339 holds from the first to the last year it can say") {
  CHECK(format_rfc3339(at(std::chrono::year(0) / 1 / 1)) == "0000-01-01T00:00:00.000000Z");
  CHECK(format_rfc3339(at(9999y / 12 / 31, 24h - 1us)) == "9999-12-31T23:59:59.999999Z");
}

TEST_CASE("support/clock: texts in RFC 3339 sort like the moments they stand for") {
  const Timestamp start = at(1969y / 12 / 30);
  std::string last = format_rfc3339(start - 1us);
  for (int i = 0; i < 20'000; ++i) {
    const std::string next = format_rfc3339(start + i * 12'345'678'901us);
    REQUIRE(last < next);
    last = next;
  }
}

TEST_CASE("support/clock: an HTTP date has the day of the week, and no fraction") {
  CHECK(format_http_date(at(2026y / 1 / 6, 10h + 30min + 999999us)) ==
        "Tue, 06 Jan 2026 10:30:00 GMT");
  // The example of RFC 9110, 5.6.7.
  CHECK(format_http_date(at(1994y / 11 / 6, 8h + 49min + 37s)) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(format_http_date(Timestamp{} - 1us) == "Wed, 31 Dec 1969 23:59:59 GMT");
  CHECK(format_http_date(at(2024y / 2 / 29)) == "Thu, 29 Feb 2024 00:00:00 GMT");
  CHECK(format_http_date(at(9999y / 12 / 31, 23h)) == "Fri, 31 Dec 9999 23:00:00 GMT");
}

TEST_CASE("support/clock: an HTTP date names every weekday and every month") {
  for (const auto& [day, name] : {std::pair{1, "Thu"},
                                  {2, "Fri"},
                                  {3, "Sat"},
                                  {4, "Sun"},
                                  {5, "Mon"},
                                  {6, "Tue"},
                                  {7, "Wed"}}) {
    CHECK(format_http_date(at(2026y / 1 / day)).substr(0, 3) == name);
  }
  for (const auto& [month, name] : {std::pair{1, "Jan"},
                                    {2, "Feb"},
                                    {3, "Mar"},
                                    {4, "Apr"},
                                    {5, "May"},
                                    {6, "Jun"},
                                    {7, "Jul"},
                                    {8, "Aug"},
                                    {9, "Sep"},
                                    {10, "Oct"},
                                    {11, "Nov"},
                                    {12, "Dec"}}) {
    CHECK(format_http_date(at(2026y / month / 1)).substr(8, 3) == name);
  }
}

TEST_CASE("support/clock: the system's clock lies between two looks at the system's time") {
  const SystemClock clock;
  const auto before =
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const Timestamp now = clock.now();
  CHECK(before <= now);
  CHECK(now <= std::chrono::system_clock::now());
}

}  // namespace taskdock::support
