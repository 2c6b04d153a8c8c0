// GET /metrics of a running server.

#include <doctest/doctest.h>

#include <optional>
#include <sstream>
#include <thread>

#include "cli/outcome.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

namespace {

const Process::Strings with_metrics = {"--metrics", "on"};

/// The samples of one scrape.
class Scrape {
 public:
  explicit Scrape(Client& client, const Client::Headers& headers = {})
      : Scrape(client.call("GET", "/metrics", {}, headers)) {}

  explicit Scrape(const Answer& answer) {
    REQUIRE(answer.status == 200);
    CHECK(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(answer.header("cache-control") == "no-store");
    std::istringstream lines(answer.body);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with('#')) continue;
      const std::size_t space = line.rfind(' ');
      REQUIRE(samples_.emplace(line.substr(0, space), std::stod(line.substr(space + 1))).second);
    }
  }

  /// The value of a sample, named as in the text; nothing if it is not there.
  std::optional<double> value(const std::string& name) const {
    const auto found = samples_.find(name);
    return found == samples_.end() ? std::nullopt : std::optional(found->second);
  }

  double requests(const std::string& method, const std::string& route, int status) const {
    return value("taskdock_http_requests_total{method=\"" + method + "\",route=\"" + route +
                 "\",status=\"" + std::to_string(status) + "\"}")
        .value_or(0);
  }

  double timed(const std::string& method, const std::string& route) const {
    return value("taskdock_http_request_duration_seconds_count{method=\"" + method + "\",route=\"" +
                 route + "\"}")
        .value_or(0);
  }

  const std::map<std::string, double>& samples() const { return samples_; }

 private:
  std::map<std::string, double> samples_;
};

/// Scrapes until `is_right`, or for half a minute: a request is counted just after its answer was
/// sent, so that another connection can be faster.
template <class Check>
Scrape scrape_until(Client& client, Check is_right) {
  for (int i = 0; i < 3000; ++i) {
    Scrape scrape(client);
    if (is_right(scrape)) return scrape;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return Scrape(client);
}

}  // namespace

TEST_CASE("http/metrics: without --metrics there is no such call") {
  ServerProcess server;
  Client client(server.port());
  check_error(client.get("/metrics"), 404, "Not Found");
  check_error(client.call("POST", "/metrics"), 404);
  CHECK_FALSE(client.get("/openapi.json").json()["paths"].contains("/metrics"));
  ServerProcess with(Process::Strings{}, {"TASKDOCK_METRICS=on"});
  Client other(with.port());
  CHECK(other.get("/metrics").status == 200);
  CHECK(other.call("HEAD", "/metrics").status == 200);
  check_error(other.call("POST", "/metrics"), 405);
  CHECK(other.get("/openapi.json").json()["paths"].contains("/metrics"));
}

TEST_CASE("http/metrics: requests are counted by method, route and status") {
  ServerProcess server(with_metrics);
  Client client(server.port());
  client.sign_up();
  const nlohmann::json task = client.create_task("one");
  for (int i = 0; i < 3; ++i) client.get("/api/tasks/" + task["id"].get<std::string>());
  client.get("/api/tasks/01a21487-35c5-74c8-90c2-1687328ab4f6");
  client.get("/api/tasks/x");
  client.call("HEAD", "/health");
  client.call("PUT", "/health");
  client.call("OPTIONS", "/health");
  client.get("/health/");  // redirected
  client.get("/nothing/of/ours");
  client.get("/or-this");
  client.call("BREW", "/nothing");
  const Scrape scrape(client);
  CHECK(scrape.requests("POST", "/api/auth/signup", 201) == 1);
  CHECK(scrape.requests("POST", "/api/tasks", 201) == 1);
  CHECK(scrape.requests("GET", "/api/tasks/{task_id}", 200) == 3);
  CHECK(scrape.requests("GET", "/api/tasks/{task_id}", 404) == 1);
  CHECK(scrape.requests("GET", "/api/tasks/{task_id}", 422) == 1);
  CHECK(scrape.timed("GET", "/api/tasks/{task_id}") == 5);
  CHECK(scrape.requests("HEAD", "/health", 200) == 1);
  CHECK(scrape.requests("PUT", "/health", 405) == 1);
  CHECK(scrape.requests("OPTIONS", "/health", 204) == 1);
  CHECK(scrape.requests("GET", "none", 307) == 1);
  CHECK(scrape.requests("GET", "none", 404) == 2);
  CHECK(scrape.requests("other", "none", 404) == 1);
  for (const auto& [name, value] : scrape.samples()) CHECK_FALSE(contains(name, "or-this"));
  CHECK(scrape.requests("GET", "/metrics", 200) == 0);
  CHECK(Scrape(client).requests("GET", "/metrics", 200) == 1);
}

