#include "formats/format.h"

#include "formats/format_list.h"
#include "support/text.h"

namespace taskdock::formats {

std::span<const Format> all_formats() {
  return format_list;
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
  // A type or extension whose files may begin in any way says little of what a file is.
  if (last && !last->begins) {
    if (const Format* found = recognise({}, {}, beginning)) return found;
  }
  return last;
}

}  // namespace taskdock::formats
