#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

#include "cli/outcome.h"
#include "http/requests.h"
#include "testing/answers.h"
#include "testing/backend.h"
#include "testing/function_server.h"
#include "testing/process.h"

namespace taskdock::testing {

namespace {

std::string head_of_create(const Client& client) {
  return "POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + client.token +
         "\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(one_task.size()) + "\r\n\r\n";
}

/// Opens connections that have been answered once, and wait.
Sockets idle_connections(int port, std::size_t count) {
  Sockets sockets;
  while (sockets.size() < count) {
    sockets.push_back(std::make_unique<RawSocket>(port));
    sockets.back()->send(get_health);
    std::string surplus;
    CHECK(Client::read_answer(*sockets.back(), surplus).status == 200);
  }
  return sockets;
}

/// Opens connections on which the server waits for the rest of a body: "100 Continue" shows that it
/// does.
Sockets busy_connections(const Client& client, int port, std::size_t count) {
  Sockets sockets;
  std::string head = head_of_create(client);
  head.insert(head.size() - 2, "Expect: 100-continue\r\n");
  int refused = 0;
  while (sockets.size() < count) {
    sockets.push_back(std::make_unique<RawSocket>(port));
    sockets.back()->send(head);
    std::string received;
    while (received.find("\r\n\r\n") == std::string::npos && sockets.back()->receive(received)) {
    }
    if (received.starts_with("HTTP/1.1 503") && ++refused < 1000) {
      // A place is free only when its worker has noticed that the connection before is over.
      sockets.pop_back();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    REQUIRE(received == "HTTP/1.1 100 Continue\r\n\r\n");
    sockets.back()->send(one_task.substr(0, 5));
  }
  return sockets;
}

Answer finish_body(RawSocket& socket) {
  socket.send(one_task.substr(5));
  std::string surplus;
  return Client::read_answer(socket, surplus);
}

const Process::Strings eight_connections = {"--max-connections", "8"};

}  // namespace

TEST_CASE("http/connections: when all are taken, the longest idle makes room for a new one") {
  ServerProcess server(eight_connections);
  Sockets idle = idle_connections(server.port(), 1);
  REQUIRE(server.process().comes_to_rest());  // so that it is the first
  for (auto& socket : idle_connections(server.port(), 7)) idle.push_back(std::move(socket));
  CHECK(send_raw(server.port(), get_health).body == healthy);
  CHECK(idle[0]->receive_all().empty());  // closed, and nothing said
  for (std::size_t i = 1; i < idle.size(); ++i) {
    CAPTURE(i);
    idle[i]->send(get_health);
    std::string surplus;
    CHECK(Client::read_answer(*idle[i], surplus).body == healthy);
  }
}

TEST_CASE(
    "http/connections: a stream of new connections is served while idle ones hold all places") {
  ServerProcess server(eight_connections);
  const Sockets idle = idle_connections(server.port(), 8);
  for (int i = 0; i < 50; ++i) CHECK(idle_connections(server.port(), 3).size() == 3);
}

TEST_CASE("http/connections: when all are busy, the next one gets an honest 503") {
  constexpr std::chrono::minutes long_enough{10};
  const http::Deadlines deadlines{.idle = long_enough,
                                  .head = long_enough,
                                  .body = long_enough,
                                  .send = long_enough,
                                  .patience = long_enough};
  LocalServer server({}, deadlines, 8);
  Client client(server.port);
  client.sign_up();
  client.call("GET", "/health", {}, {{"Connection", "close"}});
  Sockets busy = busy_connections(client, server.port, 8);
  for (int i = 0; i < 5; ++i) {
    RawSocket socket(server.port);
    socket.send(get_health);
    std::string surplus;
    const Answer answer = Client::read_answer(socket, surplus);
    check_error(answer, 503, "Too many connections; try again");
    CHECK(answer.header("retry-after") == "1");
    CHECK(answer.header("connection") == "close");
    CHECK(socket.receive_all().empty());
  }
  // Nobody of those who were there has suffered, and with them gone there is room again.
  for (const auto& socket : busy) CHECK(finish_body(*socket).status == 201);
  busy.clear();
  CHECK(client.get("/api/tasks").json()["total"] == 8);
}

TEST_CASE("http/connections: three hundred at once are all answered") {
  ServerProcess server;
  Sockets sockets;
  for (int i = 0; i < 300; ++i) sockets.push_back(std::make_unique<RawSocket>(server.port()));
  for (int round = 0; round < 3; ++round) {
    for (const auto& socket : sockets) REQUIRE(socket->send(get_health));
    int answered = 0;
    for (const auto& socket : sockets) {
      std::string surplus;
      answered += Client::read_answer(*socket, surplus).body == healthy;
    }
    CHECK(answered == 300);
  }
}

TEST_CASE("http/connections: asked to stop, the server finishes what it has begun") {
  for (const int signal : {SIGTERM, SIGINT}) {
    CAPTURE(signal);
    TemporaryDirectory data;
    std::string token;
    {
      ServerProcess server(data.path());
      Client client(server.port());
      client.sign_up();
      token = client.token;
      Sockets busy = busy_connections(client, server.port(), 3);
      Sockets idle = idle_connections(server.port(), 3);
      server.process().signal(signal);
      for (const auto& socket : idle) CHECK(socket->receive_all().empty());
      // All of them are to end within five seconds of the signal: none waits for another's answer.
      for (const auto& socket : busy) CHECK(socket->send(one_task.substr(5)));
      for (const auto& socket : busy) {
        std::string surplus;
        const Answer answer = Client::read_answer(*socket, surplus);
        CHECK(answer.status == 201);
        CHECK(answer.header("connection") == "close");
      }
      const Finished finished = server.process().wait();
      CHECK(finished.status == 0);
      CHECK(finished.output ==
            "listening on http://127.0.0.1:" + std::to_string(server.port()) + '\n');
    }
    ServerProcess again(data.path());
    Client client(again.port());
    client.token = token;
    CHECK(client.get("/api/tasks").json()["total"] == 3);
  }
}

TEST_CASE("http/connections: idle connections do not hold up the end") {
  // Nothing but the end of all connections ends this server before its ten minutes are over.
  http::ServerOptions options = FunctionServer::options_of_test();
  options.max_connections = 64;
  options.deadlines.idle = std::chrono::minutes(10);
  FunctionServer server([](const api::Request&) { return api::Response{.body = "{}"}; }, options);
  const Sockets idle = idle_connections(server.port, 20);
  Sockets silent;  // connected, and never a byte
  for (int i = 0; i < 20; ++i) silent.push_back(std::make_unique<RawSocket>(server.port));
  CHECK(send_raw(server.port, get_health).status == 200);
  server.stop();
  for (const auto& socket : idle) CHECK(socket->receive_all().empty());
  for (const auto& socket : silent) CHECK(socket->receive_all().empty());
}

TEST_CASE("http/connections: whoever stops the server says how long requests have to finish") {
  http::ServerOptions options = FunctionServer::options_of_test();  // which would be ten minutes
  options.deadlines.body = std::chrono::minutes(10);
  std::atomic<bool> reads{false};
  FunctionServer server(
      [&](const api::Request& asked) -> api::Response {
        reads = true;
        try {
          asked.body.read(100);
        } catch (const std::exception&) {
          // It was cut.
        }
        return {};
      },
      options);
  RawSocket half(server.port);
  half.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345");
  REQUIRE(becomes_true([&] { return reads.load(); }));
  server.stop(std::chrono::milliseconds(1));
  CHECK(half.receive_all().empty());
}

TEST_CASE(
    "http/connections: a client that never finishes holds up the end for five seconds at most") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const Sockets busy = busy_connections(client, server.port(), 2);
  RawSocket half_a_head(server.port());
  half_a_head.send("GET /health HTT");
  check_alive(server.port());
  const Finished finished = server.stop();
  CHECK(finished.status == 0);
  // Cut, and not told that the thirty seconds are over that a body may take.
  for (const auto& socket : busy) CHECK(socket->receive_all().empty());
  CHECK(std::count(finished.output.begin(), finished.output.end(), '\n') == 1);
}

TEST_CASE("http/connections: after a restart every task and token is as good as before") {
  TemporaryDirectory data;
  nlohmann::json user;
  nlohmann::json tasks;
  std::string token;
  for (int start = 0; start < 3; ++start) {
    CAPTURE(start);
    ServerProcess server(data.path());
    Client client(server.port());
    if (start == 0) {
      user = client.sign_up();
      token = client.token;
    }
    client.token = token;
    CHECK(client.get("/api/auth/me").json() == user);
    if (start > 0) CHECK(client.get("/api/tasks").json() == tasks);
    client.create_task("Made after start " + std::to_string(start));
    tasks = client.get("/api/tasks").json();
    CHECK(tasks["total"] == start + 1);
    CHECK(
        client
            .post("/api/auth/login", {{"email", "ann@example.com"}, {"password", "correct horse"}})
            .status == 200);
    CHECK(server.stop().status == 0);
  }
}

TEST_CASE("http/connections: what was acknowledged is there after kill -9, and never half a task") {
  TemporaryDirectory data;
  std::string token;
  std::mutex mutex;
  std::vector<nlohmann::json> acknowledged;
  for (int round = 0; round < 4; ++round) {
    CAPTURE(round);
    ServerProcess server(data.path());
    if (round == 0) {
      Client client(server.port());
      client.sign_up();
      token = client.token;
    }
    const std::size_t before = acknowledged.size();
    std::vector<std::thread> creators;
    creators.reserve(6);
    for (int creator = 0; creator < 6; ++creator) {
      creators.emplace_back([&, creator] {
        Client client(server.port());
        client.token = token;
        for (int i = 0; i < 100'000; ++i) {
          const std::string text =
              std::to_string(round) + '/' + std::to_string(creator) + '/' + std::to_string(i);
          try {
            const Answer answer =
                client.post("/api/tasks", {{"title", text}, {"description", text}});
            if (answer.status != 201) return;
            const std::lock_guard lock(mutex);
            acknowledged.push_back(answer.json());
          } catch (const std::exception&) {
            return;  // the server is gone
          }
        }
      });
    }
    const std::size_t enough = before + 40 * static_cast<std::size_t>(round + 1);
    bool is_enough = false;
    for (int tries = 0; tries < 30'000 && !is_enough; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const std::lock_guard lock(mutex);
      is_enough = acknowledged.size() >= enough;
    }
    CHECK(is_enough);
    server.process().signal(SIGKILL);
    for (std::thread& creator : creators) creator.join();
    const Finished finished = server.process().wait();
    CHECK(finished.status == -SIGKILL);
    CHECK_MESSAGE(finished.errors.find("Sanitizer") == std::string::npos, finished.errors);
  }

  ServerProcess server(data.path());
  Client client(server.port());
  client.token = token;
  for (const nlohmann::json& task : acknowledged) {
    REQUIRE(client.get("/api/tasks/" + task["id"].get<std::string>()).json() == task);
  }
  std::size_t found = 0;
  const std::size_t total = client.get("/api/tasks").json()["total"];
  CHECK(total >= acknowledged.size());
  for (std::size_t offset = 0; offset < total; offset += 100) {
    const nlohmann::json page =
        client.get("/api/tasks?limit=100&offset=" + std::to_string(offset)).json();
    for (const nlohmann::json& task : page["tasks"]) {
      ++found;
      CHECK(task["title"] == task["description"]);
    }
  }
  CHECK(found == total);
}

TEST_CASE("http/connections: of two servers on one port the second says so and ends with 4") {
  ServerProcess server;
  TemporaryDirectory data;
  Process second({"--port", std::to_string(server.port()), "--data", data.path().string()});
  const Finished finished = second.wait();
  CHECK(finished.status == 4);
  CHECK(finished.output.empty());
  CHECK(finished.errors.find("127.0.0.1:" + std::to_string(server.port())) != std::string::npos);
  CHECK(finished.errors.find("Address already in use") != std::string::npos);
  check_alive(server.port());
}

}  // namespace taskdock::testing
