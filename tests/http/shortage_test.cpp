#include <doctest/doctest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>
#include <variant>

#include "api/errors.h"
#include "http/connection.h"
#include "http/connection_registry.h"
#include "http/requests.h"
#include "system/process_setup.h"
#include "system/socket.h"
#include "testing/answers.h"
#include "testing/function_server.h"
#include "testing/process.h"

// Clients that want more places, time or memory than there are.
namespace taskdock::testing {

namespace {

using std::chrono::milliseconds;

void check_memory(ServerProcess& server) {
  const std::size_t peak = server.process().peak_memory();
  MESSAGE("peak memory: " << peak / mib << " MiB");
  REQUIRE(peak > 0);
  if (memory_is_real) CHECK(peak < 128 * mib);
}

/// Ten seconds: more than the server has patience for those who make no progress while places are
/// short, and less than any of them has otherwise.
constexpr int enough_tries = 100;

/// A request with a body of `size` bytes, the last of which is missing.
std::string one_byte_short(const std::string& path, const std::string& headers, std::size_t size) {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         headers + "Content-Length: " + std::to_string(size) + "\r\n\r\n" +
         std::string(size - 1, ' ');
}

http::ServerOptions with_patience(milliseconds patience, std::size_t max_connections) {
  http::ServerOptions options = FunctionServer::options_of_test();
  options.max_connections = max_connections;
  const auto ten_minutes = std::chrono::minutes(10);
  options.deadlines = {.idle = ten_minutes,
                       .head = ten_minutes,
                       .body = ten_minutes,
                       .send = ten_minutes,
                       .patience = patience};
  return options;
}

/// Takes the body, if there is one, and answers with a large text.
api::Response answer_with_text(const api::Request& asked) {
  try {
    if (asked.body.announced()) asked.body.read(mib);
  } catch (const api::ApiError& error) {
    return api::error_response(error.status(), error.what(), error.headers());
  }
  if (asked.path == "/health") return {.body = "{}"};
  return {.body = std::string(4 * mib, 'x')};
}

/// Opens connections that hold all places of the server: each waits for the rest of a body.
Sockets half_sent_bodies(int port, std::size_t count) {
  Sockets sockets;
  for (int refused = 0; sockets.size() < count && refused < 1000;) {
    sockets.push_back(std::make_unique<RawSocket>(port));
    sockets.back()->send(
        "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 100\r\nExpect: 100-continue\r\n\r\n");
    std::string received;
    if (sockets.back()->receive(received) && received.starts_with("HTTP/1.1 100")) continue;
    ++refused;
    sockets.pop_back();
    std::this_thread::sleep_for(milliseconds(10));
  }
  REQUIRE(sockets.size() == count);
  return sockets;
}

/// Opens connections that send requests and read nothing, until the server takes no more of them.
Sockets never_reading(int port, std::size_t count, const std::string& request) {
  std::string many;
  while (many.size() < 64 * 1024) many += request;
  Sockets sockets;
  for (std::size_t i = 0; i < count; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(port));
    sockets.back()->send_without_waiting(many);
  }
  return sockets;
}

/// Two sockets that are connected with each other.
struct SocketPair {
  system::Socket server{system::FileDescriptor()};  // for a connection, which takes it
  system::FileDescriptor client;

  SocketPair() {
    std::array<int, 2> sockets{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()) == 0);
    server = system::Socket(system::FileDescriptor(sockets[0]));
    client = system::FileDescriptor(sockets[1]);
  }
};

}  // namespace

TEST_CASE("http/shortage: who is turned away does not count among those that could make room") {
  FunctionServer server(answer_with_text, with_patience(std::chrono::minutes(10), 4));
  const Sockets busy = half_sent_bodies(server.port, 4);
  RawSocket silent(server.port);
  for (int i = 0; i < 3; ++i) {
    const Answer answer = send_raw(server.port, get_health);
    check_error(answer, 503, "Too many connections; try again");
    CHECK(answer.header("retry-after") == "1");
  }
}

TEST_CASE("http/shortage: a half-sent body makes room when its time is over") {
  FunctionServer server(answer_with_text, with_patience(milliseconds(0), 4));
  const Sockets busy = half_sent_bodies(server.port, 4);
  // Its time begins when the server waits for the body.
  CHECK(status_of_health(server.port, enough_tries) == 200);
}

TEST_CASE("http/shortage: who does not read an answer makes room when its time is over") {
  FunctionServer server(answer_with_text, with_patience(milliseconds(0), 4));
  Sockets stuck;
  for (int i = 0; i < 4; ++i) {
    stuck.push_back(std::make_unique<RawSocket>(server.port));
    stuck.back()->send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::string received;
    REQUIRE(stuck.back()->receive(received));  // and no more
  }
  CHECK(status_of_health(server.port, enough_tries) == 200);
}

