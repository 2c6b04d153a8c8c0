#include "formats/ics_values.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "support/text.h"

namespace taskdock::formats {

namespace {

constexpr std::string_view fraction_parameter = "X-TASKDOCK-FRACTION";

// In the order of store::Priority.
constexpr std::array ics_priorities{9, 5, 3, 1};
static_assert(ics_priorities.size() == store::value_count<store::Priority>);

bool are_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Of digits, and not more than fit.
int number_of_digits(std::string_view digits) {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

template <class Time>
constexpr Time beginning_of() {
  return Time(
      std::chrono::floor<typename Time::duration>(support::first_moment.time_since_epoch()));
}

template <class Time>
constexpr Time end_of() {
  return Time(std::chrono::floor<typename Time::duration>(support::end_of_time.time_since_epoch()));
}

template <class Time>
std::optional<support::DateOrTime> within_years(Time time) {
  if (time < beginning_of<Time>() || time >= end_of<Time>()) return std::nullopt;
  return time;
}

/// Takes a number and the unit after it from the beginning of `text`: the number, or nothing if
/// they are not there.
std::optional<int> take_number(std::string_view& text, char unit) {
  const std::size_t size = text.find_first_not_of("0123456789");
  if (size == std::string_view::npos || size == 0 || size > 6 || text[size] != unit) {
    return std::nullopt;
  }
  const int number = number_of_digits(text.substr(0, size));
  text.remove_prefix(size + 1);
  return number;
}

}  // namespace

void append_ics_text(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || c == '\r') {
      out += "\\n";
      if (c == '\r' && text.substr(i + 1).starts_with('\n')) ++i;
    } else if (c == '\\' || c == ',' || c == ';') {
      out.append(1, '\\').append(1, c);
    } else if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7f') {
      out += "\xef\xbf\xbd";
    } else {
      out += c;
    }
  }
}

std::string read_ics_text(std::string_view value) {
  std::string text;
  text.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char next = value[i] == '\\' && i + 1 < value.size() ? value[i + 1] : '\0';
    if (next == 'n' || next == 'N') {
      text += '\n';
      ++i;
    } else if (next == '\\' || next == ',' || next == ';') {
      text += next;
      ++i;
    } else {
      text += value[i];
    }
  }
  return text;
}

void append_ics_time(std::string& out, std::string_view name, const support::DateOrTime& time) {
  char characters[support::max_date_or_time_size];
  const char* const end = support::write_date_or_time(characters, time);
  std::string value;
  for (const char* c = characters; c != end && *c != '.'; ++c) {
    if (*c != '-' && *c != ':') value += *c;
  }
  constexpr std::string_view without_seconds = "20260808T1030";
  if (value.size() == without_seconds.size()) value += "00";
  std::string line(name);
  if (std::holds_alternative<support::Date>(time)) line += ";VALUE=DATE";
  if (const auto* instant = std::get_if<support::Timestamp>(&time)) {
    value += 'Z';
    const auto fraction = *instant - std::chrono::floor<std::chrono::seconds>(*instant);
    if (fraction.count() != 0) {
      const std::string digits = std::to_string(fraction.count());
      line.append(1, ';').append(fraction_parameter).append(1, '=');
      line.append(6 - digits.size(), '0').append(digits);
    }
  }
  append_content_line(out, line.append(1, ':').append(value));
}

std::optional<support::DateOrTime> read_ics_time(const ContentLine& line) {
  const std::string_view value = support::trim_blanks(line.value);
  const std::string_view date = value.substr(0, 8);
  if (date.size() < 8 || !are_digits(date)) return std::nullopt;
  std::string text(date);
  text.insert(6, 1, '-').insert(4, 1, '-');
  std::string_view rest = value.substr(8);
  if (!rest.empty()) {
    const std::string_view time = rest.substr(1, 6);
    if (rest.front() != 'T' || time.size() < 6 || !are_digits(time)) return std::nullopt;
    text.append(1, 'T').append(time.substr(0, 2)).append(1, ':').append(time.substr(2, 2));
    text.append(1, ':').append(time.substr(4));
    rest.remove_prefix(7);
    if (!rest.empty() && rest != "Z") return std::nullopt;
    const auto is_zone = [zone = line.parameter("TZID")](std::string_view name) {
      return support::equals_ignoring_case(zone, name);
    };
    const bool is_utc = is_zone("UTC") || is_zone("Etc/UTC") || is_zone("GMT");
    if (!rest.empty() || is_utc) text += 'Z';
    const std::string_view fraction = line.parameter(fraction_parameter);
    if (text.ends_with('Z') && fraction.size() == 6 && are_digits(fraction)) {
      text.pop_back();
      text.append(1, '.').append(fraction).append(1, 'Z');
    }
  }
  return support::parse_date_or_time(text);
}

std::optional<std::chrono::seconds> read_ics_duration(std::string_view value) {
  std::string_view rest = support::trim_blanks(value);
  const bool is_negative = rest.starts_with('-');
  if (is_negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (!rest.starts_with('P') || rest.size() == 1) return std::nullopt;
  rest.remove_prefix(1);
  std::chrono::seconds duration{0};
  const auto take = [&](char unit, std::chrono::seconds each) {
    if (const auto number = take_number(rest, unit)) duration += *number * each;
  };
  take('W', std::chrono::weeks(1));
  take('D', std::chrono::days(1));
  if (rest.starts_with('T') && rest.size() > 1) {
    rest.remove_prefix(1);
    take('H', std::chrono::hours(1));
    take('M', std::chrono::minutes(1));
    take('S', std::chrono::seconds(1));
  }
  if (!rest.empty()) return std::nullopt;
  return is_negative ? -duration : duration;
}

std::optional<support::DateOrTime> add_duration(const support::DateOrTime& time,
                                                std::chrono::seconds duration) {
  if (const auto* instant = std::get_if<support::Timestamp>(&time)) {
    return within_years(*instant + duration);
  }
  if (const auto* local = std::get_if<support::LocalTime>(&time)) {
    return within_years(*local + duration);
  }
  const auto& date = std::get<support::Date>(time);
  if (duration % std::chrono::days(1) != std::chrono::seconds(0)) {
    return within_years(support::LocalTime(date) + duration);
  }
  return within_years(date + std::chrono::duration_cast<std::chrono::days>(duration));
}

int ics_priority(store::Priority priority) {
  return ics_priorities[static_cast<std::size_t>(priority)];
}

std::optional<store::Priority> priority_of_ics(int number) {
  if (number <= 0) return std::nullopt;
  if (number == 1) return store::Priority::urgent;
  if (number < 5) return store::Priority::high;
  return number == 5 ? store::Priority::medium : store::Priority::low;
}

}  // namespace taskdock::formats
