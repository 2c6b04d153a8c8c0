#include "testing/random_writer.h"

#include <doctest/doctest.h>

#include <chrono>

namespace taskdock::testing {

using nlohmann::json;

namespace {

// The spellings of each are one tag; the last two can become one by renaming.
const std::vector<std::string> tag_names = {"home", "Home", "errands", "work", "WORK", "garden"};

}  // namespace

json RandomWriter::random_content() {
  json content = {{"title", "Task " + std::to_string(dice_.number(1, 1000))}};
  if (dice_.one_in(2)) content["description"] = model::random_text(dice_, 5).text;
  if (dice_.one_in(3)) content["tags"] = {dice_.pick(tag_names), "more"};
  if (dice_.one_in(4)) content["priority"] = "high";
  if (dice_.one_in(4)) {
    content["due_date"] = "2026-02-0" + std::to_string(dice_.number(1, 9));
    if (dice_.one_in(2)) content["recurrence"] = "FREQ=DAILY;COUNT=3";
  }
  return content;
}

std::string RandomWriter::random_id() {
  if (ids_.empty() || dice_.one_in(40)) return "019b92c5-1a1b-7c3d-8e4f-5a6b7c8d9e0f";
  // Mostly one of the last, so that one task goes through many changes.
  const int last = static_cast<int>(ids_.size()) - 1;
  const int first = dice_.one_in(3) ? 0 : std::max(0, last - 30);
  return ids_[static_cast<std::size_t>(dice_.number(first, last))];
}

json RandomWriter::random_operation() {
  switch (dice_.number(1, 6)) {
    case 1:
    case 2:
      return {{"op", "create"}, {"task", random_content()}};
    case 3:
      return {{"op", "update"}, {"id", random_id()}, {"task", random_content()}};
    case 4:
      return {{"op", "complete"}, {"id", random_id()}, {"is_completed", !dice_.one_in(3)}};
    case 5:
      return {{"op", "delete"}, {"id", random_id()}};
    default:
      return {{"op", "restore"}, {"id", random_id()}};
  }
}

void RandomWriter::send(const std::string& method, const std::string& path, const json& body) {
  const Answer answer = client_.call(method, path, body.is_null() ? "" : body.dump());
  CAPTURE(method);
  CAPTURE(path);
  CAPTURE(answer.body);
  CHECK(answer.status >= 200);
  CHECK(answer.status < 500);
  if (answer.status >= 300 || answer.body.empty()) return;
  const json result = answer.json();
  const auto note = [&](const json& task) {
    for (const char* name : {"id", "next_task_id"}) {
      const json id = task.value(name, json());
      if (!id.is_null()) ids_.push_back(id);
    }
  };
  if (method == "POST" && result.contains("id")) note(result);
  if (method == "PATCH" && !result.value("next_task_id", json()).is_null()) note(result);
  for (const json& each : result.value("results", json::array())) {
    if (each.contains("task")) note(each["task"]);
  }
}

void RandomWriter::write() {
  const std::string task = "/api/tasks/" + random_id();
  switch (dice_.number(1, 20)) {
    case 1:
    case 2:
    case 3:
    case 4: {
      json content = random_content();
      // Sometimes with the id of a task that there was.
      if (dice_.one_in(8)) content["id"] = random_id();
      return send("POST", "/api/tasks", content);
    }
    case 5:
    case 6:
      return send("PATCH", task, random_content());
    case 7:
      return send("PUT", task, random_content());
    case 8:
    case 9:
    case 10:
      return send("PATCH", task + "/complete", {{"is_completed", !dice_.one_in(3)}});
    case 11:
    case 12:
    case 13:
      return send("DELETE", task);
    case 14:
    case 15:
      return send("POST", task + "/restore");
    case 16:
      return send("DELETE", "/api/tasks/trash/" + random_id());
    case 17:
      if (dice_.one_in(4)) return send("DELETE", "/api/tasks/trash");
      return send("PATCH", "/api/tags/" + dice_.pick(tag_names), {{"name", dice_.pick(tag_names)}});
    case 18:
      if (dice_.one_in(6)) return send("DELETE", "/api/tags/" + dice_.pick(tag_names));
      [[fallthrough]];
    default: {
      json operations = json::array();
      for (int i = dice_.number(1, 4); i > 0; --i) operations.push_back(random_operation());
      return send("POST", "/api/tasks/batch", {{"operations", operations}});
    }
  }
}

}  // namespace taskdock::testing
