#include "api/new_task.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "api/changed_task.h"
#include "support/unicode.h"

namespace taskdock::api {

namespace {

bool is_same(const std::vector<std::string>& tags, const std::vector<std::string>& others) {
  return std::ranges::equal(tags, others, [](const std::string& tag, const std::string& other) {
    return support::fold(tag) == support::fold(other);
  });
}

template <class T>
bool is_same(const T& value, const T& other) {
  return value == other;
}

/// Whether the client that wants `wanted` has nothing to add to `known`.
bool has_same_content(const store::Task& known, const store::Task& wanted) {
  return known.is_completed == wanted.is_completed &&
         std::apply(
             [&](const auto&... members) {
               return (is_same(known.*members.pointer, wanted.*members.pointer) && ...);
             },
             task_content<store::Task>);
}

}  // namespace

void check_new_task(const NewTask& wanted, const Where& where, support::Timestamp now,
                    Faults& faults) {
  const Where recurrence(where, "recurrence");
  if (wanted.recurrence && !wanted.due_date && !has_fault(recurrence, faults)) {
    add_value_error(recurrence, needs_due_date, faults);
  }
  if (wanted.id && support::time_of(*wanted.id) > now + max_clock_lead) {
    add_value_error({where, "id"}, too_far_ahead, faults);
  }
}

PreparedTask prepare_task(const Services& services, NewTask wanted, const support::Uuid& owner,
                          support::Timestamp now) {
  PreparedTask prepared{.task = {}, .has_own_id = wanted.id.has_value()};
  store::Task& task = prepared.task;
  task.id = wanted.id ? *wanted.id : services.ids.next();
  task.user_id = owner;
  task.is_completed = wanted.is_completed.value_or(false);
  task.created_at = wanted.id ? std::min(support::time_of(*wanted.id), now) : now;
  task.updated_at = now;
  if (task.is_completed) task.completed_at = task.created_at;
  static_cast<store::TaskContent&>(task) = std::move(wanted);
  return prepared;
}

bool add_task(const Services& services, store::Changes& changes, PreparedTask& prepared,
              const std::string& tasks_path, const Conditions* conditions) {
  store::Task& task = prepared.task;
  if (prepared.has_own_id) {
    auto known = changes.find_own_task(task.user_id, task.id);
    if (conditions) conditions->check(known ? &*known : nullptr);
    if (known) {
      if (!has_same_content(*known, task)) {
        throw ApiError(409, "You have another task with this id",
                       {{"Location", tasks_path + '/' + task.id.to_string()}});
      }
      task = *std::move(known);
      return false;
    }
    if (changes.find_in_trash(task.user_id, task.id, services.trash_begins(task.updated_at))) {
      throw ApiError(409, "The task with this id is in your trash; restore it",
                     {{"Location", tasks_path + '/' + task.id.to_string()}});
    }
    if (changes.is_task_id_taken(task.id)) {
      throw ApiError(409, "This id is taken; make another one");
    }
  }
  task = changes.add_task(std::move(task));
  if (task.is_completed) add_next_task(services, changes, task, task.updated_at);
  return true;
}

}  // namespace taskdock::api
