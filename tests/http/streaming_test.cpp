#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "http/requests.h"
#include "testing/answers.h"
#include "testing/function_server.h"

// Answers that no route of ours gives yet, so the server has a handler of the test's.
namespace taskdock::testing {

namespace {

/// Gives its pieces one by one; then it waits to be interrupted, breaks, or ends.
class Pieces final : public api::BodyStream {
 public:
  enum class End { now, when_interrupted, by_exception };

  Pieces(std::vector<std::string> pieces, std::optional<std::uint64_t> size, End end = End::now)
      : pieces_(std::move(pieces)), size_(size), end_(end) {}

  std::optional<std::uint64_t> size() const override { return size_; }

  std::string_view next() override {
    std::unique_lock lock(mutex_);
    if (interrupted_) return {};
    if (given_ < pieces_.size()) return pieces_[given_++];
    if (end_ == End::by_exception) throw std::runtime_error("it broke");
    if (end_ == End::when_interrupted) interrupt_.wait(lock, [this] { return interrupted_; });
    return {};
  }

  void interrupt() noexcept override {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    interrupt_.notify_all();
  }

 private:
  const std::vector<std::string> pieces_;
  const std::optional<std::uint64_t> size_;
  const End end_;
  std::mutex mutex_;
  std::condition_variable interrupt_;
  std::size_t given_ = 0;
  bool interrupted_ = false;
};

/// Never ends until it is interrupted.
class Endless final : public api::BodyStream {
 public:
  std::string_view next() override { return interrupted_ ? std::string_view() : piece_; }
  void interrupt() noexcept override { interrupted_ = true; }

 private:
  const std::string piece_ = std::string(100'000, 'x');
  std::atomic<bool> interrupted_{false};
};

/// Gives one piece, and then waits to be interrupted.
class Lasting final : public api::BodyStream {
 public:
  explicit Lasting(std::string piece) : piece_(std::move(piece)) {}

  std::string_view next() override {
    std::unique_lock lock(mutex_);
    if (!std::exchange(begun_, true)) return piece_;
    interrupt_.wait(lock, [this] { return interrupted_; });
    return {};
  }
  void interrupt() noexcept override {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    interrupt_.notify_all();
  }
  bool is_lasting() const override { return true; }
  bool is_given_up() noexcept override { return gives_up; }

  std::atomic<bool> gives_up{false};

