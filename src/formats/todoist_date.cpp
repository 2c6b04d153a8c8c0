#include "formats/todoist_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "support/text.h"

namespace taskdock::formats {

namespace {

using Words = std::vector<std::string>;

/// The words of `text` in lower case, without the commas between them.
Words words_of(std::string_view text) {
  Words words;
  std::string word;
  for (const char c : support::to_lower_ascii(text) + ' ') {
    if (c != ' ' && c != ',') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

/// The place in `names` of the one that is `word`, or its first three letters.
template <std::size_t size>
std::optional<std::size_t> place_of(const std::array<std::string_view, size>& names,
                                    std::string_view word) {
  const auto found = std::find_if(names.begin(), names.end(), [word](std::string_view name) {
    return word == name || word == name.substr(0, 3);
  });
  if (found == names.end()) return {};
  return found - names.begin();
}

std::optional<unsigned> number_of(std::string_view word, unsigned max) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() || number < 1 || number > max) {
    return {};
  }
  return number;
}

/// The number of "15th".
std::optional<unsigned> ordinal_of(std::string_view word, unsigned max) {
  for (const std::string_view end : {"st", "nd", "rd", "th"}) {
    if (word.ends_with(end)) return number_of(word.substr(0, word.size() - end.size()), max);
  }
  return {};
}

/// The time of day of "17:00", "9am" and "9:30pm", and, if a number may be one, "9".
std::optional<std::chrono::minutes> time_of(std::string_view word, bool may_be_number) {
  const bool is_morning = word.ends_with("am");
  const bool has_half = is_morning || word.ends_with("pm");
  if (has_half) word.remove_suffix(2);
  unsigned hour = 0;
  unsigned minute = 0;
  const char* const last = word.data() + word.size();
  const auto [colon, no_hour] = std::from_chars(word.data(), last, hour);
  if (no_hour != std::errc()) return {};
  if (colon != last) {
    if (*colon != ':' || last - colon != 3) return {};
    const auto [end, no_minute] = std::from_chars(colon + 1, last, minute);
    if (no_minute != std::errc() || end != last || minute > 59) return {};
  } else if (!has_half && !may_be_number) {
    return {};
  }
  if (has_half) {
    if (hour < 1 || hour > 12) return {};
    hour = hour % 12 + (is_morning ? 0 : 12);
  }
  if (hour > 23) return {};
  return std::chrono::hours(hour) + std::chrono::minutes(minute);
}

/// Takes a time off the end of `words`, and the "at" before it.
std::optional<std::chrono::minutes> take_time(Words& words) {
  if (words.size() < 2) return {};
  if (words.size() > 2 && (words.back() == "am" || words.back() == "pm")) {
    words[words.size() - 2] += words.back();
    words.pop_back();
  }
  const bool has_at = words[words.size() - 2] == "at";
  const auto time = time_of(words.back(), has_at);
  if (time) words.resize(words.size() - (has_at ? 2 : 1));
  return time;
}

/// The day of "8 aug" and "aug 8th", with which `words` must begin.
std::optional<std::chrono::month_day> day_of_year(const Words& words) {
  static constexpr std::array<std::string_view, 12> months = {
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  constexpr unsigned last_day = 31;
  if (words.size() < 2) return {};
  const auto first_month = place_of(months, words[0]);
  const auto month = first_month ? first_month : place_of(months, words[1]);
  const std::string& number = words[first_month ? 1 : 0];
  const auto plain = number_of(number, last_day);
  const auto day = plain ? plain : ordinal_of(number, last_day);
  if (!month || !day) return {};
  const std::chrono::month_day found(std::chrono::month(static_cast<unsigned>(*month) + 1),
                                     std::chrono::day(*day));
  if (!found.ok()) return {};
  return found;
}

/// Reads "8 aug 2026" or "2026-08-08" into `day`.
bool read_date_in_words(const Words& words, support::Date& day) {
  if (words.size() == 1) {
    const auto value = support::parse_date_or_time(words[0]);
    const auto* const date = value ? std::get_if<support::Date>(&*value) : nullptr;
    if (date) day = *date;
    return date != nullptr;
  }
  const auto name = day_of_year(words);
  const bool has_year = words.size() == 3 && words[2].size() == 4;
  const auto year = has_year ? number_of(words[2], 9999) : std::nullopt;
  if (!name || !year) return false;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)), name->month(),
                                         name->day());
  if (date.ok()) day = support::Date(date);
  return date.ok();
}

