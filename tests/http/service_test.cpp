#include <doctest/doctest.h>

#include <set>

#include "cli/outcome.h"
#include "http/requests.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// The headers of `answer` but for those that name the moment or the request.
std::multimap<std::string, std::string> lasting_headers(const Answer& answer) {
  auto headers = answer.headers;
  headers.erase("date");
  headers.erase("x-request-id");
  return headers;
}

}  // namespace

TEST_CASE("http/service: the root says what this is, and in which version") {
  ServerProcess server;
  Client client(server.port());
  const Answer answer = client.get("/");
  CHECK(answer.status == 200);
  CHECK(answer.header("content-type") == "application/json");
  const json welcome = answer.json();
  CHECK(welcome.size() == 4);
  CHECK_FALSE(welcome["message"].get<std::string>().empty());
  CHECK(welcome["docs"] == "/docs");
  CHECK(welcome["redoc"] == "/redoc");
  Process version({"--version"});
  CHECK(
      version.wait().output.starts_with("taskdock " + welcome["version"].get<std::string>() + ' '));
}

TEST_CASE("http/service: a browser is sent to the web application while there is a user") {
  const Client::Headers browser = {{"Accept", "text/html,*/*;q=0.8"}};
  const TemporaryDirectory directory;
  const std::string data = (directory.path() / "data").string();
  ServerProcess server(data);
  Client client(server.port());
  CHECK(client.call("GET", "/", {}, browser).status == 200);

  // Another process adds the first user, and removes it.
  const auto user = [&](Process::Strings arguments) {
    write_file(directory.path() / "password", "correct horse battery\n");
    arguments.insert(arguments.begin(), "user");
    arguments.insert(arguments.end(), {"ann@example.com", "--data", data});
    CHECK(Process(arguments, {}, directory.path() / "password").wait().status == 0);
  };
  user({"add"});
  for (const char* method : {"GET", "HEAD"}) {
    const Answer answer = client.call(method, "/", {}, browser);
    CHECK(answer.status == 303);
    CHECK(answer.header("location") == "./app/");
    CHECK(answer.header("cache-control") == "no-cache");
  }
  CHECK(client.get("/").status == 200);
  CHECK(contains(client.get("/app/").body, "<script type=\"module\""));
  user({"delete"});
  CHECK(client.call("GET", "/", {}, browser).status == 200);
}

TEST_CASE("http/service: health answers while the database does, without a token") {
  ServerProcess server;
  Client client(server.port());
  const Answer answer = client.get("/health");
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"status":"healthy"})");
  // A bad token is nobody's business where none is asked for.
  client.token = "nonsense";
  CHECK(client.get("/health").status == 200);
}

TEST_CASE(
    "http/service: a request needs one reader only, so that no requests wait for each other for "
    "ever") {
  LocalServer server({.signup = api::Signup::first, .readers = 1});
  Client client(server.port);
  const auto check_paths = [&](const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      CAPTURE(path);
      CHECK(client.call("GET", path, {}, {{"Accept", "text/html"}}).status < 400);
    }
  };
  check_paths({"/", "/app/", "/docs", "/health", "/openapi.json"});
  client.sign_up();
  const std::string task = client.post("/api/tasks", {{"title", "t"}}).json()["id"];
  check_paths({"/", "/app/", "/api/auth/me", "/api/auth/sessions", "/api/auth/tokens", "/api/tasks",
               "/api/tasks?q=t", "/api/tasks?completed=false", "/api/tasks/" + task,
               "/api/tasks/summary", "/api/tasks/changes", "/api/tasks/trash", "/api/tasks/export",
               "/api/tags"});
}

TEST_CASE("http/service: HEAD is GET without its body, errors included") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  const std::string id = client.create_task("Some title")["id"];
  std::vector<std::string> targets = {
      "/",        "/health",          "/api/auth/me",       "/api/tasks?limit=1", "/nothing",
      "/health/", "/api/auth/signup", "/api/tasks?limit=0", "/api/tasks/1"};
  for (const std::string& tasks : task_addresses(user)) {
    targets.push_back(tasks);
    targets.push_back(tasks + '/' + id);
    targets.push_back(tasks + "/019b93a5-1c40-7abc-8def-0123456789ab");
  }
  for (const char* token : {"good", ""}) {
    if (!*token) client.token.clear();
    for (const std::string& target : targets) {
      CAPTURE(target);
      const Answer got = client.get(target);
      const Answer head = client.call("HEAD", target);
      CHECK(head.status == got.status);
      CHECK(head.body.empty());
      CHECK(lasting_headers(head) == lasting_headers(got));
      CHECK(head.header("content-length") == std::to_string(got.body.size()));
      // Nothing follows the head: the connection's next answer is the next request's.
      CHECK(client.get("/health").body == R"({"status":"healthy"})");
    }
  }
}

