#include "support/recurrence.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <set>

namespace taskdock::support {

namespace {

using std::chrono::days;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 7> weekday_names = {"SU", "MO", "TU", "WE",
                                                           "TH", "FR", "SA"};

// They end the search for a day where none matches. Without an interval each rule that matches at
// all does so within them: the calendar repeats itself after 400 years, and the rarest day, a leap
// day on a certain weekday, comes at least every 40 years.
constexpr std::array<std::int64_t, 4> max_periods = {40 * 366, 400 * 53, 400 * 12, 400};

constexpr std::int64_t max_interval = 10'000;
constexpr std::int64_t max_count = 10'000;

const Date last_day{std::chrono::local_days(std::chrono::year(9999) / 12 / 31)};

constexpr std::string_view known_parts =
    "the parts are FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST, and COUNT or UNTIL";

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

/// Calls `visit` for each piece of `text` between `separator`s.
template <class Visit>
void split(std::string_view text, char separator, Visit visit) {
  for (;;) {
    const std::size_t end = text.find(separator);
    visit(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

[[noreturn]] void refuse(std::string_view part, std::string_view value, std::string_view expected) {
  throw InvalidRecurrence(std::string(part) + " must be " + std::string(expected) + ", not '" +
                          std::string(value) + "'");
}

/// The integer that `text` is, with or without a sign; nothing if it is none.
std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || stop != end || error != std::errc()) return std::nullopt;
  return value;
}

std::int64_t read_number(std::string_view part, std::string_view text, std::int64_t max) {
  const auto value = parse_integer(text);
  if (!value || *value < 1 || *value > max) {
    refuse(part, text, "a number from 1 to " + std::to_string(max));
  }
  return *value;
}

/// Reads a list of numbers from 1 to `size` - 1, or from the end if they are negative.
template <std::size_t size>
void read_numbers(std::string_view part, std::string_view text, std::bitset<size>& from_start,
                  std::bitset<size>* from_end) {
  const std::string max = std::to_string(size - 1);
  split(text, ',', [&](std::string_view number) {
    const auto value = parse_integer(number);
    const bool is_valid = value && *value != 0 && *value < std::int64_t{size} &&
                          *value > -std::int64_t{size} && (*value > 0 || from_end);
    if (!is_valid) {
      refuse(part, number,
             from_end ? "numbers from 1 to " + max + " or -" + max + " to -1"
                      : "numbers from 1 to " + max);
    }
    (*value > 0 ? from_start : *from_end).set(static_cast<std::size_t>(std::abs(*value)));
  });
}

unsigned read_weekday(std::string_view part, std::string_view text) {
  const auto found = std::find(weekday_names.begin(), weekday_names.end(), text);
  if (found == weekday_names.end()) refuse(part, text, "one of MO, TU, WE, TH, FR, SA and SU");
  return static_cast<unsigned>(found - weekday_names.begin());
}

unsigned weekday_of(Date day) {
  return std::chrono::weekday(day).c_encoding();
}

}  // namespace

Recurrence::Recurrence(std::string_view text) {
  const std::string upper = upper_case(text);
  std::set<std::string_view> seen;
  split(upper, ';', [&](std::string_view part) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals);
    if (!seen.insert(name).second) {
      throw InvalidRecurrence(std::string(name) + " may be there only once");
    }
    read_part(name, part.substr(std::min(equals + 1, part.size())));
  });
  check();
}

void Recurrence::read_part(std::string_view name, std::string_view value) {
  if (name == "FREQ") {
    constexpr std::array<std::string_view, 4> words = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
    const auto found = std::find(words.begin(), words.end(), value);
    if (found == words.end()) refuse(name, value, "DAILY, WEEKLY, MONTHLY or YEARLY");
    frequency_ = static_cast<Frequency>(found - words.begin());
  } else if (name == "INTERVAL") {
    interval_ = read_number(name, value, max_interval);
  } else if (name == "COUNT") {
    count_ = read_number(name, value, max_count);
  } else if (name == "UNTIL") {
    read_end(value);
  } else if (name == "BYDAY") {
    read_weekdays(value);
  } else if (name == "BYMONTHDAY") {
    read_numbers(name, value, month_days_, &month_days_from_end_);
  } else if (name == "BYMONTH") {
    read_numbers<13>(name, value, months_, nullptr);
  } else if (name == "BYSETPOS") {
    read_numbers(name, value, positions_, &positions_from_end_);
  } else if (name == "WKST") {
    week_start_ = read_weekday(name, value);
  } else {
    throw InvalidRecurrence("'" + std::string(name) + "' is not supported; " +
                            std::string(known_parts));
  }
}

