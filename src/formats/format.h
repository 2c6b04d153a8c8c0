#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "formats/task_reader.h"
#include "formats/task_writer.h"

namespace taskdock::formats {

/// A kind of file that tasks are exported to, imported from, or both.
struct Format {
  std::string_view name;         // by which people choose it: "json"
  std::string_view description;  // "Taskdock's own JSON"
  std::string_view media_type;   // "application/json", without parameters
  std::string_view extension;    // "json"
  // What a Fault's number counts: "line" or "task".
  std::string_view numbered;
  // Whether it can say that a task is in the trash; such tasks are not written otherwise.
  bool has_trash = false;
  // Nothing: it is only read. (A pointer could not be compared with null at compile time under
  // GCC's sanitizers: its bug 71962.)
  std::optional<std::unique_ptr<TaskWriter> (*)()> make_writer = {};
  // Nothing: it is only written. The sink must outlive the reader.
  std::optional<std::unique_ptr<TaskReader> (*)(TaskSink& sink)> make_reader = {};
  // Whether a file that begins with `beginning`, its first max_beginning bytes or all of it, is of
  // this kind and of no other that comes later in the list. Null: no beginning says so.
  bool (*begins)(std::string_view beginning) = nullptr;
};

inline constexpr std::size_t max_beginning = 1024;

/// All of them. A format whose files could be taken for those of another stands before it.
std::span<const Format> all_formats();

/// The format of this name; null if there is none.
const Format* find_format(std::string_view name);

/// The format of a file that is to be imported: of those with this media type, or this extension
/// (in any case), the one whose files begin so, or else the last one. Where that is one whose files
/// may begin in any way (text/plain), another format whose files begin so goes before it. An empty
/// `media_type` or `extension` is not known; if neither is, all formats come into question, but
/// only if their files begin so. Null: none.
const Format* recognise(std::string_view media_type, std::string_view extension,
                        std::string_view beginning);

}  // namespace taskdock::formats
