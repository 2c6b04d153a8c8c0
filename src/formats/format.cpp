#include "formats/format.h"

#include <array>

#include "formats/csv_format.h"
#include "formats/json_format.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

constexpr std::array formats = {
    Format{.name = "json",
           .description = "Taskdock's own JSON, with all that a task has",
           .media_type = "application/json",
           .extension = "json",
           .numbered = "task",
           .has_trash = true,
           .make_writer = make_json_writer,
           .make_reader = make_json_reader},
    Format{.name = "csv",
           .description = "CSV, a line for each task, with all that a task has",
           .media_type = "text/csv",
           .extension = "csv",
           .numbered = "line",
           .has_trash = true,
           .make_writer = make_csv_writer,
           .make_reader = make_csv_reader}};

}  // namespace

std::span<const Format> all_formats() {
  return formats;
}

const Format* find_format(std::string_view name) {
  for (const Format& format : all_formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

const Format* recognise(std::string_view media_type, std::string_view extension,
                        std::string_view beginning) {
  const bool is_known = !media_type.empty() || !extension.empty();
  const Format* last = nullptr;
  for (const Format& format : all_formats()) {
    if (!format.make_reader) continue;
    if (is_known && !support::equals_ignoring_case(format.media_type, media_type) &&
        !support::equals_ignoring_case(format.extension, extension)) {
      continue;
    }
    if (format.begins && format.begins(beginning)) return &format;
    if (is_known) last = &format;
  }
  return last;
}

}  // namespace taskdock::formats