void Recurrence::read_weekdays(std::string_view value) {
  split(value, ',', [&](std::string_view element) {
    constexpr std::string_view expected = "weekdays such as MO, 2TU or -1FR";
    if (element.size() < 2) refuse("BYDAY", element, expected);
    const std::string_view number = element.substr(0, element.size() - 2);
    Weekday& weekday = weekdays_[read_weekday("BYDAY", element.substr(element.size() - 2))];
    if (number.empty()) {
      weekday.every = true;
      return;
    }
    const auto ordinal = parse_integer(number);
    const bool is_valid = ordinal && *ordinal != 0 && *ordinal >= -53 && *ordinal <= 53;
    if (!is_valid) refuse("BYDAY", element, expected);
    (*ordinal > 0 ? weekday.from_start : weekday.from_end)
        .set(static_cast<std::size_t>(std::abs(*ordinal)));
  });
}

/// A date (20260808) or a time (20260808T170000, with or without Z).
void Recurrence::read_end(std::string_view value) {
  std::string extended;
  const bool is_date = value.size() == 8;
  if (is_date || value.size() == 15 || value.size() == 16) {
    extended.append(value.substr(0, 4)).append("-").append(value.substr(4, 2)).append("-");
    extended.append(value.substr(6, 2));
    if (!is_date) {
      extended.append(value.substr(8, 3)).append(":").append(value.substr(11, 2)).append(":");
      extended.append(value.substr(13));
    }
  }
  end_ = parse_date_or_time(extended);
  if (!end_) refuse("UNTIL", value, "a date (20260808) or a time (20260808T170000Z)");
}

void Recurrence::check() const {
  if (!frequency_) throw InvalidRecurrence("FREQ is missing");
  if (count_ && end_) throw InvalidRecurrence("COUNT and UNTIL exclude each other");
  const bool has_month_days = month_days_.any() || month_days_from_end_.any();
  if (has_month_days && *frequency_ == Frequency::weekly) {
    throw InvalidRecurrence("BYMONTHDAY cannot be combined with FREQ=WEEKLY");
  }
  const bool has_ordinals = std::ranges::any_of(weekdays_, &Weekday::has_ordinals);
  if (has_ordinals && *frequency_ != Frequency::monthly && *frequency_ != Frequency::yearly) {
    throw InvalidRecurrence("BYDAY may have numbers only with FREQ=MONTHLY or FREQ=YEARLY");
  }
  const bool has_positions = positions_.any() || positions_from_end_.any();
  if (has_positions && !has_weekdays() && !has_month_days && months_.none()) {
    throw InvalidRecurrence("BYSETPOS needs BYDAY, BYMONTHDAY or BYMONTH");
  }
}

Recurrence::Period Recurrence::period_of(Date day) const {
  const year_month_day civil(day);
  switch (*frequency_) {
    case Frequency::daily:
      return {day, day + days(1)};
    case Frequency::weekly: {
      const Date first = day - days((weekday_of(day) + 7 - week_start_) % 7);
      return {first, first + days(7)};
    }
    case Frequency::monthly: {
      const auto month = civil.year() / civil.month();
      return {Date(month / 1), Date((month + std::chrono::months(1)) / 1)};
    }
    default:
      return {Date(civil.year() / 1 / 1), Date((civil.year() + std::chrono::years(1)) / 1 / 1)};
  }
}

/// The period that comes `count` intervals later.
Recurrence::Period Recurrence::following(const Period& period, std::int64_t count) const {
  const std::int64_t distance = count * interval_;
  const year_month_day civil(period.first);
  switch (*frequency_) {
    case Frequency::daily:
      return period_of(period.first + days(distance));
    case Frequency::weekly:
      return period_of(period.first + days(7 * distance));
    case Frequency::monthly:
      return period_of(Date(civil + std::chrono::months(distance)));
    default:
      return period_of(Date(civil + std::chrono::years(distance)));
  }
}

/// How many intervals after `period` the last one begins that is not after `day`'s period.
std::int64_t Recurrence::periods_between(const Period& period, Date day) const {
  const year_month_day from(period.first);
  const year_month_day to(day);
  const std::int64_t years = int{to.year()} - int{from.year()};
  std::int64_t distance = 0;
  switch (*frequency_) {
    case Frequency::daily:
      distance = (day - period.first).count();
      break;
    case Frequency::weekly:
      distance = (day - period.first).count() / 7;
      break;
    case Frequency::monthly:
      distance = 12 * years + unsigned{to.month()} - unsigned{from.month()};
      break;
    default:
      distance = years;
  }
  return distance / interval_;
}

bool Recurrence::has_weekdays() const {
  return std::ranges::any_of(weekdays_, &Weekday::is_named);
}

bool Recurrence::names_days() const {
  return has_weekdays() || month_days_.any() || month_days_from_end_.any() || months_.any();
}