TEST_CASE("http/shortage: who was ended and does not read the last answer makes room, too") {
  http::Deadlines deadlines = http::ServerOptions().deadlines;
  deadlines.send = std::chrono::minutes(10);
  deadlines.patience = milliseconds(0);
  const std::string answer(8 * mib, 'x');
  for (const bool ends_first : {true, false}) {
    CAPTURE(ends_first);
    SocketPair pair;
    http::Connection connection(std::move(pair.server), deadlines);
    if (ends_first) connection.end();
    std::thread server([&] { CHECK_FALSE(connection.send(answer)); });
    while (!ends_first && connection.activity() != http::Connection::Activity::sending) {
      std::this_thread::yield();
    }
    connection.end();
    server.join();
  }
}

TEST_CASE(
    "http/shortage: a new connection is not ended for another before it can send its request") {
  http::ServerOptions options = with_patience(std::chrono::minutes(10), 4);
  options.deadlines.request_start = std::chrono::minutes(10);
  FunctionServer server(answer_with_text, options);
  const Sockets busy = half_sent_bodies(server.port, 3);
  RawSocket fresh(server.port);
  for (int i = 0; i < 3; ++i) CHECK(send_raw(server.port, get_health).status == 503);
  REQUIRE(fresh.send(get_health));
  std::string surplus;
  CHECK(Client::read_answer(fresh, surplus).status == 200);
}

TEST_CASE("http/shortage: who reads no answer makes room before who has just been answered") {
  http::Deadlines deadlines = http::ServerOptions().deadlines;
  deadlines.patience = milliseconds(0);
  deadlines.request_start = std::chrono::minutes(10);
  http::ConnectionRegistry registry(deadlines);

  SocketPair stuck_pair;
  http::Connection stuck(std::move(stuck_pair.server), deadlines);
  const http::ConnectionRegistry::Entry stuck_entry(registry, stuck);
  std::thread sends([&] { CHECK_FALSE(stuck.send(std::string(8 * mib, 'x'))); });
  while (stuck.activity() != http::Connection::Activity::sending) std::this_thread::yield();

  SocketPair answered_pair;
  http::Connection answered(std::move(answered_pair.server), deadlines);
  const http::ConnectionRegistry::Entry answered_entry(registry, answered);
  REQUIRE(::send(answered_pair.client.get(), get_health.data(), get_health.size(), 0) > 0);
  REQUIRE(std::holds_alternative<http::RequestHead>(answered.next_request()));
  std::thread waits([&] { answered.next_request(); });
  while (answered.activity() != http::Connection::Activity::idle) std::this_thread::yield();

  CHECK(registry.free_a_worker());
  CHECK(stuck.is_ending());
  CHECK_FALSE(answered.is_ending());
  answered.cut();
  waits.join();
  sends.join();
}

TEST_CASE("http/shortage: many new connections at once are all answered, with 503 at the worst") {
  system::raise_limit_on_open_files();  // both ends of all connections are in this process
  FunctionServer server(answer_with_text, with_patience(std::chrono::minutes(10), 4));
  const Sockets busy = half_sent_bodies(server.port, 4);
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  clients.reserve(8);
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      Sockets sockets;
      for (int k = 0; k < 125; ++k) {
        sockets.push_back(std::make_unique<RawSocket>(server.port));
        sockets.back()->send(get_health);
      }
      for (const auto& socket : sockets) {
        std::string surplus;
        const int status = Client::read_answer(*socket, surplus).status;
        answered += status == 503 || status == 200;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(answered == 1000);
}

TEST_CASE("http/shortage: among three times as many half-sent bodies as places all are answered") {
  constexpr int places = 100;
  ServerProcess server(Process::Strings{"--max-connections", std::to_string(places)});
  Sockets sockets;
  for (int i = 0; i < 3 * places; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(server.port()));
    sockets.back()->send(one_byte_short("/api/auth/login", "", 2000));
  }
  // Each is heard, be there a place or not, and at last there is one.
  int status = 0;
  for (int i = 0; i < enough_tries && status != 200; ++i) {
    if (i > 0) std::this_thread::sleep_for(milliseconds(100));
    status = send_raw(server.port(), get_health).status;
    CHECK((status == 200 || status == 503));
  }
  CHECK(status == 200);
  check_memory(server);
}

