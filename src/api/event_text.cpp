#include "api/event_text.h"

#include "api/change_feed_types.h"
#include "api/task_types.h"
#include "api/write.h"

namespace taskdock::api {

std::string event_text(std::string_view name, std::string_view json,
                       std::optional<std::int64_t> id) {
  std::string text = "event: ";
  text += name;
  if (id) text.append("\nid: ").append(std::to_string(*id));
  return text.append("\ndata: ").append(json).append("\n\n");
}

Event event_of(const store::Change& change) {
  if (const auto* task = std::get_if<store::Task>(&change)) {
    return {task->revision, event_text("task", to_json(*task), task->revision)};
  }
  const auto& deleted = std::get<store::Tombstone>(change);
  return {deleted.revision, event_text("task-deleted", to_json(deleted), deleted.revision)};
}

Event resync_event(std::int64_t revision) {
  return {revision, event_text("resync", "{}", revision)};
}

Event reminder_event(const store::Task& task) {
  return {.text = event_text("reminder", to_json(task))};
}

}  // namespace taskdock::api
