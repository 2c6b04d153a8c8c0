#include "formats/ics_format.h"

#include <optional>
#include <string>
#include <utility>

#include "formats/byte_order_mark.h"
#include "formats/content_lines.h"
#include "formats/ics_task.h"
#include "formats/ics_values.h"
#include "formats/member_text.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

class IcsWriter final : public TaskWriter {
 public:
  void begin(std::string& out) override {
    out += "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Taskdock//Taskdock//EN\r\n";
  }

  void write(std::string& out, const ExportedTask& task) override {
    out += "BEGIN:VTODO\r\n";
    append_property(out, "UID", task.id);
    // Of a file that nobody was sent, this is the time of the last change (3.8.7.2).
    append_ics_time(out, "DTSTAMP", std::chrono::floor<std::chrono::seconds>(task.updated_at));
    append_ics_time(out, "CREATED", task.created_at);
    append_ics_time(out, "LAST-MODIFIED", task.updated_at);
    append_text(out, "SUMMARY", task.title);
    if (task.description) append_text(out, "DESCRIPTION", *task.description);
    // A VTODO with a rule must have a beginning (3.8.2.4).
    if (task.due_date && task.recurrence) append_ics_time(out, "DTSTART", *task.due_date);
    if (task.due_date) append_ics_time(out, "DUE", *task.due_date);
    if (task.recurrence) append_content_line(out, "RRULE:" + *task.recurrence);
    if (task.priority) {
      append_content_line(out, "PRIORITY:" + std::to_string(ics_priority(*task.priority)));
    }
    append_tags(out, task.tags);
    append_completion(out, task);
    append_own(out, task);
    if (task.remind_at) append_alarm(out, task);
    out += "END:VTODO\r\n";
  }

  void end(std::string& out) override { out += "END:VCALENDAR\r\n"; }

 private:
  template <class T>
  static void append_property(std::string& out, std::string_view name, const T& value) {
    std::string line(name);
    append_value(line += ':', value);
    append_content_line(out, line);
  }

  static void append_text(std::string& out, std::string_view name, std::string_view text) {
    std::string line(name);
    append_ics_text(line += ':', text);
    append_content_line(out, line);
  }

  static void append_tags(std::string& out, const std::vector<std::string>& tags) {
    if (tags.empty()) return;
    std::string line = "CATEGORIES:";
    for (const std::string& tag : tags) {
      if (&tag != &tags.front()) line += ',';
      append_ics_text(line, tag);
    }
    append_content_line(out, line);
  }

  static void append_completion(std::string& out, const ExportedTask& task) {
    out += task.is_completed ? "STATUS:COMPLETED\r\nPERCENT-COMPLETE:100\r\n"
                             : "STATUS:NEEDS-ACTION\r\n";
    if (task.completed_at) append_ics_time(out, "COMPLETED", *task.completed_at);
  }

  static void append_own(std::string& out, const ExportedTask& task) {
    if (task.recurrence_from != store::RecurrenceFrom::due) {
      append_property(out, "X-TASKDOCK-RECURRENCE-FROM", task.recurrence_from);
    }
    if (task.parent_task_id) {
      append_property(out, "X-TASKDOCK-PARENT-TASK-ID", *task.parent_task_id);
    }
    if (task.next_task_id) append_property(out, "X-TASKDOCK-NEXT-TASK-ID", *task.next_task_id);
  }

  static void append_alarm(std::string& out, const ExportedTask& task) {
    out += "BEGIN:VALARM\r\nACTION:DISPLAY\r\n";
    append_text(out, "DESCRIPTION", task.title);
    append_ics_time(out, "TRIGGER;VALUE=DATE-TIME", *task.remind_at);
    out += "END:VALARM\r\n";
  }
};

class IcsReader final : public TaskReader {
 public:
  explicit IcsReader(TaskSink& sink) : sink_(sink) {}

  void read(std::string_view bytes) override {
    while (lines_.next(bytes)) read_line();
  }

