#include "testing/synced_copy.h"

#include <doctest/doctest.h>

#include <set>

namespace taskdock::testing {

using nlohmann::json;

TasksById tasks_on_server(Client& client) {
  TasksById tasks;
  std::string cursor;
  do {
    const Answer answer = client.get("/api/tasks?limit=100" + cursor);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    const json page = answer.json();
    for (const json& task : page["tasks"]) tasks[task["id"]] = task;
    const json& next = page["next_cursor"];
    cursor = next.is_null() ? "" : "&cursor=" + next.get<std::string>();
  } while (!cursor.empty());
  return tasks;
}

int SyncedCopy::take_page(Client& client, int limit) {
  const Answer answer =
      client.get("/api/tasks/changes?since=" + std::to_string(since_) +
                 "&limit=" + std::to_string(limit) + (epoch_.empty() ? "" : "&epoch=" + epoch_));
  if (answer.status == 410) forget();
  if (answer.status == 200) apply(answer.json(), limit);
  return answer.status;
}

bool SyncedCopy::take_all(Client& client, int limit) {
  int status = 200;
  do {
    status = take_page(client, limit);
  } while (status == 410 || (status == 200 && has_more_));
  return status == 200;
}

void SyncedCopy::forget() {
  *this = SyncedCopy();
}

void SyncedCopy::apply(const json& page, int limit) {
  CAPTURE(since_);
  CAPTURE(page.dump());
  constexpr std::int64_t no_revision = std::int64_t{1} << 52;
  std::int64_t last = since_ < no_revision ? since_ : 0;
  std::set<std::string> seen;
  CHECK(page["changes"].size() <= static_cast<std::size_t>(limit));
  for (const json& change : page["changes"]) {
    const std::int64_t revision = change["revision"];
    CHECK(revision > last);
    last = revision;
    const bool is_deletion = change.contains("deleted");
    CHECK(change.size() == 2);
    const json& what = is_deletion ? change["deleted"] : change["task"];
    const std::string id = what["id"];
    CHECK(seen.insert(id).second);
    if (is_deletion) {
      CHECK(what.size() == 2);
      tasks_.erase(id);
    } else {
      CHECK(what["revision"] == revision);
      tasks_[id] = what;
    }
  }
  since_ = page["revision"];
  has_more_ = page["has_more"];
  CHECK(since_ >= last);
  CHECK(since_ < 2 * no_revision);
  if (has_more_) {
    CHECK_FALSE(seen.empty());
  } else {
    CHECK(since_ < no_revision);
  }
  if (!epoch_.empty()) CHECK(page["epoch"] == epoch_);
  epoch_ = page["epoch"];
}

}  // namespace taskdock::testing
