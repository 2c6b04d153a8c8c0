#include "api/task_query.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <variant>

#include "api/conditions.h"
#include "api/cursor.h"
#include "api/write.h"
#include "support/text.h"

namespace taskdock::api {

namespace {

using std::chrono::microseconds;
using std::chrono::minutes;
using store::DueMoment;
using store::TaskKey;

/// The time on the wall, and the instant when it is that time at `offset`.
DueMoment moment_at(microseconds date, microseconds wall, minutes offset) {
  return {date, wall, wall - offset};
}

/// Adds to `filter` the tags that are wanted, and those that are not.
void read_tags(const std::vector<std::string>& wanted, store::TaskFilter& filter) {
  for (const std::string& text : wanted) {
    const bool is_without = text.starts_with('!');
    const std::string_view name = support::trim(std::string_view(text).substr(is_without ? 1 : 0));
    (is_without ? filter.without_tags : filter.tags).emplace_back(name);
  }
}

/// The bits of TaskFilter::priorities that are wanted; nothing if all are.
std::optional<std::uint8_t> to_bits(const std::vector<PriorityWord>& wanted) {
  if (wanted.empty()) return std::nullopt;
  unsigned bits = 0;
  for (const PriorityWord word : wanted) bits |= 1U << static_cast<unsigned>(word);
  return static_cast<std::uint8_t>(bits);
}

/// Narrows the query to what `word` says.
void apply(DueWord word, support::Timestamp now, minutes offset, store::TaskQuery& query) {
  store::TaskFilter& filter = query.filter;
  const auto narrow = [](std::optional<DueMoment>& bound, const DueMoment& to, bool to_earlier) {
    if (!bound) bound = to;
    for (std::size_t i = 0; i < to.size(); ++i) {
      (*bound)[i] = to_earlier ? std::min((*bound)[i], to[i]) : std::max((*bound)[i], to[i]);
    }
  };
  switch (word) {
    case DueWord::none:
    case DueWord::any:
      filter.has_due_date = word == DueWord::any;
      break;
    case DueWord::overdue:
      narrow(filter.due_before, overdue_moment(now, offset), true);
      // What is completed is never overdue: nothing is due before a moment and not before it.
      if (query.completed == true) filter.due_from = filter.due_before;
      query.completed = query.completed.value_or(false);
      break;
    case DueWord::today:
      narrow(filter.due_from, start_of_day(now, std::chrono::days(0), offset), false);
      narrow(filter.due_before, start_of_day(now, std::chrono::days(1), offset), true);
      break;
  }
}

// In a cursor: what kind of value follows. A list by ids has none, and no such byte either.
constexpr char no_value = 'n';
constexpr char number_value = 'i';
constexpr char text_value = 't';

}  // namespace

DueMoment due_moment(const support::DateOrTime& point, minutes offset) {
  const microseconds time =
      std::visit([](auto known) { return microseconds(known.time_since_epoch()); }, point);
  const bool is_instant = std::holds_alternative<support::Timestamp>(point);
  const microseconds wall = is_instant ? time + offset : time;
  return moment_at(wall, wall, offset);
}

DueMoment start_of_day(support::Timestamp now, std::chrono::days after_today, minutes offset) {
  const microseconds wall =
      std::chrono::floor<std::chrono::days>(now.time_since_epoch() + offset) + after_today;
  return moment_at(wall, wall, offset);
}

DueMoment overdue_moment(support::Timestamp now, minutes offset) {
  // A date is overdue when its day has ended; the other forms, when their moment has passed.
  const microseconds wall = minute_of(now).time_since_epoch() + offset;
  return moment_at(std::chrono::floor<std::chrono::days>(wall), wall, offset);
}

std::int64_t moment_number(const ListParameters& wanted, support::Timestamp now) {
  if (wanted.due == DueWord::overdue) return minute_number(now);
  if (wanted.due != DueWord::today) return 0;
  const minutes offset = wanted.utc_offset.value_or(minutes(0));
  return start_of_day(now, std::chrono::days(0), offset).front().count();
}

store::TaskQuery read_task_query(Call& call, const ListParameters& wanted, support::Timestamp now) {
  store::TaskQuery query{
      .limit = wanted.limit, .offset = wanted.offset, .completed = wanted.completed};
  store::TaskFilter& filter = query.filter;
  read_tags(wanted.tag, filter);
  filter.priorities = to_bits(wanted.priority);
  const minutes offset = wanted.utc_offset.value_or(minutes(0));
  if (wanted.due_before) filter.due_before = due_moment(*wanted.due_before, offset);
  if (wanted.due_after) filter.due_from = due_moment(*wanted.due_after, offset);
  if (wanted.due) apply(*wanted.due, now, offset, query);
  filter.updated_since = wanted.updated_since;
  if (wanted.sort) {
    const auto place = static_cast<unsigned>(*wanted.sort);
    query.order = {static_cast<TaskKey>(place / 2), place % 2 == 1};
  }
  if (wanted.q) {
    filter.search = support::parse_search(*wanted.q);
    // No word of a task has what was typed.
    filter.is_nothing = filter.search.empty() && !support::trim(*wanted.q).empty();
  }
  if (query.order.key == TaskKey::relevance) {
    if (!wanted.q) {
      call.add_value_error({Source::query, "sort"}, "must not be relevance without q");
    }
    // All tasks are as relevant to a search without words.
    query.order = {filter.search.empty() ? TaskKey::created_at : TaskKey::relevance, true};
  }
  return query;
}

std::string name_of_list(const ListParameters& wanted) {
  std::string name(
      words<SortWord>[static_cast<std::size_t>(wanted.sort.value_or(static_cast<SortWord>(1)))]);
  // Everything but the page itself. A text is written as JSON, so that none looks like two.
  for_each_member<ListParameters>([&](const auto& member) {
    if (member.name == "limit" || member.name == "offset" || member.name == "cursor" ||
        member.name == "sort") {
      return;
    }
    const auto& value = wanted.*member.pointer;
    if constexpr (is_optional<std::remove_cvref_t<decltype(value)>>) {
      if (!value) return;
    } else if constexpr (requires { value.empty(); }) {
      if (value.empty()) return;
    }
    name.append("&").append(member.name).append("=");
    append_json(name, value);
  });
  return name;
}

std::string to_cursor(const store::TaskPlace& place, TaskKey key, std::string_view list) {
  std::string value;
  if (const auto* const number = std::get_if<std::int64_t>(&place.value)) {
    value.assign(1, number_value);
    value.append(reinterpret_cast<const char*>(number), sizeof(*number));
  } else if (const auto* const text = std::get_if<std::string>(&place.value)) {
    value.append(1, text_value).append(*text);
  } else if (key != TaskKey::created_at) {
    value.assign(1, no_value);
  }
  return encode_cursor({place.id, std::move(value)}, list);
}

std::optional<store::TaskPlace> to_place(std::string_view cursor, TaskKey key,
                                         std::string_view list) {
  auto decoded = decode_cursor(cursor, list);
  // Older versions gave out the bare id of a list by ids.
  if (!decoded || decoded->value.empty() != (key == TaskKey::created_at)) return std::nullopt;
  store::TaskPlace place{.id = decoded->id};
  if (decoded->value.empty() || decoded->value[0] == no_value) return place;
  const std::string_view value = std::string_view(decoded->value).substr(1);
  if (key == TaskKey::title) {
    place.value = std::string(value);
  } else if (value.size() == sizeof(std::int64_t)) {
    std::int64_t number = 0;
    std::memcpy(&number, value.data(), sizeof(number));
    place.value = number;
  } else {
    return std::nullopt;
  }
  return place;
}

}  // namespace taskdock::api
