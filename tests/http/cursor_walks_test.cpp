// Whoever walks a list by cursor while others write.

#include <doctest/doctest.h>

#include <set>

#include "testing/modelled_user.h"

namespace taskdock::testing::model {

using nlohmann::json;

namespace {

constexpr std::uint64_t walk_seed = 12;

/// A client that changes tasks without end, until it is destroyed: those it was given, and some
/// that it makes itself.
class Disturber {
 public:
  Disturber(LocalServer& server, const std::string& token, std::vector<Task> tasks,
            std::uint64_t seed)
      : server_(server), dice_(seed), client_(server.port), tasks_(std::move(tasks)) {
    client_.token = token;
    thread_ = std::thread([this] {
      do {
        disturb();
      } while (!ends_);
    });
  }
  Disturber(const Disturber&) = delete;
  Disturber& operator=(const Disturber&) = delete;
  ~Disturber() {
    ends_ = true;
    thread_.join();
    CHECK(failures_ == 0);
    CHECK(changes_ > 0);
  }

 private:
  void expect(const Answer& answer, int status) {
    failures_ += answer.status == status ? 0 : 1;
    ++changes_;
  }

  void create() {
    Task task;
    json body = json::object();
    for (const std::string& member : written_members()) {
      change_member(dice_, member, now(), task, body);
    }
    const Answer answer = client_.post("/api/tasks", body);
    expect(answer, 201);
    if (answer.status == 201) tasks_.push_back({.answer = answer.json()});
  }

  void disturb() {
    server_.backend.clock.advance(std::chrono::milliseconds(1));
    Task& task =
        tasks_.at(static_cast<std::size_t>(dice_.number(0, static_cast<int>(tasks_.size()) - 1)));
    const std::string path = "/api/tasks/" + task.id();
    switch (dice_.number(0, 3)) {
      case 0:
        if (tasks_.size() < 80) return create();
        expect(client_.call("DELETE", path), 204);
        std::swap(task, tasks_.back());
        return tasks_.pop_back();
      case 1:
        return expect(client_.call("PATCH", path + "/complete"), 200);
      case 2:
        expect(client_.call("DELETE", path), 204);
        return expect(client_.call("POST", path + "/restore"), 200);
      default: {
        json body = json::object();
        for (const std::string& member : written_members()) {
          change_member(dice_, member, now(), task, body);
        }
        return expect(client_.call("PATCH", path, body.dump()), 200);
      }
    }
  }

  std::int64_t now() const { return server_.backend.clock.now().time_since_epoch().count(); }

  LocalServer& server_;
  Dice dice_;
  Client client_;
  std::vector<Task> tasks_;
  std::atomic<bool> ends_ = false;
  int failures_ = 0;
  int changes_ = 0;
  std::thread thread_;
};

/// The ids of all tasks that `query` finds, page by page.
std::vector<std::string> walk_through(Client& client, const Query& query, int limit) {
  std::vector<std::string> ids;
  std::string cursor;
  do {
    const Answer answer =
        client.get("/api/tasks?limit=" + std::to_string(limit) + query.parameters + cursor);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    const json page = answer.json();
    for (const json& task : page["tasks"]) ids.push_back(task["id"]);
    REQUIRE(ids.size() < 10'000);
    const json& next = page["next_cursor"];
    cursor = next.is_null() ? "" : "&cursor=" + next.get<std::string>();
  } while (!cursor.empty());
  return ids;
}

}  // namespace

TEST_CASE(
    "http/cursor_walks: while others write, a walk through any filter and sort shows every task "
    "that nobody changed once, in its place") {
  CAPTURE(walk_seed);
  LocalServer server;
  Dice dice(walk_seed);
  ModelledUser ann(server, dice);
  for (int i = 0; i < 120; ++i) {
    server.backend.clock.advance(std::chrono::milliseconds(dice.number(0, 20)));
    ann.create();
    if (dice.one_in(3)) ann.change();
  }
  // Nothing becomes due while the walks last: due dates lie a second around this time, or minutes.
  const std::int64_t now = ann.now() + 10'000'000;
  server.backend.clock.advance(std::chrono::seconds(10));
  std::vector<Task> quiet;
  std::vector<std::vector<Task>> disturbed(2);
  for (const Task& task : ann.tasks) {
    const int place = dice.number(0, 3);
    (place < 2 ? quiet : disturbed[static_cast<std::size_t>(place - 2)]).push_back(task);
  }

  const Disturber first(server, ann.client.token, disturbed[0], walk_seed + 1);
  const Disturber other(server, ann.client.token, disturbed[1], walk_seed + 2);
  for (int i = 0; i < 60; ++i) {
    const Query query = random_query(dice, quiet, now);
    CAPTURE(query.parameters);
    const std::vector<std::string> expected = expected_ids(quiet, query);
    const std::vector<std::string> found = walk_through(ann.client, query, dice.number(3, 15));
    std::vector<std::string> found_of_quiet;
    for (const std::string& id : found) {
      const bool is_quiet = std::any_of(quiet.begin(), quiet.end(),
                                        [&](const Task& task) { return task.id() == id; });
      if (is_quiet) found_of_quiet.push_back(id);
    }
    CHECK(found_of_quiet == expected);
    // What never moves in the list is never shown twice either, whoever changes it.
    const std::set<std::string> once(found.begin(), found.end());
    if (query.sort.ends_with("created_at")) CHECK(once.size() == found.size());
  }
}

}  // namespace taskdock::testing::model
