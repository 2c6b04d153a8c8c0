#include "testing/modelled_user.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "testing/account.h"

namespace taskdock::testing::model {

using nlohmann::json;

namespace {

const std::string all = "/api/tasks";

std::string path_of(const Task& task) {
  return all + '/' + task.id();
}

std::vector<std::string> ids_in(const json& page) {
  std::vector<std::string> ids;
  for (const json& task : page["tasks"]) ids.push_back(task["id"]);
  return ids;
}

std::vector<Task>::iterator find(std::vector<Task>& tasks, const std::string& id) {
  const auto place =
      std::find_if(tasks.begin(), tasks.end(), [&](const Task& task) { return task.id() == id; });
  REQUIRE(place != tasks.end());
  return place;
}

/// The first place where two lists are not the same, with its task.
std::string difference(const std::vector<std::string>& expected,
                       const std::vector<std::string>& found, const std::vector<Task>& tasks) {
  std::size_t place = 0;
  while (place < std::min(expected.size(), found.size()) && expected[place] == found[place]) {
    ++place;
  }
  std::string text = "at " + std::to_string(place) + " of " + std::to_string(expected.size());
  for (const auto* list : {&expected, &found}) {
    text += list == &expected ? "\nexpected: " : "\nfound: ";
    for (const Task& task : tasks) {
      if (place < list->size() && task.id() == (*list)[place]) text += task.answer.dump();
    }
  }
  return text;
}

}  // namespace

ModelledUser::ModelledUser(LocalServer& server, Dice& dice, const std::string& email)
    : client(server.port), server_(server), dice_(dice) {
  sign_up(client, email);
}

std::int64_t ModelledUser::now() const {
  return server_.backend.clock.now().time_since_epoch().count();
}

void ModelledUser::accept(Task& task, const json& answer) {
  const json before = std::exchange(task.answer, answer);
  CAPTURE(answer.dump());
  CHECK(answer["revision"] == ++revision_);
  if (before.is_object()) {
    CHECK(answer["id"] == before["id"]);
    CHECK(answer["created_at"] == before["created_at"]);
    CHECK(answer["updated_at"] > before["updated_at"]);
  }
  CHECK(answer["completed_at"].is_string() == task.is_completed());
  check_content(task);
}

ModelledUser::Step ModelledUser::creation() {
  Task task;
  json body = json::object();
  change_member(dice_, "title", now(), task, body);
  for (const std::string& member : written_members()) {
    if (dice_.one_in(2)) change_member(dice_, member, now(), task, body);
  }
  const bool is_completed = dice_.one_in(5);
  if (is_completed) body["is_completed"] = true;
  // Made while the client was offline, for an hour at most.
  const bool has_id = dice_.one_in(5);
  if (has_id) {
    body["id"] = client_made_id(dice_, now() - 1'000'000ll * dice_.number(0, 3600));
  }
  return {.method = "POST",
          .path = all,
          .body = body,
          .operation = {{"op", "create"}, {"task", body}},
          .status = 201,
          .accept = [=, this](const json& answer) {
            Task& created = tasks.emplace_back(task);
            accept(created, answer);
            CHECK(created.is_completed() == is_completed);
            if (!has_id) return;
            CHECK(created.id() == body["id"]);
            // Whoever asks again, since the answer was lost, gets the task.
            if (dice_.one_in(2)) return;
            const Answer again = client.post(all, body);
            CHECK(again.status == 200);
            CHECK(again.json()["id"] == body["id"]);
          }};
}

ModelledUser::Step ModelledUser::writing(const Task& task, const std::string& method) {
  Task changed = task;
  json body = json::object();
  bool is_completed = task.is_completed();
  if (method == "PUT") {
    changed.description.reset();
    change_member(dice_, "title", now(), changed, body);
  } else {
    change_member(dice_, dice_.pick(written_members()), now(), changed, body);
    if (dice_.one_in(3)) {
      is_completed = dice_.one_in(2);
      body["is_completed"] = is_completed;
    }
  }
  for (const std::string& member : written_members()) {
    if (dice_.one_in(4)) change_member(dice_, member, now(), changed, body);
  }
  Step step{.method = method,
            .path = path_of(task),
            .body = body,
            .id = task.id(),
            .accept = [this, changed, is_completed](const json& answer) {
              Task& kept = *find(tasks, changed.id());
              kept = changed;
              accept(kept, answer);
              CHECK(kept.is_completed() == is_completed);
            }};
  if (method == "PATCH") step.operation = {{"op", "update"}, {"id", task.id()}, {"task", body}};
  return step;
}

ModelledUser::Step ModelledUser::completion(const Task& task) {
  const bool wanted = dice_.one_in(3) ? task.is_completed() : !task.is_completed();
  Step step{.method = "PATCH",
            .path = path_of(task) + "/complete",
            .operation = {{"op", "complete"}, {"id", task.id()}, {"is_completed", wanted}},
            .id = task.id(),
            .accept = [this, id = task.id(), wanted](const json& answer) {
              Task& kept = *find(tasks, id);
              accept(kept, answer);
              CHECK(kept.is_completed() == wanted);
            }};
  const bool is_toggle = wanted != task.is_completed() && dice_.one_in(2);
  if (!is_toggle) step.body = json{{"is_completed", wanted}};
  return step;
}

ModelledUser::Step ModelledUser::deletion(const Task& task) {
  return {.method = "DELETE",
          .path = path_of(task),
          .operation = {{"op", "delete"}, {"id", task.id()}},
          .status = 204,
          .id = task.id(),
          .accept = [this, id = task.id()](const json&) {
            ++revision_;
            const auto place = find(tasks, id);
            trash.push_back(*place);
            trash.back().deleted_at = now();
            tasks.erase(place);
          }};
}

ModelledUser::Step ModelledUser::restoration(const Task& task) {
  return {.method = "POST",
          .path = path_of(task) + "/restore",
          .operation = {{"op", "restore"}, {"id", task.id()}},
          .id = task.id(),
          .accept = [this, id = task.id()](const json& answer) {
            const auto place = find(trash, id);
            json expected = place->answer;
            for (const char* member : {"updated_at", "revision"}) expected[member] = answer[member];
            expected["tags"] = answer["tags"];  // in the spelling that is in use now
            CHECK(answer == expected);
            accept(tasks.emplace_back(*place), answer);
            trash.erase(place);
          }};
}

ModelledUser::Step ModelledUser::random_step() {
  const int kind = dice_.number(0, 9);
  if (kind == 0 || tasks.empty()) return creation();
  if (kind <= 2 && !trash.empty()) return restoration(dice_.pick(trash));
  if (kind <= 3) return deletion(dice_.pick(tasks));
  if (kind == 4) return writing(dice_.pick(tasks), "PUT");
  if (kind <= 7) return completion(dice_.pick(tasks));
  return writing(dice_.pick(tasks), "PATCH");
}

void ModelledUser::perform(const Step& step) {
  const std::string body = step.body ? step.body->dump() : std::string();
  CAPTURE(step.method);
  CAPTURE(step.path);
  CAPTURE(body);
  const Answer answer = client.call(step.method, step.path, body);
  CAPTURE(answer.body);
  REQUIRE(answer.status == step.status);
  step.accept(answer.body.empty() ? json() : answer.json());
}

void ModelledUser::perform(const std::vector<Step>& batch) {
  json operations = json::array();
  for (const Step& step : batch) operations.push_back(step.operation);
  CAPTURE(operations.dump());
  const Answer answer = client.post(all + "/batch", {{"operations", operations}});
  CAPTURE(answer.body);
  REQUIRE(answer.status == 200);
  const json results = answer.json()["results"];
  REQUIRE(results.size() == batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    CHECK(results[i]["status"] == batch[i].status);
    batch[i].accept(results[i].value("task", json()));
  }
}

void ModelledUser::create() {
  perform(creation());
}

void ModelledUser::change() {
  if (!dice_.one_in(4)) return perform(random_step());
  std::vector<Step> batch;
  std::set<std::string> chosen;
  const int count = dice_.number(1, 6);
  for (int i = 0; i < count; ++i) {
    Step step = random_step();
    const bool is_first = step.id.empty() || chosen.insert(step.id).second;
    if (is_first && !step.operation.is_null()) batch.push_back(std::move(step));
  }
  if (!batch.empty()) perform(batch);
}

void ModelledUser::check(const Query& query) {
  CAPTURE(query.parameters);
  std::vector<std::string> expected = expected_ids(tasks, query);
  std::vector<std::string> found;
  const int limit = dice_.number(1, 60);
  std::string cursor;
  do {
    const Answer answer =
        client.get(all + "?limit=" + std::to_string(limit) + query.parameters + cursor);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    const json page = answer.json();
    CHECK(page["total"] == expected.size());
    CHECK(page["total_exact"] == true);
    for (const json& task : page["tasks"]) {
      found.push_back(task["id"]);
      const auto known = find(tasks, found.back());
      CHECK(task["revision"] == known->answer["revision"]);
      if (!dice_.one_in(10)) continue;
      json shown = task;
      shown["tags"] = known->answer["tags"];  // whose first spelling may have gone since
      CHECK(shown == known->answer);
    }
    REQUIRE(found.size() <= tasks.size());
    const json& next = page["next_cursor"];
    cursor = next.is_null() ? "" : "&cursor=" + next.get<std::string>();
  } while (!cursor.empty());
  if (query.sort == "relevance") {
    const std::vector<std::string> in_its_order = found;
    std::sort(found.begin(), found.end());
    std::sort(expected.begin(), expected.end());
    CHECK_MESSAGE(found == expected, difference(expected, found, tasks));
    expected = in_its_order;
  } else {
    CHECK_MESSAGE(found == expected, difference(expected, found, tasks));
  }

  const auto size = static_cast<int>(expected.size());
  const int offset = dice_.number(0, size + 3);
  const auto from = expected.begin() + std::min(offset, size);
  const auto to = expected.begin() + std::min(offset + limit, size);
  const json page = client
                        .get(all + "?limit=" + std::to_string(limit) +
                             "&offset=" + std::to_string(offset) + query.parameters)
                        .json();
  const std::vector<std::string> wanted(from, to);
  CHECK_MESSAGE(ids_in(page) == wanted, difference(wanted, ids_in(page), tasks));
  CHECK(page["total"] == size);
  CHECK(page["next_cursor"].is_null() == (to == expected.end()));
}

void ModelledUser::check_whole() {
  const json list = client.get(all + "?limit=1").json();
  CHECK(list["total"] == tasks.size());
  CHECK(list["total_exact"] == true);

  const int offset = dice_.one_in(4) ? 0 : random_offset(dice_);
  CAPTURE(offset);
  const std::string parameters = offset == 0 ? "" : "?utc_offset=" + encoded(offset_text(offset));
  CHECK(client.get(all + "/summary" + parameters).json() ==
        expected_summary(tasks, now(), offset, trash.size()));

  const json trashed = client.get("/api/tasks/trash?limit=100").json();
  CHECK(trashed["total"] == trash.size());
  // The newest deletion first, and of those of one moment the newest task.
  std::sort(trash.begin(), trash.end(), [](const Task& a, const Task& b) {
    return a.deleted_at != b.deleted_at ? a.deleted_at > b.deleted_at : a.id() > b.id();
  });
  std::vector<std::string> expected;
  for (const Task& task : trash) expected.push_back(task.id());
  if (expected.size() > 100) expected.resize(100);
  CHECK(ids_in(trashed) == expected);

  std::map<std::string, std::pair<int, int>> counts;  // open and all of them, by their keys
  std::map<std::string, std::string> keys;            // by their names
  for (const Task& task : tasks) {
    for (std::size_t i = 0; i < task.tags.size(); ++i) {
      const std::string key = task.tags[i].key();
      counts[key].first += task.is_completed() ? 0 : 1;
      ++counts[key].second;
      keys[client.get(path_of(task)).json()["tags"][i]] = key;
    }
  }
  const json tags = client.get("/api/tags").json()["tags"];
  CHECK(tags.size() == counts.size());
  CHECK(keys.size() == counts.size());
  int total_before = std::numeric_limits<int>::max();
  for (const json& tag : tags) {
    CAPTURE(tag.dump());
    REQUIRE(keys.contains(tag["name"]));
    const auto& [open, total] = counts[keys[tag["name"]]];
    CHECK(tag["open"] == open);
    CHECK(tag["total"] == total);
    CHECK(tag["total"] <= total_before);
    total_before = tag["total"];
  }
}

}  // namespace taskdock::testing::model
