#include "support/date_time.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace taskdock::support {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// What `text` is written as after it was read, with its form in front; empty if it is not valid.
std::string read_and_write(const std::string& text) {
  const auto value = parse_date_or_time(text);
  if (!value) return {};
  std::string out = std::vector<std::string>{"date ", "local ", "instant "}[value->index()];
  append_date_or_time(out, *value);
  return out;
}

}  // namespace

TEST_CASE("support/date_time: each form comes back as the form that it was") {
  for (const auto& [text, written] : Pairs{
           {"2026-08-08", "date 2026-08-08"},
           {"0001-01-01", "date 0001-01-01"},
           {"9999-12-31", "date 9999-12-31"},
           {"2024-02-29", "date 2024-02-29"},
           {"2026-08-08T17:00", "local 2026-08-08T17:00"},
           {"2026-08-08t00:00", "local 2026-08-08T00:00"},
           {"2026-08-08T17:00:00", "local 2026-08-08T17:00"},
           {"2026-08-08T23:59:59", "local 2026-08-08T23:59:59"},
           {"0001-01-01T00:00:01", "local 0001-01-01T00:00:01"},
           {"2026-08-08T17:00Z", "instant 2026-08-08T17:00:00.000000Z"},
           {"2026-08-08T17:00:01z", "instant 2026-08-08T17:00:01.000000Z"},
           {"2026-08-08T17:00:01.5Z", "instant 2026-08-08T17:00:01.500000Z"},
           {"2026-08-08T17:00:01.123456Z", "instant 2026-08-08T17:00:01.123456Z"},
           {"2026-08-08T17:00:01.123456999Z", "instant 2026-08-08T17:00:01.123456Z"},
       }) {
    CHECK(read_and_write(text) == written);
  }
}

TEST_CASE("support/date_time: an instant with an offset is the same instant in UTC") {
  for (const auto& [text, written] : Pairs{
           {"2026-08-08T17:00:00+02:00", "instant 2026-08-08T15:00:00.000000Z"},
           {"2026-08-08T01:00+05:30", "instant 2026-08-07T19:30:00.000000Z"},
           {"2026-12-31T20:00-08:00", "instant 2027-01-01T04:00:00.000000Z"},
           {"2026-08-08T17:00:00.25-00:00", "instant 2026-08-08T17:00:00.250000Z"},
           {"1969-12-31T23:59:59.999999Z", "instant 1969-12-31T23:59:59.999999Z"},
           {"0001-01-01T01:00+01:00", "instant 0001-01-01T00:00:00.000000Z"},
       }) {
    CHECK(read_and_write(text) == written);
  }
}

TEST_CASE("support/date_time: what is no date, no time, or no day of the calendar is refused") {
  for (const std::string text : {"",
                                 "x",
                                 "2026",
                                 "2026-8-8",
                                 "2026-08",
                                 "2026-08-8",
                                 "2026-13-01",
                                 "2026-00-01",
                                 "2026-02-29",
                                 "2026-04-31",
                                 "2026-01-00",
                                 "0000-01-01",
                                 "02026-01-01",
                                 "-2026-01-01",
                                 "20260808",
                                 "08/08/2026",
                                 " 2026-08-08",
                                 "2026-08-08 ",
                                 "2026-08-08T",
                                 "2026-08-08T17",
                                 "2026-08-08 17:00",
                                 "2026-08-08T17:0",
                                 "2026-08-08T24:00",
                                 "2026-08-08T17:60",
                                 "2026-08-08T17:00:",
                                 "2026-08-08T17:00:60",
                                 "2026-08-08T17:00:00.5",
                                 "2026-08-08T17:00:00.Z",
                                 "2026-08-08T17:00:00.1234567890Z",
                                 "2026-08-08T17:00:00,5Z",
                                 "2026-08-08T17:00:00ZZ",
                                 "2026-08-08T17:00:00+2:00",
                                 "2026-08-08T17:00:00+0200",
                                 "2026-08-08T17:00:00+24:00",
                                 "2026-08-08T17:00:00+02:60",
                                 "2026-08-08T17:00:00 02:00",
                                 "2026-08-08Z",
                                 "0001-01-01T00:00+00:01",
                                 "9999-12-31T23:59-00:01",
                                 "２026-08-08"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date_or_time(text));
  }
  CHECK_FALSE(parse_date_or_time(std::string("2026-08-08\0", 11)));
}

TEST_CASE("support/date_time: every day of four centuries comes back as it was") {
  for (Date day{std::chrono::local_days(std::chrono::year(1899) / 12 / 31)};
       day < std::chrono::local_days(std::chrono::year(2300) / 1 / 1);
       day += std::chrono::days(1)) {
    std::string text;
    append_date_or_time(text, day);
    REQUIRE(parse_date_or_time(text) == DateOrTime(day));
  }
}

TEST_CASE("support/date_time: an offset from UTC is read and written in one form") {
  using std::chrono::minutes;
  const std::vector<std::pair<std::string, minutes>> offsets = {
      {"+00:00", minutes(0)},    {"+05:30", minutes(330)},  {"-00:30", minutes(-30)},
      {"-03:00", minutes(-180)}, {"+23:59", minutes(1439)}, {"-23:59", minutes(-1439)}};
  for (const auto& [text, offset] : offsets) {
    CHECK(parse_utc_offset(text) == offset);
    std::string written;
    append_utc_offset(written, offset);
    CHECK(written == text);
  }
  CHECK(parse_utc_offset("-00:00") == minutes(0));
  for (const char* text : {"", "+", "Z", "05:30", " 05:30", "+5:30", "+05", "+05:", "+05:3",
                           "+0530", "+24:00", "+05:60", "+05:30x", "+05:30:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_utc_offset(text));
  }
}

}  // namespace taskdock::support
