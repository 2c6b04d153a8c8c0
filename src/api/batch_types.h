#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "api/schema.h"
#include "api/task_types.h"

/// The request and the response about many tasks at once.
namespace taskdock::api {

struct CreateOperation {
  std::monostate op = {};
  std::optional<support::Uuid> id = {};
  NewTask task = {};
};

struct UpdateOperation {
  std::monostate op = {};
  support::Uuid id = {};
  TaskPatch task = {};
  std::optional<std::int64_t> if_revision = {};
};

struct CompleteOperation {
  std::monostate op = {};
  support::Uuid id = {};
  std::optional<bool> is_completed = {};
};

struct DeleteOperation {
  std::monostate op = {};
  support::Uuid id = {};
  std::optional<std::int64_t> if_revision = {};
};

struct RestoreOperation {
  std::monostate op = {};
  support::Uuid id = {};
};

using Operation = std::variant<CreateOperation, UpdateOperation, CompleteOperation, DeleteOperation,
                               RestoreOperation>;

template <class Owner>
inline constexpr auto operation_id =
    member("id", &Owner::id, Id{},
           "The id of the task, which may be one that an operation before it makes",
           R"("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f")");

template <class Owner>
inline constexpr auto if_revision =
    member("if_revision", &Owner::if_revision, Integer{},
           "The revision that the task must have; if it has another, the answer is 412", "7");

template <>
inline constexpr auto schema<CreateOperation> = object(
    "CreateOperation",
    member("op", &CreateOperation::op, Discriminator{"create"}, "Creates a task", R"("create")"),
    member("id", &CreateOperation::id, Id{.version = 7},
           "The id of the task, as in the task itself; if both have it, it must be the same"),
    member("task", &CreateOperation::task, Nested{}, "The task, as in a POST"));

template <>
inline constexpr auto schema<UpdateOperation> = object(
    "UpdateOperation",
    member("op", &UpdateOperation::op, Discriminator{"update"}, "Changes a task", R"("update")"),
    operation_id<UpdateOperation>,
    member("task", &UpdateOperation::task, Nested{}, "What to change, as in a PATCH"),
    if_revision<UpdateOperation>);

template <>
inline constexpr auto schema<CompleteOperation> =
    object("CompleteOperation",
           member("op", &CompleteOperation::op, Discriminator{"complete"},
                  "Completes a task, or opens it again", R"("complete")"),
           operation_id<CompleteOperation>,
           member("is_completed", &CompleteOperation::is_completed, Boolean{},
                  "Whether the task is completed; if it is absent, the task is completed", "true"));

template <>
inline constexpr auto schema<DeleteOperation> =
    object("DeleteOperation",
           member("op", &DeleteOperation::op, Discriminator{"delete"}, "Moves a task to the trash",
                  R"("delete")"),
           operation_id<DeleteOperation>, if_revision<DeleteOperation>);

template <>
inline constexpr auto schema<RestoreOperation> = object("RestoreOperation",
                                                        member("op", &RestoreOperation::op,
                                                               Discriminator{"restore"},
                                                               "Restores a task from the trash",
                                                               R"("restore")"),
                                                        operation_id<RestoreOperation>);

struct Batch {
  std::vector<Operation> operations;
};

inline constexpr List<OneOf> operation_list{.min_count = 1, .max_count = 500};

template <>
inline constexpr auto schema<Batch> =
    object("Batch", member("operations", &Batch::operations, operation_list,
                           "What to do, in this order: all of it, or nothing"));

/// The result of an operation after which there is the task.
struct TaskResult {
  std::int64_t status = 200;
  store::Task task = {};
};

template <>
inline constexpr auto schema<TaskResult> =
    object("TaskResult",
           member("status", &TaskResult::status, Integer{},
                  "The status of the same request alone: 201 for a task that was created, else 200",
                  "201"),
           member("task", &TaskResult::task, Nested{}, "The task as the operation left it"));

/// The result of an operation after which there is none.
struct RemovalResult {
  std::int64_t status = 204;
};

template <>
inline constexpr auto schema<RemovalResult> =
    object("RemovalResult", member("status", &RemovalResult::status, Integer{},
                                   "The status of the same request alone", "204"));

using OperationResult = std::variant<TaskResult, RemovalResult>;

struct BatchAnswer {
  std::vector<OperationResult> results;
};

template <>
inline constexpr auto schema<BatchAnswer> =
    object("BatchAnswer", member("results", &BatchAnswer::results, List<OneOf>{},
                                 "The results of the operations, in their order"));

}  // namespace taskdock::api
