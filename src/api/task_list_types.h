#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/page.h"
#include "api/schema.h"
#include "api/task_types.h"
#include "store/task_query.h"

/// The requests and responses about lists of tasks, their tags and the trash.
namespace taskdock::api {

/// Each of store::Priority, and that of tasks without one.
enum class PriorityWord {};

template <>
inline constexpr std::array<std::string_view, 5> words<PriorityWord> = {"low", "medium", "high",
                                                                        "urgent", "none"};

/// What a list can be asked for about due dates, in a word.
enum class DueWord { none, any, overdue, today };

template <>
inline constexpr std::array<std::string_view, 4> words<DueWord> = {"none", "any", "overdue",
                                                                   "today"};

/// Each of store::TaskKey, ascending and descending.
enum class SortWord {};

template <>
inline constexpr std::array<std::string_view, 14> words<SortWord> = {
    "created_at",   "-created_at",   "updated_at", "-updated_at", "due_date",
    "-due_date",    "priority",      "-priority",  "title",       "-title",
    "completed_at", "-completed_at", "relevance",  "-relevance"};

/// `tag` or `!tag`.
inline constexpr Text tag_filter{.min = 1, .max = 51, .not_blank = true};
inline constexpr std::size_t max_tag_filters = 20;

inline constexpr Text search_text{.max = 500};

/// Which tasks to list.
struct ListParameters {
  std::int64_t limit = default_page_size;
  std::int64_t offset = 0;
  std::optional<bool> completed;
  std::optional<std::string> q;
  std::vector<std::string> tag;
  std::vector<PriorityWord> priority;
  std::optional<DueWord> due;
  std::optional<support::DateOrTime> due_before;
  std::optional<support::DateOrTime> due_after;
  std::optional<std::chrono::minutes> utc_offset;
  std::optional<support::Timestamp> updated_since;
  std::optional<SortWord> sort;
  std::optional<std::string> cursor;
};

template <class Owner>
inline constexpr auto utc_offset_member =
    member("utc_offset", &Owner::utc_offset, UtcOffset{},
           "Where the asker's day begins, as +05:30, for comparing instants with dates; +00:00 "
           "if it is absent");

template <>
inline constexpr auto schema<ListParameters> = object(
    "ListParameters",
    member("limit", &ListParameters::limit, page_size, "The maximum number of tasks in the page"),
    member("offset", &ListParameters::offset, count,
           "How many tasks to skip; the cost grows with it, so use a cursor for long lists"),
    member("completed", &ListParameters::completed, Boolean{},
           "Only completed tasks (true), or only open ones (false)"),
    member(
        "q", &ListParameters::q, search_text,
        "Only tasks that have all of these words, each as the beginning of a word of the title, "
        "the description or a tag, or with quotation marks around it as a phrase of whole words. "
        "Case and diacritics do not matter. Scripts without spaces are found by any part. Nothing "
        "else has a meaning, and what has no word finds nothing; the first 16 words or phrases "
        "count"),
    member("tag", &ListParameters::tag,
           List<Text>{.element = tag_filter, .max_count = max_tag_filters},
           "Only tasks that have this tag, or, as !name, do not have it; may be given several "
           "times"),
    member("priority", &ListParameters::priority,
           List<Choice>{.max_count = words<PriorityWord>.size(), .comma_separated = true},
           "Only tasks with one of these priorities, separated by commas; none stands for tasks "
           "that have none"),
    member("due", &ListParameters::due, Choice{},
           "Only tasks without a due date (none), with one (any), that are open and past it "
           "(overdue, judged at the beginning of each minute), or that are due today (today)"),
    member("due_before", &ListParameters::due_before, DateOrTime{},
           "Only tasks that are due before this date or time, or the beginning of this day"),
    member(
        "due_after", &ListParameters::due_after, DateOrTime{},
        "Only tasks that are due at this date or time, from the beginning of this day, or later"),
    utc_offset_member<ListParameters>,
    member("updated_since", &ListParameters::updated_since, Instant{},
           "Only tasks that were changed then or later"),
    member(
        "sort", &ListParameters::sort, Choice{},
        "What the list is sorted by, with a minus before it if descending; -created_at if it is "
        "absent. Tasks without such a value come last either way. relevance is only for a search, "
        "and has two directions that are the same: first the tasks with all words in their title, "
        "newest first, and then the others"),
    member("cursor", &ListParameters::cursor, cursor_text,
           "The next_cursor of a page of the same list: the page begins after that one"));

struct TaskList {
  std::vector<store::Task> tasks;
  std::int64_t total = 0;
  bool total_exact = true;
  std::int64_t limit = 0;
  std::int64_t offset = 0;
  std::optional<std::string> next_cursor = {};
};

inline constexpr std::string_view cursor_example = R"("AVkbr-MBm5LFGht8PY5PWmt8jZ4P")";

template <>
inline constexpr auto schema<TaskList> = object(
    "TaskList", member("tasks", &TaskList::tasks, ListOfNested{}, "The page, in its order"),
    member("total", &TaskList::total, count, "How many tasks match, on all pages together", "1"),
    member("total_exact", &TaskList::total_exact, Boolean{},
           "Whether total is all; otherwise there are more, which were not counted", "true"),
    member("limit", &TaskList::limit, page_size, "The limit of the request", "20"),
    member("offset", &TaskList::offset, count, "The offset of the request", "0"),
    member("next_cursor", &TaskList::next_cursor, cursor_text,
           "The cursor of the next page; null on the last page", cursor_example));

template <>
inline constexpr auto schema<store::TrashedTask> =
    object("TrashedTask", schema<store::Task>.members,
           member("deleted_at", &store::TrashedTask::deleted_at, Instant{},
                  "When the task was deleted", R"("2026-01-07T09:00:00.000000Z")"));

/// Which deleted tasks to list.
struct TrashParameters {
  std::int64_t limit = default_page_size;
  std::int64_t offset = 0;
  std::optional<std::string> cursor;
};

template <>
inline constexpr auto schema<TrashParameters> = object(
    "TrashParameters",
    member("limit", &TrashParameters::limit, page_size, "The maximum number of tasks in the page"),
    member("offset", &TrashParameters::offset, count, "How many tasks to skip"),
    member("cursor", &TrashParameters::cursor, cursor_text,
           "The next_cursor of a page of this list: the page begins after that one"));

struct TrashList {
  std::vector<store::TrashedTask> tasks;
  std::int64_t total = 0;
  std::int64_t limit = 0;
  std::int64_t offset = 0;
  std::optional<std::string> next_cursor = {};
};

template <>
inline constexpr auto schema<TrashList> =
    object("TrashList",
           member("tasks", &TrashList::tasks, ListOfNested{}, "The page, newest deletion first"),
           member("total", &TrashList::total, count, "How many tasks are in the trash", "1"),
           member("limit", &TrashList::limit, page_size, "The limit of the request", "20"),
           member("offset", &TrashList::offset, count, "The offset of the request", "0"),
           member("next_cursor", &TrashList::next_cursor, cursor_text,
                  "The cursor of the next page; null on the last page", cursor_example));

/// Whose today a summary is about.
struct SummaryParameters {
  std::optional<std::chrono::minutes> utc_offset;
};

template <>
inline constexpr auto schema<SummaryParameters> = object("SummaryParameters",
                                                         utc_offset_member<SummaryParameters>);

/// How many tasks a user has of each kind.
struct TaskSummary {
  std::int64_t open = 0;
  std::int64_t completed = 0;
  std::int64_t overdue = 0;
  std::int64_t due_today = 0;
  std::int64_t due_week = 0;
  std::int64_t no_due = 0;
  std::int64_t trash = 0;
};

template <>
inline constexpr auto schema<TaskSummary> = object(
    "TaskSummary", member("open", &TaskSummary::open, count, "Open tasks", "12"),
    member("completed", &TaskSummary::completed, count, "Completed tasks", "30"),
    member("overdue", &TaskSummary::overdue, count,
           "Open tasks that are past their due date; at most 10000 are counted", "2"),
    member("due_today", &TaskSummary::due_today, count,
           "Open tasks that are due today; at most 10000 are counted", "1"),
    member("due_week", &TaskSummary::due_week, count,
           "Open tasks that are due today or in the six days after it; at most 10000 are counted",
           "4"),
    member("no_due", &TaskSummary::no_due, count,
           "Open tasks without a due date; at most 10000 are counted", "5"),
    member("trash", &TaskSummary::trash, count, "Deleted tasks that can be restored", "3"));

template <>
inline constexpr auto schema<store::Tag> =
    object("Tag", member("name", &store::Tag::name, Text{}, "The tag", R"("home")"),
           member("open", &store::Tag::open, count, "How many open tasks have it", "2"),
           member("total", &store::Tag::total, count, "How many tasks have it", "5"));

struct TagList {
  std::vector<store::Tag> tags;
};

template <>
inline constexpr auto schema<TagList> =
    object("TagList", member("tags", &TagList::tags, ListOfNested{}, "All tags, most used first"));

/// What to call a tag.
struct TagName {
  std::string name;
};

template <>
inline constexpr auto schema<TagName> =
    object("TagName", member("name", &TagName::name, Tag{},
                             "The new name; if there is a tag with that name, the two become one",
                             R"("errands")"));

}  // namespace taskdock::api