TEST_CASE("http/shortage: clients that pipeline and never read do not keep an honest one out") {
  ServerProcess server(Process::Strings{"--max-connections", "50"});
  const Sockets deaf =
      never_reading(server.port(), 60, "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(status_of_health(server.port(), enough_tries) == 200);
  CHECK(server.stop().status == 0);
}

TEST_CASE("http/shortage: assets that nobody reads cost little memory") {
  ServerProcess server;
  const std::string page = Client(server.port()).get("/docs").body;
  const std::size_t start = page.find("/assets/swagger-ui-bundle");
  REQUIRE(start != std::string::npos);
  const std::string path = page.substr(start, page.find('"', start) - start);
  const Sockets deaf =
      never_reading(server.port(), 300, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  for (int i = 0; i < 20; ++i) check_alive(server.port());
  const Answer asset = Client(server.port()).get(path);
  CHECK(asset.body.size() > mib);
  check_memory(server);
}

TEST_CASE("http/shortage: anonymous bodies of any content and number cost little memory") {
  ServerProcess server;
  for (const std::size_t size : {mib, std::size_t{16} * 1024}) {
    std::string body = "{\"\":0";
    while (body.size() < size - 6) body += ",\"\":0";
    body += '}';
    std::vector<std::thread> clients;
    clients.reserve(60);
    for (int i = 0; i < 60; ++i) {
      clients.emplace_back([&] {
        for (int k = 0; k < 5; ++k) Client(server.port()).call("POST", "/api/auth/login", body);
      });
    }
    for (std::thread& client : clients) client.join();
  }
  check_alive(server.port());
  check_memory(server);
}

TEST_CASE(
    "http/shortage: a thousand anonymous connections that do all they can cost little memory") {
  ServerProcess server;
  const std::size_t size = std::size_t{16} * 1024;
  const std::string credentials = R"({"email":"ann@example.com","password":"correct horse")";
  const std::string body = credentials + std::string(size - credentials.size() - 1, ' ') + '}';
  const std::string request =
      "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(size) + "\r\n\r\n" + body;
  Sockets sockets;
  for (int i = 0; i < 1000; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(server.port()));
    sockets.back()->send(request.substr(0, request.size() - 1));
  }
  for (const auto& socket : sockets) socket->send("}");
  for (const auto& socket : sockets) {
    std::string surplus;
    CHECK(Client::read_answer(*socket, surplus).status >= 400);
  }
  check_alive(server.port());
  const std::size_t peak = server.process().peak_memory();
  // What the kernel has for a thousand sockets and threads counts as well where memory is limited.
  if (memory_is_real) CHECK(peak < 100 * mib);
}

TEST_CASE("http/shortage: bodies that never end cost no more memory than all together may have") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string request =
      one_byte_short("/api/tasks", "Authorization: Bearer " + client.token + "\r\n", mib);
  Sockets sockets;
  for (int i = 0; i < 300; ++i) {
    sockets.push_back(std::make_unique<RawSocket>(server.port()));
    sockets.back()->send(request);
  }
  // What is small has room all the same.
  CHECK(client.post("/api/tasks", {{"title", "x"}}).status == 201);
  check_memory(server);
}

