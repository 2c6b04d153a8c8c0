#include <cstring>

#include "api/conditions.h"
#include "api/cursor.h"
#include "api/handlers.h"
#include "api/task_answer.h"
#include "api/task_list_types.h"
#include "api/write.h"

namespace taskdock::api {

namespace {

// The name of the one list of the trash, for its cursors.
constexpr std::string_view trash_list = "trash";

std::string to_cursor(const store::TrashedTask& last) {
  const std::int64_t time = last.deleted_at.time_since_epoch().count();
  return encode_cursor({last.id, {reinterpret_cast<const char*>(&time), sizeof(time)}}, trash_list);
}

std::optional<store::TrashPlace> to_place(std::string_view text) {
  const auto cursor = decode_cursor(text, trash_list);
  std::int64_t time = 0;
  if (!cursor || cursor->value.size() != sizeof(time)) return std::nullopt;
  std::memcpy(&time, cursor->value.data(), sizeof(time));
  return store::TrashPlace{support::Timestamp(std::chrono::microseconds(time)), cursor->id};
}

}  // namespace

Response list_trash(Call& call) {
  const auto wanted = call.query<TrashParameters>();
  std::optional<store::TrashPlace> after;
  if (wanted.cursor && !wanted.cursor->empty()) {
    after = to_place(*wanted.cursor);
    if (!after) call.add_value_error({Source::query, "cursor"}, "must be a cursor of this list");
  }
  call.check_input();
  store::Snapshot& snapshot = call.snapshot();
  const support::Timestamp now = call.services.clock.now();
  const store::TaskTotals totals = snapshot.task_totals(call.caller.id);
  // What is removed from the trash for good has no revision: but as long as nothing is added, the
  // trash is the same as long as its number of tasks is.
  std::string etag = list_etag(call, totals, {minute_number(now), totals.trash});
  if (has_current(call.request, etag)) return not_modified(std::move(etag));
  store::TrashPage page =
      snapshot.list_trash(call.caller.id, {.limit = wanted.limit,
                                           .offset = wanted.offset,
                                           .deleted_since = call.services.trash_begins(now),
                                           .after = after});
  TrashList answer{.tasks = std::move(page.tasks),
                   .total = page.total,
                   .limit = wanted.limit,
                   .offset = wanted.offset};
  if (page.has_more) answer.next_cursor = to_cursor(answer.tasks.back());
  return {.body = to_json(answer), .headers = {{"ETag", std::move(etag)}}};
}

Response empty_trash(Call& call) {
  call.check_input();
  call.services.store.change([&](store::Changes& changes) { changes.empty_trash(call.caller.id); });
  return {.status = 204};
}

Response purge_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  call.check_input();
  call.services.store.change(
      [&](store::Changes& changes) { changes.purge_task(call.caller.id, id); });
  return {.status = 204};
}

Response restore_task(Call& call) {
  const support::Uuid id = call.id_parameter("task_id");
  call.check_input();
  const Conditions conditions(call.request);
  const support::Uuid& owner = call.caller.id;
  const support::Timestamp now = call.services.clock.now();
  const support::Timestamp trash_begins = call.services.trash_begins(now);
  return task_answer(call.services.store.change([&](store::Changes& changes) {
    if (conditions.any()) {
      auto task = changes.find_in_trash(owner, id, trash_begins);
      if (!task) task = changes.find_own_task(owner, id);
      if (task) conditions.check(&*task);
    }
    return changes.restore_task(owner, id, trash_begins, now);
  }));
}

}  // namespace taskdock::api
