#include <doctest/doctest.h>

#include "http/requests.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

const std::string too_large = "The body is larger than 1 MiB";

/// A JSON object of exactly `size` bytes, a valid task if it has a title.
std::string padded(std::size_t size, const std::string& members = {}) {
  const std::string start = '{' + members + R"("x":")";
  return start + std::string(size - start.size() - 2, 'x') + "\"}";
}

/// `body` in chunks.
std::string chunked(const std::string& body, std::size_t chunk = 60'000) {
  std::string result;
  for (std::size_t at = 0; at < body.size(); at += chunk) {
    const std::string part = body.substr(at, chunk);
    char size[20];
    std::snprintf(size, sizeof(size), "%zx\r\n", part.size());
    result += size + part + "\r\n";
  }
  return result + "0\r\n\r\n";
}

/// The head of a request for a new task; of JSON, unless `more` says something else of the type.
std::string head(const Client& client, const std::string& more) {
  const bool typed = more.find("Content-Type") != std::string::npos;
  return "POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + client.token +
         "\r\n" + (typed ? "" : "Content-Type: application/json\r\n") + more + "\r\n";
}

std::string length(std::size_t size) {
  return "Content-Length: " + std::to_string(size) + "\r\n";
}

const std::string transfer = "Transfer-Encoding: chunked\r\n";
const std::string expect = "Expect: 100-continue\r\n";

/// Sends `bytes` and reads the answer behind any "100 Continue"; `continued` is whether there was
/// one.
Answer exchange_expecting(int port, const std::string& request_head, const std::string& body,
                          bool& continued) {
  RawSocket socket(port);
  socket.send(request_head);
  std::string received;
  while (received.find("\r\n\r\n") == std::string::npos && socket.receive(received)) {
  }
  continued = received.starts_with("HTTP/1.1 100 Continue\r\n\r\n");
  if (continued) socket.send(body);
  return Client::read_answer(socket, received);
}

}  // namespace

TEST_CASE("http/bodies: a body that does not say it is application/json is 415") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  for (const char* type :
       {"application/json", "application/json; charset=utf-8", "application/json;charset=\"UTF-8\"",
        "Application/JSON", "application/json ; x=y", "application/json;"}) {
    CAPTURE(type);
    CHECK(client.call("POST", "/api/tasks", one_task, {{"Content-Type", type}}).status == 201);
  }
  for (const char* type :
       {"text/plain", "text/json", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x", "application/jsonx", "application/json+x",
        "application/merge-patch+json", "json", "", ";", "application/json, text/plain",
        "text/plain; application/json", "application%2fjson"}) {
    CAPTURE(type);
    for (const auto& [method, path] : {std::pair{"POST", "/api/tasks"},
                                       {"POST", "/api/auth/login"},
                                       {"PATCH", "/api/tasks/019b93a5-1c40-7abc-8def-0123456789ab"},
                                       {"PATCH", "/api/tasks/1/complete"}}) {
      check_error(client.call(method, path, one_task, {{"Content-Type", type}}), 415,
                  "The body must be JSON, with the header Content-Type: application/json");
    }
  }
  // Said twice, it is a list, whichever of the two would do by itself.
  check_error(client.call("POST", "/api/tasks", one_task,
                          {{"Content-Type", "application/json"}, {"Content-Type", "text/plain"}}),
              415, "The body must be JSON, with the header Content-Type: application/json");
  const Answer untyped = send_raw(
      server.port(), "POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                         client.token + "\r\n" + length(one_task.size()) + "\r\n" + one_task);
  check_error(untyped, 415,
              "The body must be JSON, with the header Content-Type: application/json");
  CHECK(client.get("/api/tasks").json()["total"] == 6);
}

TEST_CASE("http/bodies: an encoded body is refused, whatever it says it is") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  for (const char* encoding : {"gzip", "GZIP", "deflate", "br", "zstd", "gzip, identity", "x"}) {
    CAPTURE(encoding);
    check_error(client.call("POST", "/api/tasks", one_task, {{"Content-Encoding", encoding}}), 415,
                "The body must not be encoded");
  }
  CHECK(client.call("POST", "/api/tasks", one_task, {{"Content-Encoding", "identity"}}).status ==
        201);
}

TEST_CASE("http/bodies: where there is no body its declared type does not matter") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string path = "/api/tasks/" + client.create_task("x")["id"].get<std::string>();
  const Client::Headers headers = {{"Content-Type", "text/plain"}, {"Content-Encoding", "gzip"}};
  CHECK(client.call("PATCH", path + "/complete", {}, headers).json()["is_completed"] == true);
  CHECK(client.call("GET", path, {}, headers).status == 200);
  check_faults(client.call("POST", "/api/tasks", {}, headers),
               {fault({"body"}, "missing", "Field required")});
}

TEST_CASE("http/bodies: a body nobody asked for is passed over, and the connection with it") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string path = "/api/tasks/" + client.create_task("x")["id"].get<std::string>();
  for (const char* method : {"GET", "HEAD", "DELETE"}) {
    CAPTURE(method);
    const Answer answer =
        client.call(method, path, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(answer.status == (std::string(method) == "DELETE" ? 204 : 200));
    CHECK(answer.header("connection") == "close");
  }
  CHECK(client.get("/api/tasks").json()["total"] == 0);
}