TEST_CASE("http/service: every path tells its methods, to OPTIONS and to a method it has not") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  const std::string id = client.create_task("x")["id"];
  const std::string one = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS";
  std::vector<std::pair<std::string, std::string>> table = {
      {"/", "GET, HEAD, OPTIONS"},
      {"/health", "GET, HEAD, OPTIONS"},
      {"/api/auth/signup", "POST, OPTIONS"},
      {"/api/auth/login", "POST, OPTIONS"},
      {"/api/auth/refresh", "POST, OPTIONS"},
      {"/api/auth/logout", "POST, OPTIONS"},
      {"/api/auth/sessions", "GET, HEAD, DELETE, OPTIONS"},
      {"/api/auth/sessions/1", "DELETE, OPTIONS"},
      {"/api/auth/me", "GET, HEAD, PATCH, DELETE, OPTIONS"},
      {"/api/auth/password", "PUT, OPTIONS"},
  };
  for (const std::string& tasks : task_addresses(user)) {
    table.emplace_back(tasks, "POST, GET, HEAD, OPTIONS");
    table.emplace_back(tasks + '/' + id, one);
    table.emplace_back(tasks + "/1", one);
    table.emplace_back(tasks + '/' + id + "/complete", "PATCH, OPTIONS");
  }
  client.token.clear();  // neither answer needs one
  for (const auto& [path, allow] : table) {
    const auto& shown_path = path;
    CAPTURE(shown_path);
    const Answer options = client.call("OPTIONS", path);
    CHECK(options.status == 204);
    CHECK(options.body.empty());
    CHECK(options.header("allow") == allow);
    for (const char* method :
         {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW", "get", "CONNECT"}) {
      if ((", " + allow + ',').find(' ' + std::string(method) + ',') != std::string::npos) continue;
      CAPTURE(method);
      const Answer answer = client.call(method, path);
      CHECK(answer.header("allow") == allow);
      if (std::string(method) == "HEAD") {
        CHECK(answer.status == 405);
      } else {
        check_error(answer, 405, "Method Not Allowed");
      }
    }
  }
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"}) {
    for (const char* path : {"/nothing", "/api", "/api/auth", "/api/tasks/1/2", "/api/tasks/1/done",
                             "/api//tasks", "//", "/HEALTH", "/api/x/y/tasks", "*"}) {
      if (std::string(path) == "//") continue;
      const auto& shown_path = path;
      CAPTURE(shown_path);
      check_error(client.call(method, path), 404, "Not Found");
    }
  }
}

TEST_CASE("http/service: a trailing slash leads to the path without it, method and query kept") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  const std::string id = client.create_task("x")["id"];
  std::vector<std::array<std::string, 3>> table = {
      {"GET", "/health/", "/health"},
      {"GET", "/health/?a=1/", "/health?a=1/"},
      {"POST", "/api/auth/login/", "/api/auth/login"},
      {"BREW", "/health/", "/health"},
      {"GET", "//", "/"},
  };
  for (const std::string& tasks : task_addresses(user)) {
    table.push_back({"GET", tasks + "/?limit=1&offset=0", tasks + "?limit=1&offset=0"});
    table.push_back({"POST", tasks + '/', tasks});
    table.push_back({"DELETE", tasks + '/' + id + '/', tasks + '/' + id});
    table.push_back({"PATCH", tasks + '/' + id + "/complete/", tasks + '/' + id + "/complete"});
  }
  for (const auto& [method, target, location] : table) {
    const auto& shown_method = method;
    CAPTURE(shown_method);
    const auto& shown_target = target;
    CAPTURE(shown_target);
    const Answer answer = client.call(method, target, method == "POST" ? R"({"title":"x"})" : "");
    CHECK(answer.status == 307);
    CHECK(answer.header("location") == location);
    CHECK(answer.body.empty());
    CHECK(answer.header("content-length") == "0");
  }
  CHECK(client.get("/api/tasks").json()["total"] == 1);
  for (const char* path : {"/nothing/", "/health//", "/api/tasks//", "/api//tasks/"}) {
    CAPTURE(path);
    check_error(client.get(path), 404, "Not Found");
  }
}