TEST_CASE("http/metrics: all that the site answers is counted as web") {
  const TemporaryDirectory site;
  write_file(site.path() / "index.html", "<p>home");
  ServerProcess server(Process::Strings{"--metrics", "on", "--web", site.path().string()});
  Client client(server.port());
  client.get("/");
  client.get("/index.html");
  client.get("/nothing.txt");
  client.get("/api/nothing");
  client.get("/health");
  const Scrape scrape(client);
  CHECK(scrape.requests("GET", "web", 200) == 2);
  CHECK(scrape.requests("GET", "web", 404) == 1);
  CHECK(scrape.timed("GET", "web") == 3);
  CHECK(scrape.requests("GET", "none", 404) == 1);
  CHECK(scrape.requests("GET", "/health", 200) == 1);
}

TEST_CASE("http/metrics: requests that are refused before they reach a route are counted as none") {
  ServerProcess server(with_metrics);
  CHECK(send_raw(server.port(), "GET / HTTP/1.1\r\n\r\n").status == 400);
  CHECK(send_raw(server.port(), "GET /health HTTP/1.1\r\nHost: other.example\r\n\r\n").status ==
        421);
  CHECK(send_raw(server.port(),
                 "POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nOrigin: https://other.example\r\n"
                 "Content-Length: 0\r\n\r\n")
            .status == 403);
  Client client(server.port());
  const Scrape scrape = scrape_until(client, [](const Scrape& seen) {
    return seen.requests("other", "none", 400) + seen.requests("GET", "none", 421) +
               seen.requests("POST", "none", 403) ==
           3;
  });
  CHECK(scrape.requests("other", "none", 400) == 1);
  CHECK(scrape.timed("other", "none") == 0);
  CHECK(scrape.requests("GET", "none", 421) == 1);
  CHECK(scrape.requests("POST", "none", 403) == 1);
}

