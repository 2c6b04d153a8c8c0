#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/schema.h"
#include "api/task_import.h"
#include "api/task_types.h"
#include "formats/format_list.h"

/// The requests and responses with which tasks move in and out.
namespace taskdock::api {

/// The names of the formats that have such a part, in their order.
template <auto part>
constexpr auto names_of_formats() {
  constexpr auto has_part = [](const formats::Format& format) {
    return (format.*part).has_value();
  };
  constexpr auto format_count =
      std::count_if(formats::format_list.begin(), formats::format_list.end(), has_part);
  std::array<std::string_view, format_count> names;
  std::size_t i = 0;
  for (const formats::Format& format : formats::format_list) {
    if (has_part(format)) names[i++] = format.name;
  }
  return names;
}

/// Each format that can be written, and each that can be read.
enum class ExportFormat {};
enum class ImportFormat {};

template <>
inline constexpr auto words<ExportFormat> = names_of_formats<&formats::Format::make_writer>();
template <>
inline constexpr auto words<ImportFormat> = names_of_formats<&formats::Format::make_reader>();

/// The format that `value` stands for.
template <class Enumeration>
const formats::Format& format_of(Enumeration value) {
  return *formats::find_format(words<Enumeration>[static_cast<std::size_t>(value)]);
}

struct ExportParameters {
  std::optional<ExportFormat> format;
};

template <>
inline constexpr auto schema<ExportParameters> =
    object("ExportParameters", member("format", &ExportParameters::format, Choice{},
                                      "What the file is to be; json if it is absent"));

template <>
inline constexpr std::array<std::string_view, 2> words<EqualTask> = {"skip", "import"};

struct ImportParameters {
  std::optional<ImportFormat> format;
  bool dry_run = false;
  bool deleted = false;
  std::optional<EqualTask> equal;
};

template <>
inline constexpr auto schema<ImportParameters> = object(
    "ImportParameters",
    member(
        "format", &ImportParameters::format, Choice{},
        "What the file is. If it is absent, the media type and the beginning of the file say it"),
    member("dry_run", &ImportParameters::dry_run, Boolean{},
           "Whether only to say what would be done"),
    member("deleted", &ImportParameters::deleted, Boolean{},
           "Whether tasks that were deleted since come back: from the trash as they are there, "
           "others as the file has them"),
    member("equal", &ImportParameters::equal, Choice{},
           "What becomes of tasks without an id that are equal to some that were imported before. "
           "If it is absent, they are skipped if more than half of the first 64 tasks of the file "
           "are known"));

/// A file of tasks in Taskdock's own JSON.
struct TaskFile {
  std::vector<formats::ImportedTask> tasks;
};

/// How many tasks a request may have: while they are imported, other changes wait.
inline constexpr ListOfNested file_tasks{.max_count = 100'000};
inline constexpr std::size_t max_file_bytes = std::size_t{32} * 1024 * 1024;

template <>
inline constexpr auto schema<formats::ImportedTask> = object(
    "ImportedTask",
    member("id", &formats::ImportedTask::id, Text{},
           "By what the program that has written the file knows the task. A UUID of version 7 "
           "becomes the task's id, unless somebody else has it; anything else only says which "
           "tasks were imported before. If it is absent, all that the file says of the task does",
           R"("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f")"),
    task_content<formats::ImportedTask>,
    member("is_completed", &formats::ImportedTask::is_completed, Boolean{},
           "Whether the task is completed", "false"),
    member("completed_at", &formats::ImportedTask::completed_at, Instant{},
           "When the task was completed", "null"),
    member("created_at", &formats::ImportedTask::created_at, Instant{}, "When it was created",
           R"("2026-01-06T10:30:00.123456Z")"),
    member("updated_at", &formats::ImportedTask::updated_at, Instant{}, "When it was last changed",
           R"("2026-01-06T10:30:00.123456Z")"),
    member("parent_task_id", &formats::ImportedTask::parent_task_id, Id{},
           "The first task of the series, if this one follows another", "null"),
    member("next_task_id", &formats::ImportedTask::next_task_id, Id{},
           "The task that was created when this one, which recurs, was completed", "null"),
    member("deleted_at", &formats::ImportedTask::deleted_at, Instant{},
           "When it was moved to the trash, if it is there", "null"));

template <>
inline constexpr auto schema<TaskFile> = object("TaskFile", member("tasks", &TaskFile::tasks,
                                                                   file_tasks, "The tasks"));

struct ImportAnswer {
  std::string format;
  std::int64_t imported = 0;
  std::int64_t skipped = 0;
  std::int64_t skipped_known = 0;
  std::int64_t skipped_equal = 0;
  std::int64_t skipped_deleted = 0;
  std::int64_t skipped_expired = 0;
};

template <>
inline constexpr auto schema<ImportAnswer> = object(
    "ImportAnswer",
    member("format", &ImportAnswer::format, Text{}, "What the file was taken for", R"("json")"),
    member("imported", &ImportAnswer::imported, Integer{.min = 0}, "How many tasks were imported",
           "2"),
    member("skipped", &ImportAnswer::skipped, Integer{.min = 0},
           "How many were not, for one of the next four reasons", "1"),
    member("skipped_known", &ImportAnswer::skipped_known, Integer{.min = 0},
           "How many were there already, by their ids", "1"),
    member("skipped_equal", &ImportAnswer::skipped_equal, Integer{.min = 0},
           "How many have no id, and are equal to one that was imported before", "0"),
    member("skipped_deleted", &ImportAnswer::skipped_deleted, Integer{.min = 0},
           "How many had been there and were deleted", "0"),
    member("skipped_expired", &ImportAnswer::skipped_expired, Integer{.min = 0},
           "How many are in the trash, for too long", "0"));

}  // namespace taskdock::api
