#include "formats/vikunja_format.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "formats/byte_order_mark.h"
#include "formats/foreign_text.h"
#include "formats/html_text.h"
#include "formats/json_parts.h"
#include "formats/member_text.h"
#include "support/json_value.h"

namespace taskdock::formats {

namespace {

using support::JsonValue;

/// The member `name` of `object`; absent if it is no object, or has none.
JsonValue member(const JsonValue& object, std::string_view name) {
  JsonValue value;
  if (object.kind == JsonValue::Kind::object) {
    support::find_json_members(object, {&name, 1}, {&value, 1});
  }
  return value;
}

/// A text without the character U+0000, which no text of ours may have; empty if `value` is none.
std::string text_of(const JsonValue& value) {
  if (value.kind != JsonValue::Kind::string) return {};
  std::string text = support::decode_json_string(value);
  std::erase(text, '\0');
  return text;
}

template <class Use>
void for_each_element(const JsonValue& array, Use use) {
  if (array.kind != JsonValue::Kind::array) return;
  support::JsonElements elements(array);
  for (JsonValue element; elements.next(element);) use(element);
}

/// A moment; nothing for the beginning of the year 1, in any time zone, which Go has where there is
/// none.
std::optional<support::Timestamp> time_of(const JsonValue& value) {
  support::Timestamp time;
  const bool is_time = read_value(text_of(value), time) == nullptr;
  if (!is_time || time - support::first_moment < std::chrono::days(1)) return {};
  return time;
}

/// The priorities 1 to 5 are low, medium, high, urgent and "do now".
std::optional<store::Priority> priority_of(std::int64_t level) {
  if (level < 1) return {};
  return static_cast<store::Priority>(
      std::min<std::int64_t>(level - 1, static_cast<std::int64_t>(store::Priority::urgent)));
}

/// The rule of every so many seconds, if they are days.
std::optional<std::string> rule_of(std::int64_t seconds) {
  constexpr std::int64_t day = 24 * 60 * 60;
  if (seconds < day || seconds % day != 0 || seconds / day > 9999) return {};
  const std::int64_t days = seconds / day;
  const bool is_weeks = days % 7 == 0;
  const std::int64_t interval = is_weeks ? days / 7 : days;
  std::string rule = is_weeks ? "FREQ=WEEKLY" : "FREQ=DAILY";
  if (interval > 1) rule += ";INTERVAL=" + std::to_string(interval);
  return rule;
}

/// Reads one task of the project with the title `project`.
class VikunjaTask {
 public:
  VikunjaTask(const JsonValue& object, const std::string& project) : object_(object) {
    set_title(task_, text("title"));
    add_paragraph(task_, text_of_html(text("description")));
    for_each_element(get("labels"), [&](const JsonValue& label) {
      add_tag(task_, "Label", text_of(member(label, "title")));
    });
    add_tag(task_, "Project", project);
    task_.priority = priority_of(number("priority"));
    task_.is_completed = get("done").text == "true";
    if (*task_.is_completed) task_.completed_at = time("done_at");
    task_.created_at = time("created");
    task_.updated_at = time("updated");
    if (const auto due = time("due_date")) task_.due_date = *due;
    read_recurrence();
    read_reminders();
    add_date("Start: ", "start_date");
    add_date("End: ", "end_date");
    for_each_element(member(get("related_tasks"), "parenttask"), [&](const JsonValue& parent) {
      add_paragraph(task_, "Part of: " + text_of(member(parent, "title")));
    });
    for_each_element(get("comments"), [&](const JsonValue& comment) {
      add_paragraph(task_, text_of_html(text_of(member(comment, "comment"))));
    });
    // The number alone is that of many tasks, of other servers.
    task_.id = "vikunja " + std::to_string(number("id")) + ' ' + text("created");
  }

  ImportedTask take() { return std::move(task_); }

 private:
  JsonValue get(std::string_view name) const { return member(object_, name); }
  std::string text(std::string_view name) const { return text_of(get(name)); }
  std::optional<support::Timestamp> time(std::string_view name) const { return time_of(get(name)); }
  std::int64_t number(std::string_view name) const {
    return support::parse_json_integer(get(name)).value_or(0);
  }