  void finish() override {
    while (lines_.finish()) read_line();
    if (!is_in_task_) hand_in();
    if (!has_calendar_) {
      sink_.refuse({0, {}, "The file has no calendar: it must begin with BEGIN:VCALENDAR"});
    } else if (is_in_calendar_) {
      sink_.refuse({0, {}, "The file is not complete: it ends before END:VCALENDAR"});
    }
  }

 private:
  void read_line() {
    if (lines_.line().empty()) return;
    const auto line = parse_content_line(lines_.line());
    if (!line) {
      // What other components have is passed over, whatever it is.
      if (is_in_task_ && depth_ == 0) {
        sink_.refuse({lines_.number(), {}, "The line must begin with a name and a colon"});
      }
    } else if (support::equals_ignoring_case(line->name, "BEGIN")) {
      begin(support::trim_blanks(line->value));
    } else if (support::equals_ignoring_case(line->name, "END")) {
      end(support::trim_blanks(line->value));
    } else if (is_in_task_ && depth_ == 0) {
      task_->read(*line, lines_.number());
    } else if (is_in_alarm()) {
      task_->read_alarm(*line, lines_.number());
    }
  }

  bool is_in_alarm() const { return is_alarm_ && depth_ == 1; }

  void begin(std::string_view component) {
    const bool is_task = support::equals_ignoring_case(component, "VTODO");
    if (is_in_task_ && is_task) {
      sink_.refuse(
          {lines_.number(), {}, "The task begins inside another one: END:VTODO is missing"});
      drop_task();
    }
    const bool is_alarm = support::equals_ignoring_case(component, "VALARM");
    // Some versions of Nextcloud Tasks put the alarms of a task behind it.
    if (is_in_task_ || depth_ > 0 || (task_ && is_alarm)) {
      if (++depth_ == 1) is_alarm_ = is_alarm;
      return;
    }
    hand_in();
    if (is_task) {
      task_.emplace(sink_, lines_.number());
      is_in_task_ = true;
    } else if (support::equals_ignoring_case(component, "VCALENDAR")) {
      has_calendar_ = true;
      is_in_calendar_ = true;
    }
  }

  void end(std::string_view component) {
    if (support::equals_ignoring_case(component, "VCALENDAR")) {
      if (is_in_task_) {
        sink_.refuse(
            {lines_.number(), {}, "The calendar ends inside a task: END:VTODO is missing"});
      } else {
        hand_in();
      }
      drop_task();
      is_in_calendar_ = false;
    } else if (depth_ > 0) {
      if (is_in_alarm()) task_->end_alarm();
      if (--depth_ == 0) is_alarm_ = false;
    } else if (is_in_task_) {
      is_in_task_ = false;
      if (support::equals_ignoring_case(component, "VTODO")) return;
      sink_.refuse({lines_.number(), {}, "The line must be END:VTODO"});
      drop_task();
    }
  }

  /// Of the last task nothing can follow any more.
  void hand_in() {
    if (task_) task_->finish();
    task_.reset();
  }

  void drop_task() {
    task_.reset();
    is_in_task_ = false;
    depth_ = 0;
    is_alarm_ = false;
  }

  TaskSink& sink_;
  ContentLines lines_;
  bool has_calendar_ = false;
  bool is_in_calendar_ = false;
  std::optional<IcsTask> task_;  // the last one, which alarms may follow
  bool is_in_task_ = false;      // it has not ended
  std::size_t depth_ = 0;  // how many components in it, or behind it, have begun and not ended
  bool is_alarm_ = false;  // the first of them
};

}  // namespace

std::unique_ptr<TaskWriter> make_ics_writer() {
  return std::make_unique<IcsWriter>();
}

std::unique_ptr<TaskReader> make_ics_reader(TaskSink& sink) {
  return std::make_unique<IcsReader>(sink);
}

bool begins_as_ics(std::string_view beginning) {
  if (beginning.starts_with(byte_order_mark)) beginning.remove_prefix(byte_order_mark.size());
  constexpr std::string_view calendar = "BEGIN:VCALENDAR";
  return support::equals_ignoring_case(beginning.substr(0, calendar.size()), calendar);
}

}  // namespace taskdock::formats
