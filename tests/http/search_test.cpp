#include <doctest/doctest.h>

#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// "milk" and "50%" in a query.
std::string encoded(const std::string& text) {
  std::string result;
  for (const char c : text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    result.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return result;
}

struct Search {
  ServerProcess server;
  Client client{server.port()};
  json user = client.sign_up();

  json add(const json& task) { return client.post("/api/tasks", task).json(); }

  json page(const std::string& typed, const std::string& more = {}) {
    const Answer answer = client.get("/api/tasks?q=" + encoded(typed) + more);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    return answer.json();
  }

  /// The titles of what is found.
  std::string found(const std::string& typed, const std::string& more = {}) {
    std::string titles;
    const json answer = page(typed, more);
    for (const json& task : answer["tasks"]) {
      titles += (titles.empty() ? "" : ", ") + task["title"].get<std::string>();
    }
    return titles;
  }

  json fault(const std::string& query) {
    const Answer answer = client.get("/api/tasks?" + query);
    CHECK(answer.status == 422);
    return answer.json()["detail"][0];
  }
};

}  // namespace

TEST_CASE_FIXTURE(Search,
                  "http/search: tasks are found by words of title, description and tags, whatever "
                  "their case and diacritics") {
  add({{"title", "Käse"}, {"description", "From the MARKET"}, {"tags", {"Food"}}});
  add({{"title", "Kaserne"}});
  add({{"title", "牛乳を買う"}});
  CHECK(found("kase") == "Kaserne, Käse");
  CHECK(found("KÄSE mark foo") == "Käse");
  CHECK(found("\"from the market\"") == "Käse");
  CHECK(found("\"the from\"").empty());
  CHECK(found("乳を") == "牛乳を買う");
  CHECK(found("erne").empty());
  CHECK(page("kase")["total"] == 2);
  for (const std::string& tasks : task_addresses(user)) {
    CHECK(client.get(tasks + "?q=kas").json()["total"] == 2);
  }
}

TEST_CASE_FIXTURE(Search,
                  "http/search: a search sees each change at once, and nobody else's tasks") {
  const std::string path = "/api/tasks/" + add({{"title", "milk"}})["id"].get<std::string>();
  CHECK(found("milk") == "milk");
  CHECK(client.call("PATCH", path, json{{"title", "bread"}}.dump()).status == 200);
  CHECK(found("milk").empty());
  CHECK(found("bread") == "bread");
  CHECK(client.call("PUT", path, json{{"title", "tea"}, {"description", "green"}}.dump()).status ==
        200);
  CHECK(found("green") == "tea");
  CHECK(client.call("PATCH", path, json{{"tags", "drinks"}}.dump()).status == 200);
  CHECK(found("drink") == "tea");
  CHECK(client.call("PATCH", "/api/tags/drinks", json{{"name", "hot"}}.dump()).status == 200);
  CHECK(found("drink").empty());
  CHECK(found("hot") == "tea");
  CHECK(client.call("DELETE", path).status == 204);
  CHECK(found("tea").empty());
  CHECK(client.call("POST", path + "/restore").status == 200);
  CHECK(found("tea hot green") == "tea");

  Client bob(server.port());
  bob.sign_up("bob@example.com");
  CHECK(bob.get("/api/tasks?q=tea").json()["total"] == 0);
}

TEST_CASE_FIXTURE(Search, "http/search: whatever somebody types is a search") {
  add({{"title", "milk"}});
  for (const char* typed :
       {"milk*", "-milk", "(milk", "milk\"", "\"milk", "{title}:milk", "^milk", "'milk'", "milk;--",
        "milk\\", "%milk_", "\x01milk", "milk + ", "\"milk\" \"\"", "NEAR(milk)", " \t\nmilk"}) {
    CAPTURE(typed);
    const json answer = page(typed);
    CHECK((answer["total"] == 1 || answer["total"] == 0));
  }
  CHECK(found("milk AND").empty());  // two words
  CHECK(found("") == "milk");
  CHECK(found(" \t") == "milk");
  std::string all;
  for (int byte = 1; byte < 0x80; ++byte) all += static_cast<char>(byte);
  page(all);
  std::string long_text;
  for (int i = 0; i < 166; ++i) long_text += "\xe7\x89\x9b a";
  CHECK(page(long_text.substr(0, 498))["total"] == 0);
}

TEST_CASE_FIXTURE(Search, "http/search: what has no letter or digit finds nothing") {
  add({{"title", "milk!"}, {"tags", {"home"}}});
  for (const char* typed : {"!", " *()\"", "#", "+++", "\"\""}) {
    CAPTURE(typed);
    const json answer = page(typed);
    CHECK(answer["total"] == 0);
    CHECK(answer["total_exact"] == true);
    CHECK(answer["tasks"].empty());
  }
  CHECK(client.get("/api/tasks?q=!&sort=relevance&tag=home&completed=false").json()["total"] == 0);
}

TEST_CASE_FIXTURE(Search,
                  "http/search: what is no text, or too long, is a fault of the parameter") {
  CHECK(fault("q=%ff")["loc"] == json({"query", "q"}));
  CHECK(fault("q=a%00b")["loc"] == json({"query", "q"}));
  CHECK(fault("q=" + std::string(501, 'a'))["type"] == "string_too_long");
  CHECK(fault("sort=relevance")["loc"] == json({"query", "sort"}));
  CHECK(fault("sort=-relevance")["msg"] == "Value error, must not be relevance without q");
}

TEST_CASE_FIXTURE(
    Search,
    "http/search: a search goes with filters, orders and cursors, and by relevance titles "
    "come first") {
  for (int i = 0; i < 12; ++i) {
    const std::string number = std::to_string(100 + i);
    if (i % 2 == 0) {
      add({{"title", "milk " + number}, {"tags", {"even"}}});
    } else {
      add({{"title", number}, {"description", "milk"}, {"priority", "high"}});
    }
  }
  add({{"title", "bread"}});
  CHECK(found("milk", "&limit=3") == "111, milk 110, 109");
  CHECK(found("milk", "&tag=even&sort=title&limit=2") == "milk 100, milk 102");
  CHECK(found("milk", "&priority=none&limit=1&offset=1") == "milk 108");
  CHECK(found("milk", "&sort=created_at&limit=2") == "milk 100, 101");
  for (const std::string sort : {"relevance", "-relevance", "-created_at", "title", "priority"}) {
    std::string titles;
    std::string cursor;
    for (;;) {
      const json answer = page("milk", "&limit=5&sort=" + sort + cursor);
      CHECK(answer["total"] == 12);
      for (const json& task : answer["tasks"]) titles += task["title"].get<std::string>() + ' ';
      if (answer["next_cursor"].is_null()) break;
      cursor = "&cursor=" + answer["next_cursor"].get<std::string>();
    }
    CAPTURE(titles);
    CHECK(titles.size() == 6 * 9 + 6 * 4);
    if (sort.ends_with("relevance")) {
      CHECK(titles.starts_with("milk 110 milk 108 milk 106 "));
      CHECK(titles.ends_with(" 105 103 101 "));
    }
    const Answer other = client.get("/api/tasks?q=bread&limit=5&sort=" + sort + cursor);
    CHECK(other.status == 422);
    CHECK(other.json()["detail"][0]["loc"] == json({"query", "cursor"}));
  }
  CHECK(found("***", "&sort=relevance&limit=2").empty());
}

}  // namespace taskdock::testing