  void read_recurrence() {
    constexpr std::int64_t monthly = 1;
    constexpr std::int64_t from_completion = 2;
    const std::int64_t mode = number("repeat_mode");
    const std::int64_t seconds = number("repeat_after");
    if (mode != monthly && seconds <= 0) return;
    const auto rule =
        mode == monthly ? std::optional<std::string>("FREQ=MONTHLY") : rule_of(seconds);
    if (!rule) return add_paragraph(task_, "Repeats every " + std::to_string(seconds) + " seconds");
    task_.recurrence = rule;
    if (mode == from_completion) task_.recurrence_from = store::RecurrenceFrom::completion;
    task_.due_at_import.emplace();
  }

  void read_reminders() {
    for_each_element(get("reminders"), [&](const JsonValue& reminder) {
      const JsonValue moment = member(reminder, "reminder");
      const auto time = time_of(moment);
      if (time && !task_.remind_at) {
        task_.remind_at = time;
      } else if (time) {
        add_paragraph(task_, "Reminder: " + text_of(moment));
      }
    });
  }

  void add_date(const char* kind, std::string_view name) {
    if (time(name)) add_paragraph(task_, kind + text(name));
  }

  const JsonValue& object_;
  ImportedTask task_;
};

class VikunjaReader final : public TaskReader {
 public:
  explicit VikunjaReader(TaskSink& sink) : sink_(sink), parts_({"*/title", "*/tasks/*"}) {}

  void read(std::string_view bytes) override {
    while (parts_.next(bytes)) {
      const support::ParsedJson parsed = support::parse_json(parts_.text());
      if (parts_.path() == 0) {
        project_ =
            parts_.is_too_long() ? std::string() : std::string(shared_text(text_of(parsed.value)));
      } else {
        read_task(parsed);
      }
    }
  }

  void finish() override {
    parts_.finish();
    if (parts_.is_broken()) {
      sink_.refuse({0, {}, parts_.fault()});
    } else if (!parts_.has_place(1)) {
      sink_.refuse({0, {}, "The file has no project with a list of tasks"});
    }
  }

 private:
  void read_task(const support::ParsedJson& parsed) {
    ++number_;
    if (parts_.is_too_long()) {
      sink_.refuse({number_, {}, "The task is larger than a megabyte"});
    } else if (parsed.value.kind != JsonValue::Kind::object) {
      sink_.refuse({number_, {}, "The task is no JSON object"});
    } else {
      sink_.take(VikunjaTask(parsed.value, project_).take(), number_);
    }
  }

  TaskSink& sink_;
  JsonParts parts_;
  std::string project_;
  std::size_t number_ = 0;
};

}  // namespace

std::unique_ptr<TaskReader> make_vikunja_reader(TaskSink& sink) {
  return std::make_unique<VikunjaReader>(sink);
}

bool begins_as_vikunja(std::string_view beginning) {
  // Other lists have tasks where this one has projects. One that is not to its end in the beginning
  // is long, as projects are.
  JsonParts first({"*"});
  std::string_view rest = beginning;
  const bool is_project =
      !first.next(rest) ||
      member(support::parse_json(first.text()).value, "tasks").kind != JsonValue::Kind::absent;
  if (beginning.starts_with(byte_order_mark)) beginning.remove_prefix(byte_order_mark.size());
  // The id of a project is a number, and it comes first.
  for (const std::string_view token : {"[", "{", "\"id\"", ":"}) {
    beginning.remove_prefix(std::min(beginning.find_first_not_of(" \t\r\n"), beginning.size()));
    if (!beginning.starts_with(token)) return false;
    beginning.remove_prefix(token.size());
  }
  beginning.remove_prefix(std::min(beginning.find_first_not_of(" \t\r\n"), beginning.size()));
  return !beginning.empty() && beginning[0] >= '0' && beginning[0] <= '9' && is_project;
}

}  // namespace taskdock::formats