TEST_CASE("http/bodies: over 1 MiB is 413, however it is sent, before the rest of it comes") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string body = padded(mib + 1, R"("title":"x",)");
  struct Sent {
    std::string headers;
    std::string body;
  };
  for (const auto& [headers, sent] : std::vector<Sent>{
           {length(mib + 1), body},
           {length(mib + 1), ""},
           {length(mib + 1), body.substr(0, 1000)},
           {length(mib + 1) + expect, ""},
           {length(mib + 1) + expect, body},
           {length(64 * mib), ""},
           {"Content-Length: 18446744073709551615\r\n", ""},
           {"Content-Length: 99999999999999999999999999\r\n", ""},
           {transfer, chunked(body)},
           {transfer, chunked(body, 1)},
           {transfer, chunked(body, 2 * mib)},
           {transfer + expect, chunked(body)},
           {transfer, chunked(padded(4 * mib))},
       }) {
    const auto& shown_headers = headers;
    CAPTURE(shown_headers);
    RawSocket socket(server.port());
    socket.send(head(client, headers) + sent);
    std::string surplus;
    const Answer answer = Client::read_answer(socket, surplus);
    check_error(answer, 413, too_large);
    CHECK(answer.header("connection") == "close");
  }
  bool continued = true;
  const Answer unasked =
      exchange_expecting(server.port(), head(client, length(mib + 1) + expect), body, continued);
  CHECK_FALSE(continued);
  check_error(unasked, 413, too_large);
  CHECK(client.get("/api/tasks").json()["total"] == 0);
  check_alive(server.port());
}

TEST_CASE("http/bodies: who needs no token may send 16 KiB, and is told so beyond") {
  ServerProcess server;
  const int port = server.port();
  constexpr std::size_t limit = std::size_t{16} * 1024;
  for (const char* path : {"/api/auth/signup", "/api/auth/login", "/api/auth/refresh"}) {
    CAPTURE(path);
    Client client(port);
    CHECK(client.call("POST", path, padded(limit)).status == 422);
    const std::string body = padded(limit + 1);
    const std::string head = "POST " + std::string(path) +
                             " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    for (const std::string& rest :
         {length(limit + 1) + "\r\n", length(limit + 1) + "\r\n" + body, length(mib) + "\r\n",
          transfer + "\r\n" + chunked(body), transfer + "\r\n" + chunked(body, 1)}) {
      check_error(send_raw(port, head + rest), 413, "The body is larger than 16 KiB");
    }
    CHECK(send_raw(port, head + transfer + "\r\n" + chunked(padded(limit))).status == 422);
  }
}

TEST_CASE("http/bodies: exactly 1 MiB is taken, counted or in chunks, with Expect or without") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  const std::string no_task = padded(mib);
  const std::string task = padded(mib, R"("title":"x",)");
  REQUIRE(task.size() == mib);
  for (const auto& [body, status] : {std::pair{no_task, 422}, {task, 201}}) {
    CHECK(client.call("POST", "/api/tasks", body).status == status);
    for (const std::size_t chunk : {std::size_t{4096}, std::size_t{100'000}, mib}) {
      CAPTURE(chunk);
      CHECK(send_raw(server.port(), head(client, transfer) + chunked(body, chunk)).status ==
            status);
    }
    bool continued = false;
    CHECK(exchange_expecting(server.port(), head(client, length(mib) + expect), body, continued)
              .status == status);
    CHECK(continued);
    CHECK(
        exchange_expecting(server.port(), head(client, transfer + expect), chunked(body), continued)
            .status == status);
    CHECK(continued);
  }
  CHECK(client.get("/api/tasks").json()["total"] == 6);
}

TEST_CASE("http/bodies: nobody is asked to go on with a body that will not be read") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  Client nobody(server.port());
  const std::string length_of_task = length(one_task.size());
  struct Unwanted {
    std::string head;
    int status;
  };
  for (const auto& [request_head, status] : std::vector<Unwanted>{
           {head(nobody, length_of_task + expect), 401},
           {head(client, length_of_task + expect + "Content-Type: text/plain\r\n"), 415},
           {head(client, length_of_task + expect + "Content-Encoding: gzip\r\n"), 415},
           {"POST /health HTTP/1.1\r\nHost: localhost\r\n" + length_of_task + expect + "\r\n", 405},
       }) {
    bool continued = true;
    check_error(exchange_expecting(server.port(), request_head, one_task, continued), status);
    CHECK_FALSE(continued);
  }
  // A client that does not wait for the go-ahead is served all the same.
  CHECK(send_raw(server.port(), head(client, length_of_task + expect) + one_task).status == 201);
  // HTTP/1.0 does not know the go-ahead: its clients would take it for the answer.
  const std::string as_1_0 = head(client, length_of_task + expect);
  const std::string answered = [&] {
    RawSocket socket(server.port());
    socket.send(as_1_0.substr(0, as_1_0.find("1.1")) + "1.0" +
                as_1_0.substr(as_1_0.find("1.1") + 3) + one_task);
    return socket.receive_all();
  }();
  CHECK(answered.starts_with("HTTP/1.1 201 "));
  // With no body there is nothing to go on with.
  bool continued = true;
  CHECK(exchange_expecting(server.port(), head(client, expect), "", continued).status == 422);
  CHECK_FALSE(continued);
}

TEST_CASE("http/bodies: JSON made to be expensive costs no more than its bytes") {
  ServerProcess server;
  Client client(server.port());
  client.sign_up();
  std::string members;
  while (members.size() < mib - 100) members += "\"m" + std::to_string(members.size()) + "\":0,";
  for (const std::string& body :
       {R"({"x":)" + std::string(mib - 100, '['),
        R"({"title":)" + std::string(mib - 100, '9') + '}',
        R"({"title":1e)" + std::string(mib - 100, '9') + '}',
        R"({"title":")" + std::string(mib - 100, 'x') + "\"}", '{' + members + R"("y":0})",
        R"({"title":")" + std::string(mib - 100, ' ') + "\"}"}) {
    CHECK(client.call("POST", "/api/tasks", body).status == 422);
  }
  check_alive(server.port());
}

}  // namespace taskdock::testing