TEST_CASE("http/service: a path is what it is decoded to, and nothing more is made of it") {
  ServerProcess server;
  Client client(server.port());
  const json user = client.sign_up();
  const json task = client.create_task("x");
  const std::string id = task["id"];
  const std::string last = id.substr(id.size() - 1);
  for (const std::string& target :
       {std::string("/%68ealth"), std::string("/health?"), std::string("/health?%zz=%"),
        std::string("/%61%70%69/tasks"), "/api/tasks/" + id.substr(0, 35) + "%3" + last,
        "/api/tasks/" + id.substr(0, 8) + "%2d" + id.substr(9)}) {
    if (target.ends_with("%3" + last) && (last < "0" || last > "9")) continue;
    CAPTURE(target);
    CHECK(client.get(target).status == 200);
  }
  for (const char* target :
       {"/health%00", "/health%00/", "/heal%00th", "/health%20", "/%2fhealth", "/health;v=1",
        "/api/../health", "/api/%2e%2e/health", "/./health", "/api/tasks%3flimit=1", "/%zz", "/%",
        "/api/tasks%2f%2f", "/\\health", "/%5chealth", "/%c0%ae", "/health%0d%0aX-Evil:%201"}) {
    CAPTURE(target);
    const Answer answer = client.get(target);
    check_error(answer, 404, "Not Found");
    CHECK(answer.headers.count("x-evil") == 0);
  }
}

TEST_CASE("http/service: a created task is where its Location says, however the path was written") {
  ServerProcess server;
  Client client(server.port());
  const std::string user_id = client.sign_up()["id"];
  int created_tasks = 0;
  for (const std::string& target :
       {std::string("/api/tasks"), std::string("/api/%74asks"), std::string("/api%2ftasks"),
        "/api/%3" + user_id.substr(0, 1) + user_id.substr(1) + "/tasks",
        std::string("/api/tasks%2f"), std::string("/api/tasks?x=1%23y")}) {
    CAPTURE(target);
    const Answer created = client.post(target, {{"title", "x"}});
    if (created.status != 201) {
      CHECK(created.status == 404);
      continue;
    }
    ++created_tasks;
    CHECK(client.get(created.header("location")).json() == created.json());
  }
  CHECK(created_tasks >= 3);
  CHECK(client.get("/api/tasks").json()["total"] == created_tasks);
}

TEST_CASE(
    "http/service: every answer has an id of its own, which its line in the log has too, with the "
    "client") {
  ServerProcess server;
  std::vector<std::pair<std::string, std::string>>
      calls;  // the id, and what the log says before it
  {
    Client client(server.port());
    client.sign_up();
    const std::string path = path_of(client.create_task("A secret title"));
    const std::vector<std::array<std::string, 3>> table = {
        {"GET", "/health", "200"},  {"GET", "/nothing?q=query", "404"},
        {"BREW", "/health", "405"}, {"OPTIONS", "/health", "204"},
        {"HEAD", path, "200"},      {"GET", path + '/', "307"},
        {"PUT", path, "422"},       {"DELETE", path, "204"},
    };
    for (int round = 0; round < 3; ++round) {
      for (const auto& [method, target, status] : table) {
        const Answer answer = client.call(method, target);
        CHECK(answer.headers.count("x-request-id") == 1);
        calls.emplace_back(answer.header("x-request-id"),
                           method + ' ' + target.substr(0, target.find('?')) + ' ');
      }
    }
    const Answer refused = send_raw(server.port(), "GET / HTTP/3.0\r\n\r\n");
    CHECK(refused.status == 505);
    calls.emplace_back(refused.header("x-request-id"), "refused 505 ");
  }
  const Finished finished = server.stop();
  CHECK(finished.status == 0);
  std::set<std::string> ids;
  for (const auto& [id, words] : calls) {
    const auto& shown_id = id;
    CAPTURE(shown_id);
    CHECK(ids.insert(id).second);
    const std::size_t at = finished.errors.find(' ' + id + " 127.0.0.1\n");
    REQUIRE(at != std::string::npos);
    const std::size_t line = finished.errors.rfind('\n', at) + 1;
    CHECK(finished.errors.substr(line, at - line).find(words) != std::string::npos);
  }
  for (const char* secret : {"secret title", "correct horse", "eyJ", "query"}) {
    CAPTURE(secret);
    CHECK(finished.errors.find(secret) == std::string::npos);
  }
}

TEST_CASE("http/service: every answer has a date, and says nothing of the software behind it") {
  ServerProcess server;
  Client client(server.port());
  for (const char* target : {"/health", "/nothing"}) {
    const Answer answer = client.get(target);
    CHECK(answer.headers.count("date") == 1);
    CHECK(answer.header("date").ends_with(" GMT"));
    for (const char* header : {"server", "x-powered-by", "keep-alive", "accept-ranges"}) {
      CHECK(answer.headers.count(header) == 0);
    }
  }
}

}  // namespace taskdock::testing
