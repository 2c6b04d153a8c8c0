#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "api/schema.h"
#include "store/types.h"

/// The requests and responses about tasks.
namespace taskdock::api {

inline constexpr Text task_title{.min = 1, .max = 200, .not_blank = true};
inline constexpr Text task_description{.max = 2000};

template <>
inline constexpr auto words<store::Priority> = store::words<store::Priority>;

template <>
inline constexpr auto words<store::RecurrenceFrom> = store::words<store::RecurrenceFrom>;

/// The members of a task's content, declared once for all types that have them: `Owner` is one of
/// the forms of store::TaskMembers, or derives from one.
template <class Owner>
inline constexpr auto task_content =
    std::tuple(member("title", &Owner::title, task_title, "What is to be done", R"("Buy milk")"),
               member("description", &Owner::description, task_description,
                      "More about it; null for nothing", R"("Two bottles")"),
               member("due_date", &Owner::due_date, DateOrTime{.blank_is_null = true},
                      "When it is due: a date (2026-08-08) or a local time (2026-08-08T17:00), "
                      "which are the same wherever one is, or an instant, with Z or an offset from "
                      "UTC, which comes back in UTC. Each stays in the form it has. null or blank "
                      "for no date",
                      R"("2026-08-08")"),
               member("remind_at", &Owner::remind_at, Instant{},
                      "When to remind of it, with Z or an offset from UTC; null for never",
                      R"("2026-08-08T15:30:00.000000Z")"),
               member("priority", &Owner::priority, Choice{}, "How important it is; null for none",
                      R"("high")"),
               member("tags", &Owner::tags, Tags{},
                      "What it belongs to, at most 20 tags; upper and lower case, and the forms of "
                      "Unicode, make no difference, and the spelling that came first stays. A text "
                      "with commas between the tags is accepted as well; null for none",
                      R"(["home", "shopping"])"),
               member("recurrence", &Owner::recurrence, RecurrenceRule{},
                      "The rule by which it recurs, an RRULE of RFC 5545 with FREQ (DAILY to "
                      "YEARLY), INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST, and COUNT or "
                      "UNTIL; needs a due_date. When the task is completed, the next one is "
                      "created, with COUNT counted down. null if it does not recur",
                      R"("FREQ=WEEKLY;BYDAY=MO,TH")"),
               member("recurrence_from", &Owner::recurrence_from, Choice{.has_default = true},
                      "What the next date is counted from: the due date (due, the default), where "
                      "days that were missed are passed over, or the day of the completion "
                      "(completion). Days begin at midnight in UTC",
                      R"("due")"));

/// The body of a POST.
struct NewTask : store::TaskContent {
  std::optional<support::Uuid> id = {};
  std::optional<bool> is_completed = {};
};

/// Its name in the document is the one that generated clients know.
template <>
inline constexpr auto schema<NewTask> = object(
    "TaskContent", task_content<NewTask>,
    member(
        "id", &NewTask::id, Id{.version = 7},
        "A UUID of version 7 that the client has made, for example while it was offline, so that "
        "it can send the request again without making two tasks: the same id with the same "
        "content is answered with 200 and the task as it is. Its time becomes created_at, and "
        "must not be more than a day ahead of the server's. Without it the server makes one"),
    member("is_completed", &NewTask::is_completed, Boolean{},
           "Whether the task is completed already", "false"));

/// The body of a PUT. An absent description becomes null, as it always has; of the members that
/// were added later, what is absent stays as it is.
template <>
inline constexpr auto schema<store::TaskReplacement> = object("TaskReplacement",
                                                              task_content<store::TaskReplacement>);

/// What to change of a task.
struct TaskPatch : store::TaskContentChange {
  std::optional<bool> is_completed = {};
};

template <>
inline constexpr auto schema<TaskPatch> = patch("TaskPatch", task_content<TaskPatch>,
                                                member("is_completed", &TaskPatch::is_completed,
                                                       Boolean{}, "Whether the task is completed",
                                                       "true"));

/// Whether a task is completed, by either of the names clients use; without one it is toggled.
struct Completion {
  std::optional<bool> is_completed;
  std::optional<bool> completed;
};

template <>
inline constexpr auto schema<Completion> = patch(
    "Completion",
    member("is_completed", &Completion::is_completed, Boolean{},
           "Whether the task is completed; if it is absent, a completed task is reopened and an "
           "open one is completed",
           "true"),
    member("completed", &Completion::completed, Boolean{},
           "Another name for is_completed; if both are given, they must be equal", "true"));

template <>
inline constexpr auto schema<store::Task> =
    object("Task",
           member("id", &store::Task::id, Id{}, "A UUID of version 7: ids sort by creation",
                  R"("019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f")"),
           task_content<store::Task>,
           member("is_completed", &store::Task::is_completed, Boolean{},
                  "Whether the task is completed", "false"),
           member("completed_at", &store::Task::completed_at, Instant{},
                  "When the task was completed; null while it is open", "null"),
           member("parent_task_id", &store::Task::parent_task_id, Id{},
                  "The first task of the series, if this one follows another", "null"),
           member("next_task_id", &store::Task::next_task_id, Id{},
                  "The task that was created when this one, which recurs, was completed", "null"),
           member("user_id", &store::Task::user_id, Id{}, "The id of the task's owner",
                  R"("019b92c4-3c2d-7b1a-9f0e-1d2c3b4a5f6e")"),
           member("created_at", &store::Task::created_at, Instant{}, "When the task was created",
                  R"("2026-01-06T10:30:00.123456Z")"),
           member("updated_at", &store::Task::updated_at, Instant{},
                  "When the task was last changed", R"("2026-01-06T10:30:00.123456Z")"),
           member("revision", &store::Task::revision, Integer{.min = 1},
                  "The number of the task's last change among all changes of the user's tasks; it "
                  "is also the ETag",
                  "7"));

}  // namespace taskdock::api
