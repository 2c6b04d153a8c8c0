#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/date_time.h"

namespace taskdock::support {

/// A text is not a recurrence rule; what() says which part is wrong, and what to do.
class InvalidRecurrence : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A rule by which something recurs on certain days, always at the same time of day: an RRULE of
/// iCalendar (RFC 5545, 3.3.10) with the parts FREQ (DAILY to YEARLY), INTERVAL, BYDAY, BYMONTHDAY,
/// BYMONTH, BYSETPOS, WKST, and COUNT or UNTIL.
class Recurrence {
 public:
  /// What follows a day by the rule.
  struct Next {
    Date day;
    std::int64_t step;  // 1: the first day after it by the rule, 2: the second, and so on
  };

  /// Reads "FREQ=WEEKLY;BYDAY=MO,TH". Names and words may be in lower case, too. Throws
  /// InvalidRecurrence.
  explicit Recurrence(std::string_view text);

  /// The first day by the rule, as if it began on `start`, that is after `start` and not before
  /// `not_before`. Nothing if COUNT or the years to 9999 end before it, or no day can match; UNTIL
  /// is for is_after_end(). The work has a limit, whatever the rule and the days are: under 150,000
  /// days are looked at, 14,640 intervals of a daily rule, and else intervals that begin in 400
  /// times as many years. With COUNT they are counted from the start, and so such a rule also ends
  /// where `not_before` is later than they reach.
  std::optional<Next> next(Date start, Date not_before) const;

  /// Whether it says on which days it is (BYDAY, BYMONTHDAY, BYMONTH), and not only after how long.
  bool names_days() const;

  /// How many times there are in all, the first included.
  std::optional<std::int64_t> count() const { return count_; }

  /// Whether `value` is after UNTIL, which names a day, to its end, or a time of its day. Times are
  /// compared as they are written, instants in UTC.
  bool is_after_end(const DateOrTime& value) const;

 private:
  enum class Frequency { daily, weekly, monthly, yearly };

  /// Which of a weekday's days in a month or year: every one, or the n-th ones.
  struct Weekday {
    bool every = false;
    std::bitset<54> from_start;
    std::bitset<54> from_end;  // 1: the last

    bool has_ordinals() const { return from_start.any() || from_end.any(); }
    bool is_named() const { return every || has_ordinals(); }
  };

  /// A day, week, month or year, as the rule's frequency says.
  struct Period {
    std::chrono::local_days first;
    std::chrono::local_days end;  // not part of it
  };

  void read_part(std::string_view name, std::string_view value);
  void read_weekdays(std::string_view value);
  void read_end(std::string_view value);
  void check() const;
  Period period_of(Date day) const;
  Period following(const Period& period, std::int64_t count) const;
  std::int64_t periods_between(const Period& period, Date day) const;
  bool matches(Date day, const std::chrono::year_month_day& start, unsigned start_weekday) const;
  bool has_weekdays() const;
  bool matches_weekday(Date day, const std::chrono::year_month_day& civil) const;
  void list_days(const Period& period, Date start, std::vector<Date>& found) const;

  std::optional<Frequency> frequency_;
  std::int64_t interval_ = 1;
  std::array<Weekday, 7> weekdays_;  // from Sunday
  std::bitset<32> month_days_;
  std::bitset<32> month_days_from_end_;  // 1: the last
  std::bitset<13> months_;
  std::bitset<367> positions_;
  std::bitset<367> positions_from_end_;  // 1: the last
  unsigned week_start_ = 1;              // counted from Sunday
  std::optional<std::int64_t> count_;
  std::optional<DateOrTime> end_;
};

/// `text`, a valid recurrence rule with COUNT, with that number instead.
std::string with_count(std::string_view text, std::int64_t count);

}  // namespace taskdock::support