 private:
  const std::string piece_;
  std::mutex mutex_;
  std::condition_variable interrupt_;
  bool begun_ = false;
  bool interrupted_ = false;
};

api::Response answer_in_pieces(std::optional<std::uint64_t> size, Pieces::End end) {
  return {.headers = {{"Content-Type", "text/plain"}},
          .stream = std::make_shared<Pieces>(std::vector<std::string>{"one ", "two ", "three"},
                                             size, end)};
}

FunctionServer::Function pieces(std::optional<std::uint64_t> size,
                                Pieces::End end = Pieces::End::now) {
  return [=](const api::Request&) { return answer_in_pieces(size, end); };
}

std::string request(const std::string& method = "GET", const std::string& version = "HTTP/1.1") {
  return method + " / " + version + "\r\nHost: localhost\r\n\r\n";
}

const std::string in_chunks = "4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n";

/// Receives until `part` has come; whether it did.
bool receive_until(RawSocket& socket, const std::string& part) {
  std::string received;
  while (received.find(part) == std::string::npos) {
    if (!socket.receive(received)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("http/streaming: a body of known size has a Content-Length, and the connection goes on") {
  FunctionServer server(pieces(13));
  RawSocket socket(server.port);
  std::string surplus;
  for (int i = 0; i < 3; ++i) {
    socket.send(request());
    const Answer answer = Client::read_answer(socket, surplus);
    CHECK(answer.status == 200);
    CHECK(answer.header("content-type") == "text/plain");
    CHECK(answer.header("content-length") == "13");
    CHECK(answer.body == "one two three");
    socket.send(request("HEAD"));
    const Answer head = Client::read_answer(socket, surplus, true);
    CHECK(head.header("content-length") == "13");
    CHECK(surplus.empty());
  }
}

TEST_CASE("http/streaming: a body of unknown size comes in chunks, and the connection goes on") {
  FunctionServer server(pieces(std::nullopt));
  RawSocket socket(server.port);
  for (int i = 0; i < 3; ++i) {
    socket.send(request());
    std::string received;
    while (!received.ends_with("0\r\n\r\n")) REQUIRE(socket.receive(received));
    CHECK(received.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos);
    CHECK(received.find("Content-Length") == std::string::npos);
    CHECK(received.ends_with("\r\n\r\n" + in_chunks + "0\r\n\r\n"));
  }
}

TEST_CASE("http/streaming: for HTTP/1.0 a body of unknown size ends with the connection") {
  FunctionServer server(pieces(std::nullopt));
  RawSocket socket(server.port);
  socket.send("GET / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
  const std::string received = socket.receive_all();
  CHECK(received.find("Transfer-Encoding") == std::string::npos);
  CHECK(received.find("Content-Length") == std::string::npos);
  CHECK(received.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(received.ends_with("\r\n\r\none two three"));
}

TEST_CASE("http/streaming: a body that breaks off, or is not as long as it said, looks like that") {
  for (const auto& [size, end] : std::vector<std::pair<std::optional<std::uint64_t>, Pieces::End>>{
           {std::nullopt, Pieces::End::by_exception},
           {13, Pieces::End::by_exception},  // has given all by then
           {20, Pieces::End::by_exception},
           {20, Pieces::End::now},
           {7, Pieces::End::now}}) {
    CAPTURE(size.value_or(0));
    FunctionServer server(pieces(size, end));
    RawSocket socket(server.port);
    socket.send(request());
    if (size == 13) {
      std::string surplus;
      CHECK(Client::read_answer(socket, surplus).body == "one two three");
      continue;
    }
    const std::string received = socket.receive_all();
    CHECK(received.starts_with("HTTP/1.1 200 OK\r\n"));
    const std::string body = received.substr(received.find("\r\n\r\n") + 4);
    if (size) {
      CHECK(body.size() < *size);
    } else {
      CHECK(body == in_chunks);  // without the last, empty chunk
    }
  }
}

TEST_CASE("http/streaming: shared bytes are sent as a body is, HEAD included") {
  const std::string text(3'000'000, 'x');
  FunctionServer server([&](const api::Request&) {
    return api::Response{.headers = {{"Content-Type", "text/plain"}}, .shared = {.bytes = text}};
  });
  RawSocket socket(server.port);
  std::string surplus;
  for (int i = 0; i < 3; ++i) {
    socket.send(request());
    const Answer answer = Client::read_answer(socket, surplus);
    CHECK(answer.header("content-length") == "3000000");
    CHECK(answer.body == text);
    socket.send(request("HEAD"));
    CHECK(Client::read_answer(socket, surplus, true).header("content-length") == "3000000");
  }
}

TEST_CASE("http/streaming: streams do not hold up the end, waiting, sending, or stuck") {
  std::atomic<int> asked{0};
  FunctionServer server([&](const api::Request&) -> api::Response {
    if (++asked == 1) return {.stream = std::make_shared<Endless>()};
    return answer_in_pieces(std::nullopt, Pieces::End::when_interrupted);
  });
  RawSocket stuck(server.port);
  stuck.send(request());
  REQUIRE(receive_until(stuck, "\r\n\r\n"));  // and reads no more
  RawSocket waiting(server.port);
  waiting.send(request());
  REQUIRE(receive_until(waiting, "three\r\n"));
  server.stop();  // which would give requests under way ten minutes
  CHECK(waiting.receive_all() == "0\r\n\r\n");
}

TEST_CASE(
    "http/streaming: where places are short, a stream that its client does not take makes room") {
  http::ServerOptions options = FunctionServer::options_of_test();
  options.max_connections = 2;
  options.deadlines.patience = std::chrono::milliseconds(0);
  FunctionServer server(
      [&](const api::Request& asked) -> api::Response {
        if (asked.path == "/stream") return {.stream = std::make_shared<Endless>()};
        return {.body = "{}"};
      },
      options);
  std::vector<std::unique_ptr<RawSocket>> stuck;
  for (int i = 0; i < 2; ++i) {
    stuck.push_back(std::make_unique<RawSocket>(server.port));
    stuck.back()->send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    REQUIRE(receive_until(*stuck.back(), "\r\n\r\n"));  // and reads no more
  }
  int status = 0;
  for (int i = 0; i < 250 && status != 200; ++i) {  // until the server has noticed
    if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    status = send_raw(server.port, request()).status;
  }
  CHECK(status == 200);
}

TEST_CASE(
    "http/streaming: lasting streams do not count as connections, and are not ended for others") {
  http::ServerOptions options = FunctionServer::options_of_test();
  options.max_connections = 2;
  options.deadlines.patience = std::chrono::milliseconds(0);
  FunctionServer server(
      [&](const api::Request& asked) -> api::Response {
        if (asked.path == "/stream") return {.stream = std::make_shared<Lasting>("begun")};
        return {.body = "{}"};
      },
      options);
  std::vector<std::unique_ptr<RawSocket>> streams;
  for (int i = 0; i < 10; ++i) {
    streams.push_back(std::make_unique<RawSocket>(server.port));
    streams.back()->send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    REQUIRE(receive_until(*streams.back(), "begun\r\n"));
  }
  std::vector<std::unique_ptr<RawSocket>> connections;
  for (int i = 0; i < 2; ++i) {  // as many as there may be
    connections.push_back(std::make_unique<RawSocket>(server.port));
    connections.back()->send(request());
    std::string surplus;
    CHECK(Client::read_answer(*connections.back(), surplus).status == 200);
  }
  // For one more an idle one makes room, once the server has noticed that it is idle.
  CHECK(status_of_health(server.port, 100) == 200);
  server.stop();
  for (const auto& stream : streams) CHECK(stream->receive_all() == "0\r\n\r\n");
}

TEST_CASE("http/streaming: after a lasting stream its connection is closed") {
  FunctionServer server([](const api::Request&) {
    auto stream = std::make_shared<Lasting>("begun");
    stream->interrupt();
    return api::Response{.stream = std::move(stream)};
  });
  const std::string received = [&] {
    RawSocket socket(server.port);
    socket.send(request());
    return socket.receive_all();
  }();
  CHECK(received.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(received.ends_with("5\r\nbegun\r\n0\r\n\r\n"));
}

TEST_CASE("http/streaming: a lasting stream that gives its client up is cut off") {
  const auto stream = std::make_shared<Lasting>(std::string(20'000'000, 'x'));
  FunctionServer server([&](const api::Request&) { return api::Response{.stream = stream}; });
  RawSocket stuck(server.port);
  stuck.send(request());
  REQUIRE(receive_until(stuck, "\r\n\r\n"));  // and reads no more
  stream->gives_up = true;
  while (stream.use_count() > 1) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(stuck.receive_all().size() < 20'000'000);
}

}  // namespace taskdock::testing