bool read_moment(std::string_view text, ImportedTask& task) {
  std::string plain(text);
  // A space between the day and the time, where RFC 3339 has a T.
  if (plain.size() > 10 && plain[10] == ' ') plain[10] = 'T';
  task.due_date = support::parse_date_or_time(plain);
  return task.due_date.has_value();
}

/// The FREQ of "day", "weeks" and so on.
std::optional<std::string> frequency_of(std::string_view unit) {
  static constexpr std::array<std::array<std::string_view, 3>, 4> units = {
      {{"day", "days", "DAILY"},
       {"week", "weeks", "WEEKLY"},
       {"month", "months", "MONTHLY"},
       {"year", "years", "YEARLY"}}};
  for (const auto& [one, several, frequency] : units) {
    if (unit == one || unit == several) return std::string("FREQ=").append(frequency);
  }
  return {};
}

/// The BYDAY of "monday", or of "mon" and "thu".
std::optional<std::string> weekdays_of(const Words& words, std::size_t first) {
  static constexpr std::array<std::string_view, 7> names = {
      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  std::string days;
  for (std::size_t i = first; i < words.size(); ++i) {
    if (words[i] == "and") continue;
    const auto place = place_of(names, words[i]);
    if (!place) return {};
    const std::string_view name = names[*place];
    days.append(days.empty() ? "" : ",");
    for (const char c : name.substr(0, 2)) days += static_cast<char>(c - 'a' + 'A');
  }
  if (days.empty()) return {};
  return "FREQ=WEEKLY;BYDAY=" + days;
}

/// The rule of what follows "every".
std::optional<std::string> rule_of(const Words& words) {
  if (words.size() == 2) {
    constexpr unsigned last_day = 31;
    const auto day = ordinal_of(words[1], last_day);
    if (day) return "FREQ=MONTHLY;BYMONTHDAY=" + std::to_string(*day);
  }
  if (words.size() == 3 && words[1] == "last" && words[2] == "day") {
    return "FREQ=MONTHLY;BYMONTHDAY=-1";
  }
  std::size_t at = 1;
  std::string interval;
  if (at < words.size() && words[at] == "other") {
    interval = ";INTERVAL=2";
    ++at;
  } else if (at < words.size()) {
    if (const auto count = number_of(words[at], 999)) {
      interval = ";INTERVAL=" + std::to_string(*count);
      ++at;
    }
  }
  if (at >= words.size()) return {};
  if (at + 1 == words.size()) {
    if (words[at] == "weekday" || words[at] == "workday") {
      if (!interval.empty()) return {};
      return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
    }
    if (const auto frequency = frequency_of(words[at])) return *frequency + interval;
  }
  const auto weekdays = weekdays_of(words, at);
  // "every 2 monday" is the second one of something.
  if (!weekdays || (at > 1 && words[1] != "other")) return {};
  return *weekdays + interval;
}

std::optional<std::string> rule_of_adverb(const Words& words) {
  static constexpr std::array<std::string_view, 4> adverbs = {"daily", "weekly", "monthly",
                                                              "yearly"};
  static constexpr std::array<std::string_view, 4> units = {"day", "week", "month", "year"};
  if (words.size() != 1) return {};
  const auto found = std::find(adverbs.begin(), adverbs.end(), words[0]);
  if (found == adverbs.end()) return {};
  return frequency_of(units[static_cast<std::size_t>(found - adverbs.begin())]);
}

}  // namespace

bool read_todoist_date(std::string_view text, ImportedTask& task) {
  text = support::trim(text);
  if (read_moment(text, task)) return true;
  Words words = words_of(text);
  const auto time = take_time(words);
  if (words.empty()) return false;
  if (support::Date day; read_date_in_words(words, day)) {
    task.due_date = time ? support::DateOrTime(support::LocalTime(day) + *time) : day;
    return true;
  }
  if (const auto day = words.size() == 2 ? day_of_year(words) : std::nullopt) {
    task.due_at_import = DueAtImport{.day = day, .time = time};
    return true;
  }
  const bool is_from_completion = words[0] == "every!" || words[0] == "ev!";
  const bool recurs = is_from_completion || words[0] == "every" || words[0] == "ev";
  const auto rule = recurs ? rule_of(words) : rule_of_adverb(words);
  if (!rule) return false;
  task.recurrence = rule;
  if (is_from_completion) task.recurrence_from = store::RecurrenceFrom::completion;
  task.due_at_import = DueAtImport{.time = time};
  return true;
}

}  // namespace taskdock::formats