TEST_CASE("http/shortage: a large body hears 503 while there is no memory, and is taken later") {
  http::ServerOptions options = with_patience(std::chrono::minutes(10), 16);
  options.max_body_memory = 2 * mib;  // half a MiB of it for small bodies
  FunctionServer server(answer_with_text, options);
  Sockets holding;
  holding.push_back(std::make_unique<RawSocket>(server.port));
  holding.back()->send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: " +
      std::to_string(mib) + "\r\n\r\n");
  std::string received;
  REQUIRE(holding.back()->receive(received));
  holding.back()->send(std::string(mib - 1, ' '));
  Client client(server.port);
  const std::string body(mib, ' ');
  int status = 0;
  // Until the server has read what was sent.
  for (int i = 0; i < enough_tries && status != 503; ++i) {
    if (i > 0) std::this_thread::sleep_for(milliseconds(100));
    const Answer answer = client.call("POST", "/health", body);
    status = answer.status;
    if (status == 503) CHECK(answer.header("retry-after") == "1");
  }
  CHECK(status == 503);
  CHECK(client.call("POST", "/health", std::string(10'000, ' ')).status == 200);
  holding.clear();
  for (int i = 0; i < enough_tries && status != 200; ++i) {
    if (i > 0) std::this_thread::sleep_for(milliseconds(100));
    status = client.call("POST", "/health", body).status;
  }
  CHECK(status == 200);
}

TEST_CASE("http/shortage: small answers that nobody reads are counted, and who reads hears 503") {
  http::ServerOptions options = with_patience(std::chrono::minutes(10), 16);
  options.max_body_memory = 64 * 1024;
  FunctionServer server(
      [](const api::Request& asked) {
        return api::Response{.body = asked.path == "/health" ? "{}" : std::string(12 * 1024, 'x')};
      },
      options);
  const Sockets deaf = never_reading(server.port, 8, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  Client client(server.port);
  int status = 200;
  for (int i = 0; i < enough_tries && status != 503; ++i) {
    if (i > 0) std::this_thread::sleep_for(milliseconds(100));
    const Answer answer = client.get("/");
    status = answer.status;
    if (status == 503) check_error(answer, 503, "The server is short of memory; try again");
  }
  CHECK(status == 503);
  CHECK(client.get("/health").status == 200);
  // What may have changed something is answered all the same.
  CHECK(client.call("POST", "/").status == 200);
}

TEST_CASE("http/shortage: the body of an answer to HEAD is not kept for who reads nothing") {
  if (!memory_is_real) return;
  constexpr std::size_t body_bytes = 40 * mib;
  const auto resident = [] {
    std::size_t total = 0;
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> total >> pages;
    return pages * 4096;
  };
  std::atomic<int> asked{0};
  FunctionServer server(
      [&](const api::Request&) {
        ++asked;
        return api::Response{.body = std::string(body_bytes, 'x'),
                             .headers = {{"X-Filler", std::string(256 * 1024, 'x')}}};
      },
      with_patience(std::chrono::minutes(10), 16));
  const std::size_t before = resident();
  const Sockets deaf = never_reading(server.port, 2, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  for (int seen = -1; seen != asked || asked < 2;) {
    seen = asked;
    std::this_thread::sleep_for(milliseconds(500));
  }
  std::size_t more = 2 * body_bytes;
  for (int i = 0; i < enough_tries && more >= body_bytes; ++i) {
    if (i > 0) std::this_thread::sleep_for(milliseconds(100));
    more = std::max(resident(), before) - before;
  }
  CHECK(more < body_bytes);
}

TEST_CASE("http/shortage: long lists that nobody reads cost little memory") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  for (int i = 0; i < 100; ++i) {
    // Each character of it is six in JSON.
    client.post("/api/tasks", {{"title", "x"}, {"description", std::string(2000, '\1')}});
  }
  const std::string rest =
      " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + client.token + "\r\n\r\n";
  Sockets deaf = never_reading(server.port(), 100, "GET /api/tasks?limit=1" + rest);
  for (auto& socket : never_reading(server.port(), 200, "GET /api/tasks?limit=100" + rest)) {
    deaf.push_back(std::move(socket));
  }
  CHECK(status_of_health(server.port(), enough_tries) == 200);
  check_memory(server);
}

TEST_CASE("http/shortage: a body that holds memory for too long makes room for another") {
  // Without patience the other one would be cut, if it waited while the first still arrives.
  http::ServerOptions options = with_patience(milliseconds(200), 16);
  options.max_body_memory = 2 * mib;
  FunctionServer server(answer_with_text, options);
  for (int i = 0; i < 5; ++i) {
    RawSocket holding(server.port);
    holding.send(one_byte_short("/", "", mib));
    // It is told to come again while the patience lasts, and while the server gives back what the
    // request before had.
    int status = 503;
    for (int tries = 0; tries < enough_tries && status == 503; ++tries) {
      if (tries > 0) std::this_thread::sleep_for(milliseconds(100));
      status = Client(server.port).call("POST", "/health", std::string(mib, ' ')).status;
    }
    CHECK(status == 200);
  }
}

TEST_CASE("http/shortage: idle connections do not wake the server") {
  ServerProcess server;
  Sockets idle;
  for (int i = 0; i < 100; ++i) {
    idle.push_back(std::make_unique<RawSocket>(server.port()));
    idle.back()->send(get_health);
    std::string surplus;
    REQUIRE(Client::read_answer(*idle.back(), surplus).status == 200);
  }
  const auto times_woken = [&] {
    long times = 0;
    const std::string tasks = "/proc/" + std::to_string(server.process().id()) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
      std::ifstream status(task.path() / "status");
      for (std::string word; status >> word;) {
        long count = 0;
        if (word == "voluntary_ctxt_switches:" && status >> count) times += count;
      }
    }
    return times;
  };
  REQUIRE(server.process().comes_to_rest());
  using std::chrono::steady_clock;
  const long before = times_woken();
  const auto begin = steady_clock::now();
  std::this_thread::sleep_for(std::chrono::seconds(3));
  const std::chrono::duration<double> passed = steady_clock::now() - begin;
  CHECK(static_cast<double>(times_woken() - before) < 50 * passed.count() / 3);
}

}  // namespace taskdock::testing
