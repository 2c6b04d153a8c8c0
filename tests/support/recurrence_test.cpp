#include "support/recurrence.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace taskdock::support {

namespace {

Date date(const std::string& text) {
  return std::get<Date>(*parse_date_or_time(text));
}

std::string written(const DateOrTime& value) {
  std::string text;
  append_date_or_time(text, value);
  return text;
}

/// The next days by `rule`, each the start of the next search.
std::string days_after(const std::string& rule, const std::string& start, int count = 4) {
  const Recurrence recurrence(rule);
  std::string list;
  Date day = date(start);
  for (int i = 0; i < count; ++i) {
    const auto next = recurrence.next(day, day);
    if (!next) return list + " end";
    CHECK(next->step == 1);
    day = next->day;
    list += (i == 0 ? "" : " ") + written(day);
  }
  return list;
}

/// What is said about a text that is no rule.
std::string complaint(const std::string& text) {
  try {
    Recurrence{text};
  } catch (const InvalidRecurrence& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace

TEST_CASE("support/recurrence: each frequency goes on from the start, by its interval") {
  for (const auto& [rule, days] : std::vector<std::pair<std::string, std::string>>{
           {"FREQ=DAILY", "2026-08-09 2026-08-10 2026-08-11 2026-08-12"},
           {"freq=daily;interval=30", "2026-09-07 2026-10-07 2026-11-06 2026-12-06"},
           {"FREQ=WEEKLY", "2026-08-15 2026-08-22 2026-08-29 2026-09-05"},
           {"FREQ=WEEKLY;BYDAY=MO,TH", "2026-08-10 2026-08-13 2026-08-17 2026-08-20"},
           {"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,SA;WKST=MO",
            "2026-08-09 2026-08-22 2026-08-23 2026-09-05"},
           {"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,SA;WKST=SU",
            "2026-08-16 2026-08-22 2026-08-30 2026-09-05"},
           {"FREQ=MONTHLY", "2026-09-08 2026-10-08 2026-11-08 2026-12-08"},
           {"FREQ=MONTHLY;BYMONTHDAY=-1", "2026-08-31 2026-09-30 2026-10-31 2026-11-30"},
           {"FREQ=MONTHLY;BYDAY=2TU,-1FR", "2026-08-11 2026-08-28 2026-09-08 2026-09-25"},
           {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2026-08-31 2026-09-30 2026-10-30 2026-11-30"},
           {"FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1,31",
            "2026-08-31 2026-10-01 2026-10-31 2026-12-01"},
           {"FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1",
            "2026-08-14 2026-08-21 2026-08-28 2026-09-04"},
           {"FREQ=YEARLY", "2027-08-08 2028-08-08 2029-08-08 2030-08-08"},
           {"FREQ=YEARLY;BYMONTH=1,7", "2027-01-08 2027-07-08 2028-01-08 2028-07-08"},
           {"FREQ=YEARLY;BYDAY=1MO", "2027-01-04 2028-01-03 2029-01-01 2030-01-07"},
           {"FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "2027-03-28 2028-03-26 2029-03-25 2030-03-31"},
           {"FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR", "2026-11-13 2027-08-13 2028-10-13 2029-04-13"},
       }) {
    const auto& shown = rule;
    CAPTURE(shown);
    CHECK(days_after(rule, "2026-08-08") == days);
  }
}

TEST_CASE("support/recurrence: a day that a month or year does not have is left out") {
  CHECK(days_after("FREQ=MONTHLY", "2026-01-31") == "2026-03-31 2026-05-31 2026-07-31 2026-08-31");
  CHECK(days_after("FREQ=YEARLY", "2024-02-29") == "2028-02-29 2032-02-29 2036-02-29 2040-02-29");
  CHECK(days_after("FREQ=YEARLY", "2096-02-29", 1) == "2104-02-29");
}

TEST_CASE("support/recurrence: missed days are passed over, and COUNT counts them") {
  const Recurrence counted("FREQ=DAILY;COUNT=40");
  const auto next = counted.next(date("2026-08-01"), date("2026-09-01"));
  REQUIRE(next);
  CHECK(written(next->day) == "2026-09-01");
  CHECK(next->step == 31);
  CHECK_FALSE(counted.next(date("2026-08-01"), date("2026-09-10")));
  CHECK(
      written(
          Recurrence("FREQ=WEEKLY;INTERVAL=3").next(date("2001-01-01"), date("2026-08-08"))->day) ==
      "2026-08-24");
  CHECK(written(Recurrence("FREQ=YEARLY").next(date("0001-01-01"), date("2026-08-08"))->day) ==
        "2027-01-01");
  CHECK(written(Recurrence("FREQ=MONTHLY;INTERVAL=5")
                    .next(date("2026-01-31"), date("2026-06-01"))
                    ->day) == "2028-07-31");
}

TEST_CASE("support/recurrence: COUNT ends with the last, and the years end with 9999") {
  CHECK_FALSE(Recurrence("FREQ=DAILY;COUNT=1").next(date("2026-08-08"), date("2026-08-08")));
  CHECK(Recurrence("FREQ=DAILY;COUNT=2").next(date("2026-08-08"), date("2026-08-08")));
  CHECK(days_after("FREQ=DAILY", "9999-12-30") == "9999-12-31 end");
  CHECK(days_after("FREQ=WEEKLY;INTERVAL=10000", "9990-01-01") == " end");
  CHECK(days_after("FREQ=YEARLY;INTERVAL=10000", "2026-08-08") == " end");
  CHECK(days_after("FREQ=MONTHLY;INTERVAL=10000", "2026-08-08", 2) == "2859-12-08 3693-04-08");
}

TEST_CASE("support/recurrence: a rule that never matches ends the search") {
  for (const char* rule :
       {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", "FREQ=DAILY;INTERVAL=7;BYDAY=SU",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2", "FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=300",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", "FREQ=YEARLY;BYDAY=53MO;BYMONTH=2"}) {
    CAPTURE(rule);
    CHECK_FALSE(Recurrence(rule).next(date("2026-08-08"), date("2026-08-08")));
    CHECK_FALSE(Recurrence(std::string(rule) + ";COUNT=10000")
                    .next(date("0001-01-01"), date("9999-12-31")));
  }
}

TEST_CASE("support/recurrence: a rule that rarely matches is found") {
  CHECK(days_after("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "2072-02-29", 2) ==
        "2112-02-29 2140-02-29");
  CHECK(days_after("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "2072-02-29", 1) == "2112-02-29");
}

TEST_CASE("support/recurrence: UNTIL is the last day, or the last time of its day") {
  const auto is_after = [](const char* until, const char* value) {
    return Recurrence(std::string("FREQ=DAILY;UNTIL=") + until)
        .is_after_end(*parse_date_or_time(value));
  };
  for (const char* value :
       {"2026-08-08", "2026-08-08T23:59:59", "2026-08-08T23:59:59.999999Z", "2026-08-07"}) {
    CHECK_FALSE(is_after("20260808", value));
  }
  for (const char* value : {"2026-08-09", "2026-08-09T00:00", "2026-08-09T00:00Z"}) {
    CHECK(is_after("20260808", value));
    CHECK(is_after("20260808T170000Z", value));
  }
  CHECK_FALSE(is_after("20260808T170000", "2026-08-08"));
  CHECK_FALSE(is_after("20260808T170000", "2026-08-08T17:00"));
  CHECK_FALSE(is_after("20260808T170000Z", "2026-08-08T17:00Z"));
  CHECK(is_after("20260808T170000Z", "2026-08-08T17:00:01"));
  CHECK(is_after("20260808T170000", "2026-08-08T17:00:00.000001Z"));
  CHECK_FALSE(Recurrence("FREQ=DAILY").is_after_end(date("9999-12-31")));
}

TEST_CASE("support/recurrence: what is wrong with a rule is named with its part") {
  const std::string list =
      "the parts are FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST, and COUNT or "
      "UNTIL";
  for (const auto& [rule, expected] : std::vector<std::pair<std::string, std::string>>{
           {"", "'' is not supported; " + list},
           {"INTERVAL=2", "FREQ is missing"},
           {"FREQ=HOURLY", "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY, not 'HOURLY'"},
           {"FREQ", "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY, not ''"},
           {"FREQ=DAILY;", "'' is not supported; " + list},
           {"FREQ=DAILY;FREQ=DAILY", "FREQ may be there only once"},
           {"RRULE:FREQ=DAILY", "'RRULE:FREQ' is not supported; " + list},
           {"FREQ=DAILY;BYHOUR=9", "'BYHOUR' is not supported; " + list},
           {"FREQ=YEARLY;BYWEEKNO=20", "'BYWEEKNO' is not supported; " + list},
           {"FREQ=YEARLY;BYYEARDAY=1", "'BYYEARDAY' is not supported; " + list},
           {"FREQ=DAILY;INTERVAL=0", "INTERVAL must be a number from 1 to 10000, not '0'"},
           {"FREQ=DAILY;INTERVAL=99999999999999999999",
            "INTERVAL must be a number from 1 to 10000, not '99999999999999999999'"},
           {"FREQ=DAILY;COUNT=-1", "COUNT must be a number from 1 to 10000, not '-1'"},
           {"FREQ=DAILY;COUNT=2;UNTIL=20260808", "COUNT and UNTIL exclude each other"},
           {"FREQ=DAILY;UNTIL=20260230",
            "UNTIL must be a date (20260808) or a time (20260808T170000Z), not '20260230'"},
           {"FREQ=DAILY;UNTIL=2026-08-08",
            "UNTIL must be a date (20260808) or a time (20260808T170000Z), not '2026-08-08'"},
           {"FREQ=DAILY;UNTIL=20260808T1700",
            "UNTIL must be a date (20260808) or a time (20260808T170000Z), not '20260808T1700'"},
           {"FREQ=DAILY;BYDAY=", "BYDAY must be weekdays such as MO, 2TU or -1FR, not ''"},
           {"FREQ=DAILY;BYDAY=XX", "BYDAY must be one of MO, TU, WE, TH, FR, SA and SU, not 'XX'"},
           {"FREQ=MONTHLY;BYDAY=0MO", "BYDAY must be weekdays such as MO, 2TU or -1FR, not '0MO'"},
           {"FREQ=MONTHLY;BYDAY=54MO",
            "BYDAY must be weekdays such as MO, 2TU or -1FR, not '54MO'"},
           {"FREQ=MONTHLY;BYDAY=-9223372036854775808MO",
            "BYDAY must be weekdays such as MO, 2TU or -1FR, not '-9223372036854775808MO'"},
           {"FREQ=WEEKLY;BYDAY=1MO",
            "BYDAY may have numbers only with FREQ=MONTHLY or FREQ=YEARLY"},
           {"FREQ=MONTHLY;BYMONTHDAY=32",
            "BYMONTHDAY must be numbers from 1 to 31 or -31 to -1, not '32'"},
           {"FREQ=MONTHLY;BYMONTHDAY=1,,2",
            "BYMONTHDAY must be numbers from 1 to 31 or -31 to -1, not ''"},
           {"FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY cannot be combined with FREQ=WEEKLY"},
           {"FREQ=YEARLY;BYMONTH=-1", "BYMONTH must be numbers from 1 to 12, not '-1'"},
           {"FREQ=YEARLY;BYMONTH=13", "BYMONTH must be numbers from 1 to 12, not '13'"},
           {"FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs BYDAY, BYMONTHDAY or BYMONTH"},
           {"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367",
            "BYSETPOS must be numbers from 1 to 366 or -366 to -1, not '367'"},
           {"FREQ=WEEKLY;WKST=1", "WKST must be one of MO, TU, WE, TH, FR, SA and SU, not '1'"},
       }) {
    CHECK(complaint(rule) == expected);
  }
}

TEST_CASE("support/recurrence: COUNT is replaced where it stands, and nothing else is") {
  CHECK(with_count("FREQ=DAILY;COUNT=10", 9) == "FREQ=DAILY;COUNT=9");
  CHECK(with_count("count=3;freq=weekly;byday=mo", 2) == "count=2;freq=weekly;byday=mo");
}

}  // namespace taskdock::support
