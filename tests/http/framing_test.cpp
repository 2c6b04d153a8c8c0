#include <doctest/doctest.h>

#include "http/requests.h"
#include "testing/answers.h"
#include "testing/process.h"

namespace taskdock::testing {

namespace {

const std::string crlf = "\r\n";

/// A request to /health with `lines` for its headers.
std::string health_with(const std::string& lines, const std::string& method = "GET") {
  return method + " /health HTTP/1.1\r\n" + host + lines + "\r\n";
}

/// A string that may hold NUL bytes.
template <std::size_t size>
std::string bytes(const char (&text)[size]) {
  return {text, size - 1};
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

/// Checks that `sent` gets one answer, an error of `status`, and that the connection ends with it:
/// nothing behind it is taken for a request.
void check_refused(int port, const std::string& sent, int status) {
  const std::string start = sent.substr(0, 200);
  CAPTURE(start);
  const std::string received = everything(port, sent + get_health + get_health);
  RawSocket unused(port);
  std::string rest = received;
  CHECK(count(received, "\r\nX-Request-Id: ") == 1);
  CHECK(received.find("\r\nConnection: close\r\n") != std::string::npos);
  check_error(Client::read_answer(unused, rest), status);
  CHECK(rest.empty());
  check_alive(port);
}

}  // namespace

TEST_CASE(
    "http/framing: a DELETE or POST without a length has no body, and does not wait for one") {
  ServerProcess server;
  for (const char* method : {"DELETE", "POST", "PUT", "PATCH", "GET", "OPTIONS", "BREW"}) {
    CAPTURE(method);
    RawSocket socket(server.port());
    socket.send(health_with("", method) + get_health);
    std::string surplus;
    const int status = Client::read_answer(socket, surplus).status;
    const std::string name = method;
    CHECK(status == (name == "GET" ? 200 : name == "OPTIONS" ? 204 : 405));
    CHECK(Client::read_answer(socket, surplus).body == healthy);
  }
  Client client(server.port());
  client.sign_up();
  const std::string id = client.create_task("x")["id"];
  const std::string authorized = host + "Authorization: Bearer " + client.token + crlf + crlf;
  RawSocket socket(server.port());
  socket.send("DELETE /api/tasks/" + id + " HTTP/1.1\r\n" + authorized + get_health +
              "POST /api/tasks HTTP/1.1\r\n" + authorized + get_health);
  std::string surplus;
  CHECK(Client::read_answer(socket, surplus).status == 204);
  CHECK(Client::read_answer(socket, surplus).body == healthy);
  CHECK(Client::read_answer(socket, surplus).status == 422);
  CHECK(Client::read_answer(socket, surplus).body == healthy);
}

TEST_CASE("http/framing: a message whose length can be read in two ways is refused") {
  ServerProcess server;
  const std::vector<std::string> lines = {
      "Transfer-Encoding: gzip, chunked",
      "Transfer-Encoding: chunked, gzip",
      "Transfer-Encoding: chunked, chunked",
      "Transfer-Encoding: chunked, identity",
      "Transfer-Encoding: identity",
      "Transfer-Encoding: gzip",
      "Transfer-Encoding: xchunked",
      "Transfer-Encoding: chunkedx",
      "Transfer-Encoding: chunked;q=1",
      "Transfer-Encoding: \"chunked\"",
      "Transfer-Encoding: 'chunked'",
      "Transfer-Encoding: chun ked",
      "Transfer-Encoding: ,chunked",
      "Transfer-Encoding: chunked,",
      "Transfer-Encoding: %63hunked",
      "Transfer-Encoding:",
      "Transfer-Encoding: \vchunked",
      "Transfer-Encoding: chunked\v",
      "Transfer-Encoding: chunked\f",
      "Transfer-Encoding: chunked\xa0",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
      "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding : chunked",
      "Transfer-Encoding\t: chunked",
      " Transfer-Encoding: chunked",
      "X: y\r\n Transfer-Encoding: chunked",
      "Content-Length: 5\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nContent-Length: 5",
      "Transfer-Encoding: chunked\r\nContent-Length: 0",
      "Content-Length: 5\r\nContent-Length: 6",
      "Content-Length: 5\r\nContent-Length: 5",
      "Content-Length: 0\r\nContent-Length: 0",
      "Content-Length: 5\r\ncontent-length: 5",
      "Content-Length: 5, 5",
      "Content-Length: 5,5",
      "Content-Length: 5,",
      "Content-Length:",
      "Content-Length: ",
      "Content-Length: +5",
      "Content-Length: -5",
      "Content-Length: -0",
      "Content-Length: 0x5",
      "Content-Length: 5.0",
      "Content-Length: 5e0",
      "Content-Length: 5 5",
      "Content-Length: 5x",
      "Content-Length: x5",
      "Content-Length: \"5\"",
      "Content-Length: %35",
      "Content-Length: \xd9\xa5",
      "Content-Length: 5\v",
      "Content-Length: \f5",
      "Content-Length : 5",
      "Content-Length",
      bytes("Content-Length: 5\0"),
      bytes("Content-Length: \0"
            "5"),
  };
  for (const std::string& line : lines) {
    for (const char* method : {"GET", "POST"}) {
      check_refused(server.port(), health_with(line + crlf, method), 400);
    }
  }
  check_refused(server.port(),
                "POST /health HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
}

TEST_CASE("http/framing: a length that is one is taken, with white space around it or zeros") {
  ServerProcess server;
  for (const char* value : {"5", " 5", "5 ", "\t 5\t ", "05", "0000000000000000000000005"}) {
    CAPTURE(value);
    // The five bytes belong to the refused request, not to the next one.
    const std::string received = everything(
        server.port(), health_with("Content-Length:" + std::string(value) + crlf) + "GET /");
    CHECK(count(received, "HTTP/1.1 200") == 1);
    CHECK(count(received, "HTTP/1.1 ") == 1);
  }
  for (const char* value : {"chunked", "Chunked", "CHUNKED", "chunked\t", "\t chunked "}) {
    CAPTURE(value);
    const std::string received =
        everything(server.port(), health_with("Transfer-Encoding:" + std::string(value) + crlf) +
                                      "0\r\n\r\n" + get_health);
    CHECK(count(received, "HTTP/1.1 200") == 1);
    CHECK(count(received, "HTTP/1.1 ") == 1);
  }
  RawSocket socket(server.port());
  socket.send(health_with("Content-Length: 0\r\n", "GET") + get_health);
  std::string surplus;
  CHECK(Client::read_answer(socket, surplus).status == 200);
  CHECK(Client::read_answer(socket, surplus).status == 200);
}

TEST_CASE("http/framing: a malformed request line is refused") {
  ServerProcess server;
  const std::string rest = crlf + host + crlf;
  const std::vector<std::string> lines = {
      "GET",
      "GET /health",
      "GET  /health HTTP/1.1",
      "GET /health  HTTP/1.1",
      "GET /health HTTP/1.1 ",
      " GET /health HTTP/1.1",
      "GET\t/health\tHTTP/1.1",
      "GET /hea lth HTTP/1.1",
      "GET health HTTP/1.1",
      "GET ?x HTTP/1.1",
      "GET /health#x HTTP/1.1",
      "GET /health?x#y HTTP/1.1",
      "GET /# HTTP/1.1",
      "GET https://x/health HTTP/1.1",
      "GET ftp://x/health HTTP/1.1",
      "GET x:80 HTTP/1.1",
      "CONNECT x:80 HTTP/1.1",
      "GET /health HTTQ/1.1",
      "GET /health http/1.1",
      "GET /health HTTP",
      "GET /health 1.1",
      "G@T /health HTTP/1.1",
      "GET: /health HTTP/1.1",
      "G\xc3\x89T /health HTTP/1.1",
      "GET /h\xc3\xa9 HTTP/1.1",
      "GET /health\x7f HTTP/1.1",
      "GET /health\x01 HTTP/1.1",
      "GET /health\r HTTP/1.1",
      bytes("GET /health\0 HTTP/1.1"),
      bytes("G\0ET /health HTTP/1.1"),
  };
  for (const std::string& line : lines) check_refused(server.port(), line + rest, 400);
  for (const char* version :
       {"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3", "HTTP/1.10", "HTTP/01.1", "HTTP/1",
        "HTTP/1.1x", "HTTP/", "HTTP/+1.1", "HTTP/1.1\x01"}) {
    check_refused(server.port(), "GET /health " + std::string(version) + rest, 505);
  }
  check_refused(server.port(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
}

TEST_CASE("http/framing: a malformed header is refused") {
  ServerProcess server;
  const std::vector<std::string> lines = {
      "X",
      "X y",
      ": y",
      " X: y",
      "X : y",
      "X\t: y",
      "X: y\r\n folded",
      "X: y\r\n\tfolded",
      "X y: z",
      "X(: y",
      "X\xc3\xa9: y",
      "X/Y: z",
      "\"X\": y",
      "X: y\rz",
      "X: y\r",
      "X: \x7f",
      "X: \x1b[2J",
      bytes("X: \0"),
      bytes("X\0: y"),
      bytes("\0"),
  };
  for (const std::string& line : lines) check_refused(server.port(), health_with(line + crlf), 400);
  for (char c = 1; c < 0x20; ++c) {
    if (c == '\t' || c == '\r' || c == '\n') continue;
    check_refused(server.port(), health_with("X: a" + std::string(1, c) + "b\r\n"), 400);
    check_refused(server.port(), health_with("X" + std::string(1, c) + ": y\r\n"), 400);
  }
  // Bytes above 0x7f and tabs are allowed in a value (RFC 9110, 5.5).
  CHECK(send_raw(server.port(), health_with("X: \xc3\xa9\xff\ty\r\nY:\r\n")).status == 200);
}

TEST_CASE("http/framing: a line that does not end with CR LF is refused") {
  ServerProcess server;
  for (const std::string& sent :
       {std::string("GET /health HTTP/1.1\nHost: localhost\n\n"),
        std::string("GET /health HTTP/1.1\nHost: localhost\r\n\r\n"),
        std::string("GET /health HTTP/1.1\r\nHost: localhost\n\r\n"),
        std::string("GET /health HTTP/1.1\r\nHost: localhost\r\n\n"), std::string("\nGET /health"),
        std::string(
            "GET /health HTTP/1.1\r\nHost: localhost\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n"),
        std::string("GET /health HTTP/1.1\r\nHost: localhost\r\nX: y\rContent-Length: 5\r\n\r\n"),
        std::string("GET /health HTTP/1.1\rHost: localhost\r\r\n\r\n")}) {
    check_refused(server.port(), sent, 400);
  }
}

TEST_CASE("http/framing: HTTP/1.1 wants exactly one Host") {
  ServerProcess server;
  const std::string line = "GET /health HTTP/1.1\r\n";
  check_refused(server.port(), line + crlf, 400);
  check_refused(server.port(), line + "X-Host: localhost\r\n\r\n", 400);
  check_refused(server.port(), line + host + host + crlf, 400);
  check_refused(server.port(), line + host + "HOST: y\r\n\r\n", 400);
  for (const char* value : {"a b",
                            "localhost localhost",
                            "a/b",
                            "a?b",
                            "a#b",
                            "user@localhost",
                            "a\\b",
                            "a<b",
                            "\"a\"",
                            "a\xc3\xa9",
                            "a,b c",
                            "localhost:x",
                            "localhost:80x",
                            "localhost:-1",
                            "localhost:80:80",
                            "[::1",
                            "::1",
                            "[]",
                            "[::1]x",
                            "[g::1]",
                            "[::1]:x",
                            "a]",
                            "[::1]]"}) {
    check_refused(server.port(), line + "Host: " + value + "\r\n\r\n", 400);
  }
  CHECK(send_raw(server.port(), "GET /health HTTP/1.0\r\n\r\n").status == 200);
}

TEST_CASE("http/framing: a head that is too long is refused, and says in what") {
  ServerProcess server;
  const int port = server.port();
  const std::string request_line = "GET /health HTTP/1.1\r\n";
  std::string headers;
  for (int i = 0; i < 99; ++i) headers += "X-" + std::to_string(i) + ": y\r\n";
  CHECK(send_raw(port, health_with(headers)).status == 200);  // a hundred, with Host
  check_refused(port, health_with(headers + "X: y\r\n"), 431);
  check_refused(port, health_with("X: " + std::string(20'000, 'x') + crlf), 431);
  check_refused(port, health_with("X: " + std::string(2'000'000, 'x') + crlf), 431);
  check_refused(port, health_with(std::string(20'000, 'x') + ": y\r\n"), 431);

  const auto get = [](std::size_t line_size) {
    const std::string target = "/health?" + std::string(line_size - 21, 'x');
    return "GET " + target + " HTTP/1.1\r\n" + host + crlf;
  };
  CHECK(send_raw(port, get(8192)).status == 200);
  check_refused(port, get(8193), 414);
  check_refused(port, get(20'000), 414);
  check_refused(port, get(2'000'000), 414);
  check_refused(port, std::string(20'000, 'A'), 414);

  // 16 KiB to the last byte, whether it comes at once or not.
  const auto head_of = [&](std::size_t size) {
    const std::string empty = request_line + host + "X: \r\n\r\n";
    return request_line + host + "X: " + std::string(size - empty.size(), 'x') + "\r\n\r\n";
  };
  CHECK(send_raw(port, head_of(16384)).status == 200);
  check_refused(port, head_of(16385), 431);
}

TEST_CASE("http/framing: bytes that are no HTTP are refused, and others are served meanwhile") {
  ServerProcess server;
  const int port = server.port();
  const std::string client_hello =
      bytes("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 0123456789abcdef\r\n\r\n");
  std::string noise;
  for (int i = 0; i < 5000; ++i) noise += static_cast<char>(i * 7919 % 251);
  for (const std::string& garbage :
       {client_hello, noise, std::string(100, '\0'), std::string(100, '\n'),
        std::string("\r\r\r\r\n"), std::string("SSH-2.0-x\r\n\r\n"), std::string("{}\r\n\r\n"),
        bytes("\xff\xfe\xff\xfb\r\n\r\n")}) {
    const std::string received = everything(port, garbage, true);
    if (!received.empty()) CHECK(received.starts_with("HTTP/1.1 4"));
    CHECK(count(received, "HTTP/1.1 ") <= 1);
    check_alive(port);
  }
}

}  // namespace taskdock::testing
