#include "api/conditions.h"
#include "api/handlers.h"
#include "api/task_list_types.h"
#include "api/task_query.h"
#include "api/write.h"

namespace taskdock::api {

Response list_tasks(Call& call) {
  const auto wanted = call.query<ListParameters>();
  const support::Timestamp now = call.services.clock.now();
  store::TaskQuery query = read_task_query(call, wanted, now);
  std::string list;  // its name, once it is needed
  if (wanted.cursor && !wanted.cursor->empty()) {
    list = name_of_list(wanted);
    query.after = to_place(*wanted.cursor, query.order.key, list);
    if (!query.after) {
      call.add_value_error({Source::query, "cursor"}, "must be a cursor of this list");
    }
  }
  call.check_input();
  store::Snapshot& snapshot = call.snapshot();
  const store::TaskTotals totals = snapshot.task_totals(call.caller.id);
  std::string etag = list_etag(call, totals, {moment_number(wanted, now)});
  if (has_current(call.request, etag)) return not_modified(std::move(etag));
  store::TaskPage page = snapshot.list_tasks(call.caller.id, totals, query);
  TaskList answer{.tasks = std::move(page.tasks),
                  .total = page.total,
                  .total_exact = page.total_exact,
                  .limit = wanted.limit,
                  .offset = wanted.offset};
  if (page.last) {
    if (list.empty()) list = name_of_list(wanted);
    answer.next_cursor = to_cursor(*page.last, query.order.key, list);
  }
  return {.body = to_json(answer), .headers = {{"ETag", std::move(etag)}}};
}

Response summarize_tasks(Call& call) {
  const auto wanted = call.query<SummaryParameters>();
  const auto offset = wanted.utc_offset.value_or(std::chrono::minutes(0));
  call.check_input();
  store::Snapshot& snapshot = call.snapshot();
  const support::Uuid& owner = call.caller.id;
  const support::Timestamp now = call.services.clock.now();
  const store::TaskTotals totals = snapshot.task_totals(owner);
  std::string etag = list_etag(call, totals, {minute_number(now), totals.trash});
  if (has_current(call.request, etag)) return not_modified(std::move(etag));
  const auto count_open = [&](const store::TaskFilter& filter) {
    return snapshot.count_tasks(owner, totals, false, filter);
  };
  const auto due_within = [&](int days) {
    return count_open({.due_before = start_of_day(now, std::chrono::days(days), offset),
                       .due_from = start_of_day(now, std::chrono::days(0), offset)});
  };
  return {.body = to_json(
              TaskSummary{.open = totals.total - totals.completed,
                          .completed = totals.completed,
                          .overdue = count_open({.due_before = overdue_moment(now, offset)}),
                          .due_today = due_within(1),
                          .due_week = due_within(7),
                          .no_due = count_open({.has_due_date = false}),
                          .trash = snapshot.count_trash(owner, call.services.trash_begins(now))}),
          .headers = {{"ETag", std::move(etag)}}};
}

Response list_tags(Call& call) {
  store::Snapshot& snapshot = call.snapshot();
  std::string etag = list_etag(call, snapshot.task_totals(call.caller.id));
  if (has_current(call.request, etag)) return not_modified(std::move(etag));
  return {.body = to_json(TagList{snapshot.list_tags(call.caller.id)}),
          .headers = {{"ETag", std::move(etag)}}};
}

Response rename_tag(Call& call) {
  const std::string name = call.text_parameter("name", Tag{});
  const auto to = call.body<TagName>();
  call.check_input();
  const support::Timestamp now = call.services.clock.now();
  return {.body = to_json(call.services.store.change(
              [&](store::Changes& changes) {
                return changes.rename_tag(call.caller.id, name, to.name, now);
              },
              store::ChangeSize::large))};
}

Response remove_tag(Call& call) {
  const std::string name = call.text_parameter("name", Tag{});
  call.check_input();
  const support::Timestamp now = call.services.clock.now();
  call.services.store.change(
      [&](store::Changes& changes) { changes.remove_tag(call.caller.id, name, now); },
      store::ChangeSize::large);
  return {.status = 204};
}

}  // namespace taskdock::api
