#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/content_lines.h"
#include "formats/task_reader.h"

namespace taskdock::formats {

/// Reads one VTODO of iCalendar, and tells of its faults.
class IcsTask {
 public:
  /// Begins in this line.
  IcsTask(TaskSink& sink, std::size_t line) : sink_(sink), line_(line) {}

  /// A property of the task, or of an alarm (VALARM) of it, at the line `number`.
  void read(const ContentLine& property, std::size_t number);
  void read_alarm(const ContentLine& property, std::size_t number);
  void end_alarm();
  /// That was all. Hands the task in.
  void finish();

 private:
  /// How to read a property.
  struct Property;
  static const Property properties[];

  /// A VALARM, as far as it is read.
  struct Alarm {
    std::optional<support::DateOrTime> time;
    std::optional<std::chrono::seconds> offset;
    bool is_after_due = false;  // the offset is from the due date, and not from the beginning
    bool is_off = false;        // it reminds of nothing, or of being at a place
  };

  void refuse(const char* member, const char* why);
  std::string read_text(const ContentLine& property, const char* member);
  /// Keeps the text of a property that tasks do not have for the description, as "Kind: text".
  void note(std::string_view kind, const ContentLine& property);
  std::optional<support::Timestamp> read_past(const ContentLine& property, const char* member);
  void read_status(const ContentLine& property);
  void read_priority(const ContentLine& property);
  void read_tags(const ContentLine& property);
  void complete_times();
  void complete_texts();
  void read_trigger(const ContentLine& property);
  template <class T>
  void read_own(const ContentLine& property, const char* member, T& to);
  void remind_after(const std::optional<support::DateOrTime>& time,
                    const std::optional<std::chrono::seconds>& offset);
  void remind_at(const support::DateOrTime& time);

  TaskSink& sink_;
  const std::size_t line_;
  std::size_t at_line_ = 0;  // of the property that is read
  std::size_t bytes_ = 0;    // of all that were read
  bool is_too_large_ = false;
  ImportedTask task_;
  std::vector<std::string> categories_;
  std::vector<std::string> notes_;  // what follows the description
  bool is_done_ = false;            // by its percentage
  std::optional<support::Timestamp> stamp_;
  std::optional<support::DateOrTime> start_;
  std::optional<std::chrono::seconds> duration_;  // from the start until it is due
  std::string occurrence_;                        // which one of a series it is alone
  Alarm alarm_;
  // The earliest of all alarms of each kind.
  std::optional<support::Timestamp> alarm_time_;
  std::optional<support::DateOrTime> local_alarm_;  // of a time zone, so that it has no moment
  std::optional<std::chrono::seconds> alarm_from_start_;
  std::optional<std::chrono::seconds> alarm_from_due_;
};

}  // namespace taskdock::formats
