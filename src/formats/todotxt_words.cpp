#include "formats/todotxt_words.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <variant>

#include "formats/foreign_text.h"
#include "formats/member_text.h"
#include "formats/percent.h"
#include "support/recurrence.h"
#include "support/uuid.h"

namespace taskdock::formats {

namespace {

/// Reads the value of a member that the line has not said yet.
template <class T>
bool read_member(std::string_view text, std::optional<T>& to) {
  T value;
  if (to || read_value(text, value) != nullptr) return false;
  to = value;
  return true;
}

/// A text that was written by append_as_word.
bool read_text(std::string_view word, std::optional<std::string>& to) {
  std::string text = decode_word(word);
  if (to || text_fault(text) != nullptr) return false;
  to = std::move(text);
  return true;
}

/// The rule of "2w", as other programs write it: every second week. Nothing if it is no such thing.
std::optional<std::string> rule_of(std::string_view interval) {
  int count = 0;
  const auto [end, error] =
      std::from_chars(interval.data(), interval.data() + interval.size(), count);
  if (error != std::errc() || end + 1 != interval.data() + interval.size() || count < 1) return {};
  std::string rule;
  switch (*end) {
    case 'd':
      rule = "FREQ=DAILY";
      break;
    case 'w':
      rule = "FREQ=WEEKLY";
      break;
    case 'm':
      rule = "FREQ=MONTHLY";
      break;
    case 'y':
      rule = "FREQ=YEARLY";
      break;
    case 'b':  // business days, of which only each can be said in a rule
      if (count == 1) return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
      return {};
    default:
      return {};
  }
  if (count > 1) rule += ";INTERVAL=" + std::to_string(count);
  return rule;
}

bool read_rule(std::string_view text, ImportedTask& task) {
  if (task.recurrence) return false;
  try {
    const support::Recurrence rule(text);
  } catch (const support::InvalidRecurrence&) {
    return false;
  }
  task.recurrence = text;
  return true;
}

/// "rec:+2w" recurs from the due date, "rec:2w" from the completion.
bool read_interval(std::string_view text, ImportedTask& task) {
  const bool is_from_due = text.starts_with('+');
  const auto rule = rule_of(text.substr(is_from_due ? 1 : 0));
  if (!rule || !read_rule(*rule, task)) return false;
  task.recurrence_from =
      is_from_due ? store::RecurrenceFrom::due : store::RecurrenceFrom::completion;
  return true;
}

bool read_letter(std::string_view text, ImportedTask& task) {
  if (task.priority || text.size() != 1 || text[0] < 'A' || text[0] > 'Z') return false;
  task.priority = priority_of(text[0]);
  return true;
}

/// What is no tag, or one too many, stays a word of the title.
bool take_tag(std::string_view word, ImportedTask& task) {
  std::string tag = decode_word(word);
  if (text_fault(tag) != nullptr || task.tags.size() >= max_tags || !can_be_tag(tag)) return false;
  task.tags.push_back(std::move(tag));
  return true;
}

/// Other programs number the tasks of each file (id:1), which is no id beyond it.
bool read_id(std::string_view word, std::optional<std::string>& to) {
  if (to || !support::Uuid::parse(word)) return false;
  to = word;
  return true;
}

/// The interval that says the same as `rule`, if there is one.
std::optional<std::string> interval_of(const std::string& rule) {
  const std::size_t equals = rule.rfind('=');
  const std::string count =
      rule.find(";INTERVAL=") == std::string::npos ? "1" : rule.substr(equals + 1);
  for (const char unit : {'d', 'w', 'm', 'y', 'b'}) {
    if (rule_of(count + unit) == rule) return count + unit;
  }
  return {};
}

void append_recurrence(std::string& out, const ExportedTask& task) {
  const bool is_from_due = task.recurrence_from == store::RecurrenceFrom::due;
  if (const auto interval = task.recurrence ? interval_of(*task.recurrence) : std::nullopt) {
    out.append(is_from_due ? " rec:+" : " rec:").append(*interval);
    return;
  }
  if (task.recurrence) append_as_word(out += " rrule:", *task.recurrence);
  if (!is_from_due) out += " from:completion";
}

}  // namespace

store::Priority priority_of(char letter) {
  const int place = letter - 'A';
  return static_cast<store::Priority>(
      std::max(static_cast<int>(store::Priority::urgent) - place, 0));
}

char letter_of(store::Priority priority) {
  return static_cast<char>('A' + static_cast<int>(store::Priority::urgent) -
                           static_cast<int>(priority));
}

bool read_day(std::string_view text, support::Date& to) {
  const auto value = support::parse_date_or_time(text);
  const auto* day = value ? std::get_if<support::Date>(&*value) : nullptr;
  if (!day) return false;
  to = *day;
  return true;
}

bool take_word(std::string_view word, ImportedTask& task) {
  if (word.size() > 1 && (word[0] == '+' || word[0] == '@')) return take_tag(word.substr(1), task);
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos || colon + 1 == word.size()) return false;
  const std::string_view key = word.substr(0, colon);
  const std::string_view value = word.substr(colon + 1);
  if (key == "due") return read_member(value, task.due_date);
  if (key == "remind") return read_member(value, task.remind_at);
  if (key == "pri") return read_letter(value, task);
  if (key == "rec") return read_interval(value, task);
  if (key == "rrule") return read_rule(decode_word(value), task);
  if (key == "from") return read_value(value, task.recurrence_from) == nullptr;
  if (key == "note") return read_text(value, task.description);
  if (key == "id") return read_id(value, task.id);
  return false;
}

void append_words(std::string& out, const ExportedTask& task) {
  for (const std::string& tag : task.tags) append_as_word(out += " +", tag);
  if (task.due_date) append_value(out += " due:", *task.due_date);
  if (task.priority && task.is_completed) (out += " pri:") += letter_of(*task.priority);
  append_recurrence(out, task);
  if (task.remind_at) append_value(out += " remind:", *task.remind_at);
  if (!task.description.value_or("").empty()) append_as_word(out += " note:", *task.description);
  append_value(out += " id:", task.id);
}

}  // namespace taskdock::formats