TEST_CASE("http/metrics: what 16 clients write at once is all counted, once") {
  constexpr int writers = 16;
  constexpr int rounds = 20;
  ServerProcess server(Process::Strings{"--metrics", "on", "--log-level", "error"});
  Client client(server.port());
  client.sign_up();
  // The sign-up, and three changes that the server makes by itself when it has started.
  const Scrape before = scrape_until(client, [](const Scrape& seen) {
    return seen.value("taskdock_database_changes_waiting") == 0 &&
           seen.value("taskdock_database_batch_changes_sum") >= 4;
  });
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < writers; ++i) {
      threads.emplace_back([&] {
        Client writer(server.port());
        writer.token = client.token;
        for (int round = 0; round < rounds; ++round) {
          CHECK(writer.post("/api/tasks", {{"title", "x"}}).status == 201);
          CHECK(writer.post("/api/tasks", {{"title", ""}}).status == 422);
        }
      });
    }
  }
  const Scrape after = scrape_until(client, [](const Scrape& seen) {
    return seen.timed("POST", "/api/tasks") >= 2 * writers * rounds &&
           seen.value("taskdock_http_connections_open") == 1;
  });
  CHECK(after.requests("POST", "/api/tasks", 201) == writers * rounds);
  CHECK(after.requests("POST", "/api/tasks", 422) == writers * rounds);
  CHECK(after.timed("POST", "/api/tasks") == 2 * writers * rounds);
  CHECK(after.value("taskdock_http_request_duration_seconds_bucket{method=\"POST\",route=\"/api/"
                    "tasks\",le=\"+Inf\"}") == 2 * writers * rounds);
  CHECK(after.value("taskdock_http_connections_open") == 1);
  CHECK(after.value("taskdock_http_connections_turned_away_total") == 0);
  const auto grown = [&](const std::string& name) {
    return *after.value(name) - *before.value(name);
  };
  CHECK(grown("taskdock_database_batch_changes_sum") == writers * rounds);
  CHECK(grown("taskdock_database_commits_total") >= rounds);
  CHECK(grown("taskdock_database_commits_total") <= writers * rounds);
  CHECK(grown("taskdock_database_commits_total") == grown("taskdock_database_batch_changes_count"));
  CHECK(*after.value("taskdock_database_size_bytes") > 0);
  CHECK(*after.value("taskdock_database_log_size_bytes") > 0);
  CHECK(after.value("taskdock_password_checks_running") == 0);
  CHECK(after.value("taskdock_password_checks_waiting") == 0);
}

TEST_CASE("http/metrics: connections that were turned away are counted") {
  ServerProcess server(Process::Strings{"--metrics", "on", "--max-connections", "1"});
  std::string token;
  {
    Client client(server.port());
    client.sign_up();
    token = client.token;
  }
  // Keeps the one place, once the server has noticed that the client before is gone.
  std::optional<RawSocket> busy;
  std::string received;
  for (int i = 0; i < 3000 && !received.starts_with("HTTP/1.1 100"); ++i) {
    if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    received.clear();
    busy.emplace(server.port());
    busy->send("POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token +
               "\r\nContent-Type: application/json\r\nContent-Length: 13\r\n"
               "Expect: 100-continue\r\n\r\n");
    while (!contains(received, "\r\n\r\n") && busy->receive(received)) {
    }
  }
  CHECK(send_raw(server.port(), "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 503);
  busy->send(R"({"title":"x"})");
  std::string surplus;
  CHECK(Client::read_answer(*busy, surplus).status == 201);
  busy->send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const Scrape scrape(Client::read_answer(*busy, surplus));
  CHECK(*scrape.value("taskdock_http_connections_turned_away_total") >= 1);
  CHECK(scrape.requests("other", "none", 503) >= 1);
  CHECK(scrape.value("taskdock_http_connections_open") == 1);
}

TEST_CASE("http/metrics: they say what is running, and since when") {
  const auto now = [] {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  const double before = now();
  ServerProcess server(with_metrics);
  Client client(server.port());
  const std::string version = client.get("/").json()["version"];
  const Scrape scrape(client);
  CHECK(*scrape.value("process_start_time_seconds") >= before - 1);
  CHECK(*scrape.value("process_start_time_seconds") <= now());
  bool found = false;
  for (const auto& [name, value] : scrape.samples()) {
    found |=
        name.starts_with("taskdock_build_info{version=\"" + version + "\",commit=\"") && value == 1;
  }
  CHECK(found);
}

TEST_CASE("http/metrics: with a launch token they need it, too") {
  const std::string token = "three-grey-geese_0123456789ABCDEF";
  ServerProcess server(with_metrics, {"TASKDOCK_LAUNCH_TOKEN=" + token});
  Client client(server.port());
  check_error(client.get("/metrics"), 403, "Launch token required");
  const Scrape scrape(client, {{"X-Taskdock-Launch", token}});
  CHECK(scrape.requests("GET", "none", 403) + scrape.requests("GET", "/metrics", 403) == 1);
}

}  // namespace taskdock::testing