bool Recurrence::matches_weekday(Date day, const year_month_day& civil) const {
  const Weekday& wanted = weekdays_[weekday_of(day)];
  if (wanted.every || !wanted.has_ordinals()) return wanted.every;
  // The numbers count within the month where the rule is about months, else within the year.
  const bool in_month = *frequency_ == Frequency::monthly || months_.any();
  const Date first{in_month ? civil.year() / civil.month() / 1 : civil.year() / 1 / 1};
  const Date last{in_month ? Date(civil.year() / civil.month() / std::chrono::last)
                           : Date(civil.year() / 12 / 31)};
  return wanted.from_start.test(static_cast<std::size_t>((day - first).count() / 7 + 1)) ||
         wanted.from_end.test(static_cast<std::size_t>((last - day).count() / 7 + 1));
}

/// Whether `day` belongs to the rule, but for the interval and BYSETPOS. What the rule does not say
/// about days is taken from the start.
bool Recurrence::matches(Date day, const year_month_day& start, unsigned start_weekday) const {
  const year_month_day civil(day);
  const bool has_month_days = month_days_.any() || month_days_from_end_.any();
  if (months_.any()) {
    if (!months_.test(unsigned{civil.month()})) return false;
  } else if (*frequency_ == Frequency::yearly && !has_month_days && !has_weekdays()) {
    if (civil.month() != start.month()) return false;
  }
  if (has_month_days) {
    const unsigned number = unsigned{civil.day()};
    const year_month_day last(civil.year() / civil.month() / std::chrono::last);
    if (!month_days_.test(number) &&
        !month_days_from_end_.test(unsigned{last.day()} + 1 - number)) {
      return false;
    }
  }
  if (has_weekdays()) return matches_weekday(day, civil);
  if (has_month_days || *frequency_ == Frequency::daily) return true;
  if (*frequency_ == Frequency::weekly) return weekday_of(day) == start_weekday;
  return civil.day() == start.day();
}

/// Puts the rule's days in `period` into `found`.
void Recurrence::list_days(const Period& period, Date start, std::vector<Date>& found) const {
  const year_month_day start_civil(start);
  const unsigned start_weekday = weekday_of(start);
  found.clear();
  const bool is_in_one_month = *frequency_ == Frequency::daily || *frequency_ == Frequency::monthly;
  if (is_in_one_month && months_.any() &&
      !months_.test(unsigned{year_month_day(period.first).month()})) {
    return;
  }
  for (Date day = period.first; day < period.end; day += days(1)) {
    if (matches(day, start_civil, start_weekday)) found.push_back(day);
  }
  if (positions_.none() && positions_from_end_.none()) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (positions_.test(i + 1) || positions_from_end_.test(found.size() - i)) {
      found[kept++] = found[i];
    }
  }
  found.resize(kept);
}

std::optional<Recurrence::Next> Recurrence::next(Date start, Date not_before) const {
  const Period first = period_of(start);
  // Days that only pass are skipped, unless COUNT counts them.
  const std::int64_t skipped =
      count_ || not_before <= start ? 0 : periods_between(first, not_before);
  std::vector<Date> days;
  std::int64_t step = 0;
  const std::int64_t last = skipped + max_periods[static_cast<std::size_t>(*frequency_)];
  for (std::int64_t n = skipped; n < last; ++n) {
    const Period period = n == 0 ? first : following(first, n);
    if (period.first > last_day) break;
    list_days(period, start, days);
    for (const Date day : days) {
      if (day <= start) continue;
      ++step;
      if (day > last_day || (count_ && step >= *count_)) return std::nullopt;
      if (day >= not_before) return Next{day, step};
    }
  }
  return std::nullopt;
}

bool Recurrence::is_after_end(const DateOrTime& value) const {
  if (!end_) return false;
  const auto as_local = [](const DateOrTime& any) {
    return std::visit(
        [](auto point) {
          return std::chrono::local_time<std::chrono::microseconds>(point.time_since_epoch());
        },
        any);
  };
  // A day has no time that could be after one of its own.
  if (std::holds_alternative<Date>(*end_) || std::holds_alternative<Date>(value)) {
    return std::chrono::floor<days>(as_local(value)) > std::chrono::floor<days>(as_local(*end_));
  }
  return as_local(value) > as_local(*end_);
}

std::string with_count(std::string_view text, std::int64_t count) {
  const std::size_t name = upper_case(text).find("COUNT=");
  const std::size_t begin = name + std::string_view("COUNT=").size();
  const std::size_t end = std::min(text.find(';', begin), text.size());
  return std::string(text.substr(0, begin)) + std::to_string(count) + std::string(text.substr(end));
}

}  // namespace taskdock::support
