#include "api/batch.h"

#include <utility>

#include "api/changed_task.h"
#include "api/conditions.h"
#include "api/new_task.h"
#include "api/refusal.h"
#include "api/write.h"

namespace taskdock::api {

namespace {

using store::TaskChange;

/// Does the operations of a batch, one after the other.
class BatchRun {
 public:
  BatchRun(const Services& services, store::Changes& changes, const support::Uuid& owner,
           support::Timestamp now, const std::string& tasks_path)
      : services_(services), changes_(changes), owner_(owner), now_(now), tasks_path_(tasks_path) {}

  OperationResult operator()(CreateOperation& operation) {
    PreparedTask prepared = prepare_task(services_, std::move(operation.task), owner_, now_);
    const bool is_new = add_task(services_, changes_, prepared, tasks_path_);
    return TaskResult{is_new ? 201 : 200, std::move(prepared.task)};
  }

  OperationResult operator()(UpdateOperation& operation) {
    check_revision(operation.id, operation.if_revision);
    if (is_empty(operation.task)) return TaskResult{200, changes_.find_task(owner_, operation.id)};
    const auto completion =
        to_completion(operation.task.is_completed, TaskChange::Completion::keep);
    return change(operation.id, {std::move(operation.task), completion});
  }

  OperationResult operator()(CompleteOperation& operation) {
    const auto completion =
        to_completion(operation.is_completed, TaskChange::Completion::completed);
    return change(operation.id, {.completion = completion});
  }

  OperationResult operator()(DeleteOperation& operation) {
    check_revision(operation.id, operation.if_revision);
    remove_task(services_, changes_, owner_, operation.id, now_);
    return RemovalResult{};
  }

  OperationResult operator()(RestoreOperation& operation) {
    return TaskResult{
        200, changes_.restore_task(owner_, operation.id, services_.trash_begins(now_), now_)};
  }

 private:
  void check_revision(const support::Uuid& id, const std::optional<std::int64_t>& wanted) {
    if (wanted && changes_.find_task(owner_, id).revision != *wanted) {
      throw task_has_changed();
    }
  }

  OperationResult change(const support::Uuid& id, const TaskChange& change) {
    return TaskResult{200, change_task(services_, changes_, owner_, id, change, now_)};
  }

  const Services& services_;
  store::Changes& changes_;
  const support::Uuid& owner_;
  const support::Timestamp now_;
  const std::string& tasks_path_;
};

/// Gives the task of the operation the operation's id, which was read at `where`.
void take_id(CreateOperation& operation, const Where& where, support::Timestamp now,
             Faults& faults) {
  std::optional<support::Uuid>& id = operation.task.id;
  if (id && id != operation.id) {
    add_value_error(where, "must be the same as the id of the task", faults);
  } else if (!id && support::time_of(*operation.id) > now + max_clock_lead) {
    add_value_error(where, too_far_ahead, faults);
  }
  id = operation.id;
}

/// `faults`, which are of the task in the operation `index`, as faults of the batch.
std::vector<Fault> inside_operation(std::vector<Fault> faults, std::size_t index) {
  const std::array<Step, 3> outer = {"operations", index, "task"};
  for (Fault& fault : faults) {
    fault.location.steps.insert(fault.location.steps.begin(), outer.begin(), outer.end());
  }
  return faults;
}

/// Throws the exception that is being handled again, so that it names the operation `index`.
[[noreturn]] void rethrow_from(std::size_t index) {
  try {
    throw;
  } catch (const ValidationError& error) {
    throw ValidationError(inside_operation(error.faults(), index));
  } catch (...) {
    const auto refusal = current_refusal();
    if (!refusal) throw;
    throw ApiError(refusal->status(), "Operation " + std::to_string(index) + ": " + refusal->what(),
                   refusal->headers());
  }
}

}  // namespace

void check_batch(Batch& batch, support::Timestamp now, Faults& faults) {
  const Where body(Source::body);
  const Where operations(body, "operations");
  for (std::size_t i = 0; i < batch.operations.size(); ++i) {
    if (auto* operation = std::get_if<CreateOperation>(&batch.operations[i])) {
      const Where here(operations, i);
      check_new_task(operation->task, Where(here, "task"), now, faults);
      if (operation->id) take_id(*operation, Where(here, "id"), now, faults);
    }
  }
}

std::size_t max_answer_bytes(const Batch& batch, std::size_t body_bytes) {
  // Of all that no owner writes, and the names.
  constexpr std::size_t other_bytes = 1'000;
  // Escapes have up to six bytes, other code points four; tags have commas besides.
  constexpr std::size_t content_bytes =
      6 * (task_title.max + task_description.max + RecurrenceRule{}.max) +
      Tags{}.max_count * (4 * Tag{}.max + 3);
  std::size_t bytes = other_bytes;
  for (const Operation& operation : batch.operations) {
    if (std::holds_alternative<DeleteOperation>(operation)) {
      bytes += 20;
    } else if (std::holds_alternative<CreateOperation>(operation)) {
      bytes += other_bytes;  // its content is in the body; tags may be spelled otherwise
    } else {
      bytes += other_bytes + content_bytes;
    }
  }
  return bytes + body_bytes;
}

std::string run_batch(const Services& services, store::Changes& changes, const support::Uuid& owner,
                      Batch& batch, support::Timestamp now, const std::string& tasks_path) {
  BatchRun run(services, changes, owner, now, tasks_path);
  std::string answer = R"({"results":[)";
  for (std::size_t i = 0; i < batch.operations.size(); ++i) {
    if (i > 0) answer += ',';
    try {
      append_json(answer, std::visit(run, batch.operations[i]));
    } catch (...) {
      rethrow_from(i);
    }
  }
  return answer += "]}";
}

}  // namespace taskdock::api
