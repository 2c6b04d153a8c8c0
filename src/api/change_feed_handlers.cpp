#include <utility>
#include <variant>

#include "api/change_feed_types.h"
#include "api/errors.h"
#include "api/handlers.h"
#include "api/sync_position.h"
#include "api/write.h"

namespace taskdock::api {

Response list_changes(Call& call) {
  const auto wanted = call.query<ChangeParameters>();
  call.check_input();
  store::Snapshot& snapshot = call.snapshot();
  const SyncPosition position(wanted.since);
  ChangeList answer{.epoch = call.services.store.epoch()};
  store::ChangePage page = snapshot.list_changes(call.caller.id, position.revision(), wanted.limit);
  if (!position.is_complete(page) || wanted.epoch.value_or(answer.epoch) != answer.epoch) {
    throw ApiError(410, "Too old: sync again from 0");
  }
  answer.revision = position.after(page);
  answer.has_more = page.has_more;
  answer.changes.reserve(page.changes.size());
  for (store::Change& change : page.changes) {
    if (auto* const task = std::get_if<store::Task>(&change)) {
      answer.changes.emplace_back(ChangedTask{task->revision, std::move(*task)});
    } else {
      const store::Tombstone& deleted = std::get<store::Tombstone>(change);
      answer.changes.emplace_back(TaskDeletion{deleted.revision, deleted});
    }
  }
  return {.body = to_json(answer)};
}

}  // namespace taskdock::api
