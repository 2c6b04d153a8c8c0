#include <doctest/doctest.h>

#include "http/requests.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

namespace {

/// A server with a user, and raw requests in that user's name.
struct Stage {
  Stage() : client(server.port()) { client.sign_up(); }

  std::string head(const std::string& more, const std::string& target = "/api/tasks") const {
    const bool typed = more.find("Content-Type") != std::string::npos;
    return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
           client.token + "\r\n" + (typed ? "" : "Content-Type: application/json\r\n") + more +
           "\r\n";
  }

  std::string create(const std::string& title) const {
    const std::string body = R"({"title":")" + title + "\"}";
    return head("Content-Length: " + std::to_string(body.size()) + "\r\n") + body;
  }

  std::string chunked(const std::string& body, const std::string& more = {}) const {
    return head("Transfer-Encoding: chunked\r\n" + more) + body;
  }

  int port() const { return server.port(); }
  int total() { return client.get("/api/tasks").json()["total"]; }

  ServerProcess server;
  Client client;
};

int status_of(const std::string& received) {
  return received.starts_with("HTTP/1.1 ") ? std::stoi(received.substr(9, 3)) : 0;
}

int answers_in(const std::string& received) {
  int found = 0;
  for (std::size_t at = received.find("\r\nX-Request-Id: "); at != std::string::npos;
       at = received.find("\r\nX-Request-Id: ", at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE(
    "http/messages: a chunked body is put together again, its extensions and trailers unread") {
  Stage stage;
  // {"title":"x"} is 13 bytes, d in hexadecimal digits
  const std::vector<std::string> bodies = {
      "d\r\n" + one_task + "\r\n0\r\n\r\n",
      "D\r\n" + one_task + "\r\n0\r\n\r\n",
      "00000d\r\n" + one_task + "\r\n000\r\n\r\n",
      "1\r\n{\r\nc\r\n\"title\":\"x\"}\r\n0\r\n\r\n",
      "d;name=value;flag;q=\"a;b\"\r\n" + one_task + "\r\n0;last\r\n\r\n",
      "d\r\n" + one_task + "\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n",
      "d\r\n" + one_task + "\r\n0\r\nContent-Length: 5\r\nAuthorization: x\r\n\r\n",
  };
  for (const std::string& body : bodies) {
    CAPTURE(body);
    const Answer answer = send_raw(stage.port(), stage.chunked(body));
    CHECK(answer.status == 201);
    CHECK(answer.json()["title"] == "x");
    CHECK(answer.header("connection") == "close");
  }
  CHECK(stage.total() == static_cast<int>(bodies.size()));
  // An empty one has been announced, and is no JSON.
  CHECK(send_raw(stage.port(), stage.chunked("0\r\n\r\n")).status == 422);
}

TEST_CASE("http/messages: a malformed chunk is refused, and nothing of it is kept") {
  Stage stage;
  const std::string good = "d\r\n" + one_task + "\r\n";
  const std::string rest = "\r\n" + one_task + "\r\n0\r\n\r\n";
  struct Refused {
    std::string body;
    int status;
    std::string detail;
  };
  const std::string malformed = "Malformed chunked body";
  const std::string early = "The body ended early";
  std::vector<Refused> table = {
      {rest, 400, malformed},                                // no size
      {"d\r\n" + one_task + "0\r\n\r\n", 400, malformed},    // no CR LF behind the data
      {"d\r\n" + one_task + "xx0\r\n\r\n", 400, malformed},  // something else there
      {"c" + rest, 400, malformed},                          // a byte too short
      {"e" + rest, 400, malformed},                          // a byte too long
      {"d\n" + one_task + "\n0\n\n", 400, malformed},        // bare line feeds
      {"d\r\n" + one_task + "\n0\r\n\r\n", 400, malformed},  // and one of them
      {good + "0\n\n", 400, malformed},                      // at the end, too
      {good + "0\rX\r\n\r\n", 400, malformed},               // a bare carriage return
      {good + "-0\r\n\r\n", 400, malformed},                 //
      {good + "zero\r\n\r\n", 400, malformed},               //
      {good + "0;" + std::string(9000, 'x') + "\r\n\r\n", 400, malformed},
      {"", 400, early},
      {"d", 400, early},
      {"d\r\n{\"title\"", 400, early},
      {good, 400, early},                    // no last chunk
      {good + "0", 400, early},              // not all of it
      {good + "0\r\n", 400, early},          // nor the end of the body
      {good + "0\r\nX: y\r\n", 400, early},  //
  };
  for (const char* size : {"-1", "-2", "-fffffffffffffff3", "zz", "0xd", "0Xd", "+d", " d", "\td",
                           "d ", "d x", "dz", "d,d", "\"d\"", "d\v"}) {
    table.push_back({size + rest, 400, malformed});
  }
  for (const char* size : {"100001", "fffffffffffffff", "ffffffffffffffff", "fffffffffffffffff",
                           "10000000000000000d"}) {
    table.push_back({size + rest, 413, "The body is larger than 1 MiB"});
  }
  for (const auto& [body, status, detail] : table) {
    const auto& shown_body = body;
    CAPTURE(shown_body);
    const std::string received = everything(stage.port(), stage.chunked(body), true);
    CHECK(status_of(received) == status);
    CHECK(received.find("{\"detail\":\"" + detail + "\",") != std::string::npos);
    CHECK(received.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(answers_in(received) == 1);
  }
  check_alive(stage.port());
  CHECK(stage.total() == 0);
}

TEST_CASE("http/messages: what follows a chunked body is not taken for a request") {
  Stage stage;
  const std::string received = everything(
      stage.port(), stage.chunked("d\r\n" + one_task + "\r\n0\r\n\r\n" + stage.create("smuggled")),
      true);
  CHECK(status_of(received) == 201);
  CHECK(answers_in(received) == 1);
  CHECK(stage.total() == 1);
}

TEST_CASE("http/messages: fifty requests in one write are answered in order") {
  Stage stage;
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += i % 5 == 0 ? get_health : stage.create("Task " + std::to_string(i));
  }
  RawSocket socket(stage.port());
  socket.send(requests);
  std::string surplus;
  for (int i = 0; i < 50; ++i) {
    CAPTURE(i);
    const Answer answer = Client::read_answer(socket, surplus);
    if (i % 5 == 0) {
      CHECK(answer.body == healthy);
    } else {
      REQUIRE(answer.status == 201);
      CHECK(answer.json()["title"] == "Task " + std::to_string(i));
    }
  }
  CHECK(surplus.empty());
  CHECK(stage.total() == 40);
}

TEST_CASE("http/messages: a request may come one byte at a time") {
  Stage stage;
  const std::string request = stage.create("slowly");
  RawSocket socket(stage.port());
  for (const char c : request) REQUIRE(socket.send(std::string(1, c)));
  std::string surplus;
  CHECK(Client::read_answer(socket, surplus).status == 201);
  RawSocket in_chunks(stage.port());
  for (const char c : stage.chunked("d;x\r\n" + one_task + "\r\n0\r\nX: y\r\n\r\n")) {
    REQUIRE(in_chunks.send(std::string(1, c)));
  }
  surplus.clear();
  CHECK(Client::read_answer(in_chunks, surplus).status == 201);
}

TEST_CASE("http/messages: a body may come later than its head, and not with it") {
  Stage stage;
  const std::string request = stage.create("later");
  const std::size_t body = request.find("\r\n\r\n") + 4;
  RawSocket socket(stage.port());
  socket.send(request.substr(0, body));
  check_alive(stage.port());  // the server waits for this one and serves others
  socket.send(request.substr(body, 3));
  check_alive(stage.port());
  socket.send(request.substr(body + 3) + get_health);
  std::string surplus;
  CHECK(Client::read_answer(socket, surplus).status == 201);
  CHECK(Client::read_answer(socket, surplus).body == healthy);
}

TEST_CASE("http/messages: a client that goes away in the middle leaves nothing behind") {
  Stage stage;
  const std::string request = stage.create("half");
  const std::size_t head = request.find("\r\n\r\n") + 4;
  for (std::size_t size : {std::size_t{1}, std::size_t{4}, std::size_t{20}, head - 2, head - 1}) {
    CAPTURE(size);
    CHECK(everything(stage.port(), request.substr(0, size), true).empty());
  }
  for (std::size_t size : {head, head + 1, request.size() - 1}) {
    CAPTURE(size);
    const std::string received = everything(stage.port(), request.substr(0, size), true);
    CHECK(status_of(received) == 400);
    CHECK(received.find("The body ended early") != std::string::npos);
    RawSocket(stage.port()).send(request.substr(0, size));  // closed at once, both ways
  }
  CHECK(everything(stage.port(), "", true).empty());
  CHECK(stage.total() == 0);
  check_alive(stage.port());
}

TEST_CASE("http/messages: empty lines in front of a request are passed over") {
  Stage stage;
  RawSocket socket(stage.port());
  socket.send("\r\n\r\n\r\n" + get_health + "\r\n" + get_health);
  std::string surplus;
  CHECK(Client::read_answer(socket, surplus).body == healthy);
  CHECK(Client::read_answer(socket, surplus).body == healthy);
}

TEST_CASE("http/messages: a target may be the absolute form a proxy gets") {
  Stage stage;
  const auto get = [&](const std::string& target, const std::string& host_line = host) {
    return send_raw(stage.port(), "GET " + target + " HTTP/1.1\r\n" + host_line + "\r\n");
  };
  const std::string port = std::to_string(stage.port());
  for (const std::string& target :
       {std::string("http://localhost/health"), std::string("HTTP://LOCALHOST/health"),
        "http://127.0.0.1:" + port + "/health", std::string("http://localhost/health?y=z")}) {
    CAPTURE(target);
    CHECK(get(target).body == healthy);
  }
  CHECK(get("http://localhost/nothing").status == 404);
  // Without a path there is none, whatever slashes come behind it.
  for (const char* target : {"http://localhost", "http://localhost?", "http://localhost?a/health",
                             "http://localhost?/health"}) {
    CAPTURE(target);
    CHECK(get(target).body.find("Taskdock is running") != std::string::npos);
  }
  // It says whom the request is for, whatever the Host header says (RFC 9112, 3.2.2).
  CHECK(get("http://x/health").status == 421);
  CHECK(get("http://localhost/health", "Host: x\r\n").body == healthy);
  for (const char* target :
       {"http:///health", "http://?x", "http://user@localhost/health", "http://local host/health",
        "http://localhost:x/health", "http://[::1/health", "http://localhost#/health"}) {
    CAPTURE(target);
    CHECK(get(target).status == 400);
  }
}

TEST_CASE("http/messages: a connection is kept or closed as the client and the version say") {
  ServerProcess server;
  struct Wish {
    std::string version;
    std::string headers;
    bool kept;
  };
  for (const auto& [version, headers, kept] : std::vector<Wish>{
           {"HTTP/1.1", host, true},
           {"HTTP/1.1", host + "Connection: keep-alive\r\n", true},
           {"HTTP/1.1", host + "Connection: Upgrade\r\n", true},
           {"HTTP/1.1", host + "Connection: closed\r\n", true},
           {"HTTP/1.1", host + "Connection: close\r\n", false},
           {"HTTP/1.1", host + "connection: CLOSE\r\n", false},
           {"HTTP/1.1", host + "Connection: keep-alive, close\r\n", false},
           {"HTTP/1.1", host + "Connection: keep-alive\r\nConnection: close\r\n", false},
           {"HTTP/1.0", "", false},
           {"HTTP/1.0", "Connection: close\r\n", false},
           {"HTTP/1.0", "Connection: keep-alive\r\n", true},
           {"HTTP/1.0", host + "Connection: Keep-Alive\r\n", true},
       }) {
    const auto& shown_version = version;
    CAPTURE(shown_version);
    const auto& shown_headers = headers;
    CAPTURE(shown_headers);
    std::string request = "GET /health ";
    request.append(version).append("\r\n").append(headers).append("\r\n");
    RawSocket socket(server.port());
    socket.send(request + request);
    std::string surplus;
    const Answer answer = Client::read_answer(socket, surplus);
    CHECK(answer.status == 200);
    CHECK((answer.header("connection") == "close") == !kept);
    CHECK(Client::read_answer(socket, surplus).status == (kept ? 200 : 0));
  }
}

TEST_CASE("http/messages: headers nobody asked about change nothing") {
  Stage stage;
  const std::string proper = send_raw(stage.port(), get_health).body;
  for (const char* line :
       {"Range: bytes=0-3",
        "Range: bytes=5-2",
        "Range: bytes=0-0,1-1,2-2,3-3",
        "Range: nonsense",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==",
        "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
        "X-Forwarded-For:",
        "X-Forwarded-For: , ,,",
        "X-Forwarded-For: %0d%0a",
        "Forwarded: for=_x",
        "Accept: ;;;",
        "Accept: text/html;q=nan,,",
        "Accept: */*;q=2",
        "Accept-Encoding: gzip, br, *;q=0",
        "Accept-Encoding: ;",
        "Accept:",
        "If-None-Match: *",
        "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
        "Expect: x",
        "TE: trailers",
        "Trailer: X",
        "Content-Type: multipart/form-data",
        "Cookie: ;=;",
        "Proxy-Authorization: Basic eDp4",
        "X-HTTP-Method-Override: DELETE",
        "X-Request-Id: mine",
        "REMOTE_ADDR: 1.2.3.4",
        "LOCAL_PORT: x"}) {
    CAPTURE(line);
    const Answer answer = send_raw(stage.port(), "GET /health HTTP/1.1\r\nHost: localhost\r\n" +
                                                     std::string(line) + "\r\n\r\n");
    CHECK(answer.status == 200);
    CHECK(answer.body == proper);
    CHECK(answer.header("x-request-id") != "mine");
    for (const char* header : {"content-range", "upgrade", "content-encoding"}) {
      CHECK(answer.headers.count(header) == 0);
    }
  }
  check_alive(stage.port());
}

TEST_CASE("http/messages: header values are taken as they are, and not percent-decoded") {
  Stage stage;
  const std::string get_me = "GET /api/auth/me HTTP/1.1\r\nHost: localhost\r\n";
  const std::string& token = stage.client.token;
  CHECK(send_raw(stage.port(), get_me + "Authorization: Bearer " + token + "\r\n\r\n").status ==
        200);
  for (const std::string& value :
       {"Bearer%20" + token, "Bearer " + token + "%20", "Bearer %" + token, "%42earer " + token,
        "Bearer " + token.substr(0, 10) + "%2e" + token.substr(10), "Bearer+" + token}) {
    CAPTURE(value);
    CHECK(send_raw(stage.port(), get_me + "Authorization: " + value + "\r\n\r\n").status == 401);
  }
  for (const char* origin : {"http://localhost%3a3000", "http://localhost:3000%0d%0aX-Evil:%201"}) {
    const Answer answer = send_raw(
        stage.port(),
        "GET /health HTTP/1.1\r\nHost: localhost\r\nOrigin: " + std::string(origin) + "\r\n\r\n");
    CHECK(answer.status == 200);
    CHECK(answer.headers.count("access-control-allow-origin") == 0);
    CHECK(answer.headers.count("x-evil") == 0);
  }
  const std::string length = "Content-Length: 13\r\n";
  CHECK(
      send_raw(stage.port(), stage.head(length + "Content-Type: application%2fjson\r\n") + one_task)
          .status == 415);
}

}  // namespace taskdock::testing
