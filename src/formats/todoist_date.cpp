#include "formats/todoist_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
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

/// "8 aug 2026", "aug 8 2026".
std::optional<support::Date> day_of(const Words& words) {
  static constexpr std::array<std::string_view, 12> months = {
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  if (words.size() < 3) return {};
  auto month = place_of(months, words[0]);
  auto day = number_of(words[1], 31);
  if (!month) {
    day = number_of(words[0], 31);
    month = place_of(months, words[1]);
  }
  const auto year = number_of(words[2], 9999);
  if (!month || !day || !year) return {};
  const auto date = std::chrono::year(static_cast<int>(*year)) /
                    std::chrono::month(static_cast<unsigned>(*month) + 1) / std::chrono::day(*day);
  if (!date.ok()) return {};
  return support::Date(date);
}

bool read_moment(std::string_view text, ImportedTask& task) {
  std::string plain(text);
  // A space between the day and the time, where RFC 3339 has a T.
  if (plain.size() > 10 && plain[10] == ' ') plain[10] = 'T';
  task.due_date = support::parse_date_or_time(plain);
  if (task.due_date) return true;
  const Words words = words_of(text);
  const auto day = day_of(words);
  if (!day || words.size() > 4) return false;
  std::string written;
  support::append_date_or_time(written, *day);
  if (words.size() == 4) written += 'T' + words[3];
  task.due_date = support::parse_date_or_time(written);
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
  const Words words = words_of(text);
  if (words.empty()) return false;
  const bool is_from_completion = words[0] == "every!";
  const bool recurs = is_from_completion || words[0] == "every";
  const auto rule = recurs ? rule_of(words) : rule_of_adverb(words);
  if (!rule) return false;
  task.recurrence = rule;
  if (is_from_completion) task.recurrence_from = store::RecurrenceFrom::completion;
  task.is_due_at_import = true;
  return true;
}

}  // namespace taskdock::formats
