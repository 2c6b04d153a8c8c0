// Options of the server whose effect a client sees.

#include <doctest/doctest.h>

#include "testing/account.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

namespace {

int status_for_host(const ServerProcess& server, const std::string& host) {
  return send_raw(server.port(), "GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status;
}

/// The answer to a new task in a body of `size` bytes.
Answer create_in_body_of(Client& client, std::size_t size) {
  const std::string task = R"({"title":"x"})";
  return client.call("POST", "/api/tasks", task + std::string(size - task.size(), ' '));
}

constexpr std::size_t mib = std::size_t{1024} * 1024;

}  // namespace

TEST_CASE("cli/serve_options: hosts of --allowed-hosts are served, and no others") {
  ServerProcess by_default;
  CHECK(status_for_host(by_default, "tasks.example") == 421);
  ServerProcess by_flag(Process::Strings{"--allowed-hosts", "tasks.example,Two.Example:8443"},
                        {"TASKDOCK_ALLOWED_HOSTS=three.example"});
  ServerProcess by_variable(Process::Strings{},
                            {"TASKDOCK_ALLOWED_HOSTS=tasks.example,Two.Example:8443"});
  ServerProcess on_all_addresses(
      Process::Strings{"--host", "0.0.0.0", "--allowed-hosts", "tasks.example,Two.Example:8443"});
  for (const ServerProcess* server : {&by_flag, &by_variable, &on_all_addresses}) {
    for (const char* host :
         {"tasks.example", "Tasks.EXAMPLE", "tasks.example:1", "two.example:8443"}) {
      CAPTURE(host);
      CHECK(status_for_host(*server, host) == 200);
    }
    for (const char* host : {"two.example", "two.example:8444", "three.example", "a.tasks.example",
                             "tasks.example.b"}) {
      CAPTURE(host);
      CHECK(status_for_host(*server, host) == 421);
    }
  }
  CHECK(status_for_host(by_flag, "localhost") == 200);
  CHECK(status_for_host(by_flag, "127.0.0.1:" + std::to_string(by_flag.port())) == 200);
  ServerProcess anywhere(Process::Strings{"--host", "0.0.0.0"});
  CHECK(status_for_host(anywhere, "three.example") == 200);
}

TEST_CASE("cli/serve_options: --max-body-memory bounds what bodies may have together") {
  ServerProcess by_default;
  ServerProcess by_flag(Process::Strings{"--max-body-memory", "1"},
                        {"TASKDOCK_MAX_BODY_MEMORY=64"});
  ServerProcess by_variable(Process::Strings{}, {"TASKDOCK_MAX_BODY_MEMORY=1"});
  for (ServerProcess* server : {&by_default, &by_flag, &by_variable}) {
    Client client(server->port());
    sign_up(client);
    const Answer large = create_in_body_of(client, mib);
    if (server == &by_default) {
      CHECK(large.status == 201);
    } else {
      check_error(large, 503);
      CHECK(large.header("retry-after") == "1");
    }
    CHECK(create_in_body_of(client, mib / 64).status == 201);
  }
}

TEST_CASE(
    "cli/serve_options: --max-users and --max-tasks-per-user are limits, and none by default") {
  ServerProcess by_default;
  ServerProcess by_flag(Process::Strings{"--max-users", "1", "--max-tasks-per-user", "2"},
                        {"TASKDOCK_MAX_USERS=9", "TASKDOCK_MAX_TASKS_PER_USER=9"});
  ServerProcess by_variable(Process::Strings{},
                            {"TASKDOCK_MAX_USERS=1", "TASKDOCK_MAX_TASKS_PER_USER=2"});
  for (ServerProcess* server : {&by_default, &by_flag, &by_variable}) {
    const bool is_limited = server != &by_default;
    Client client(server->port());
    sign_up(client);
    for (int task = 1; task <= 3; ++task) {
      CAPTURE(task);
      CHECK(client.post("/api/tasks", {{"title", "x"}}).status ==
            (is_limited && task > 2 ? 409 : 201));
    }
    CHECK(Client(server->port()).post("/api/auth/signup", account("bob@example.com")).status ==
          (is_limited ? 409 : 201));
  }
}

}  // namespace taskdock::testing
