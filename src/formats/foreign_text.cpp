#include "formats/foreign_text.h"

#include <algorithm>
#include <utility>

#include "formats/task_reader.h"
#include "support/recurrence.h"
#include "support/text.h"
#include "support/unicode.h"

namespace taskdock::formats {

namespace {

/// The first `count` code points of `text`.
std::string_view first_of(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) end += support::utf8_length(text.substr(end));
  return text.substr(0, end);
}

}  // namespace

void set_title(ImportedTask& task, std::string_view title) {
  title = support::trim(title);
  if (title.empty()) title = "Untitled";
  if (support::code_points(title) <= max_title) {
    task.title = title;
    return;
  }
  task.title = std::string(support::trim(first_of(title, max_title - 1))) + "…";
  add_paragraph(task, title);
}

bool can_be_tag(std::string_view name) {
  name = support::trim(name);
  return !name.empty() && support::code_points(name) <= max_tag &&
         support::printable(name) == name && name.find(',') == std::string_view::npos;
}

std::string_view shared_text(std::string_view text) {
  constexpr std::size_t max_bytes = 4096;
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

void add_tag(ImportedTask& task, std::string_view kind, std::string_view name) {
  std::string tag(support::trim(name));
  std::replace(tag.begin(), tag.end(), ',', ' ');
  tag = support::trim(tag);
  if (task.tags.size() < max_tags && can_be_tag(tag)) {
    task.tags.push_back(std::move(tag));
  } else if (!tag.empty()) {
    add_paragraph(task, std::string(kind).append(": ").append(support::trim(name)));
  }
}

void keep_possible_rule(ImportedTask& task) {
  if (!task.recurrence) return;
  bool is_possible = task.due_date.has_value() && task.recurrence->size() <= max_rule;
  try {
    const support::Recurrence rule(*task.recurrence);
  } catch (const support::InvalidRecurrence&) {
    is_possible = false;
  }
  if (is_possible) return;
  add_paragraph(task, "Recurrence: " + *task.recurrence);
  task.recurrence.reset();
}

void add_paragraph(ImportedTask& task, std::string_view text) {
  text = support::trim(text);
  if (text.empty()) return;
  if (!task.description) task.description.emplace();
  // It is far too long already, and will be refused.
  if (task.description->size() > max_task_bytes) return;
  if (!task.description->empty()) *task.description += "\n\n";
  *task.description += text;
}

}  // namespace taskdock::formats
