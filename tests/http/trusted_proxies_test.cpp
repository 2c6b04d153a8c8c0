#include "http/trusted_proxies.h"

#include <doctest/doctest.h>

#include "cli/values.h"
#include "http/origin_guard.h"

namespace taskdock::http {

namespace {

using Headers = std::vector<api::Header>;

/// 127.0.0.1 and two networks; not the peers of Unix sockets.
const TrustedProxies& proxies() {
  static const TrustedProxies trusted =
      cli::read_trusted_proxies("127.0.0.1,10.0.0.0/8,2001:db8:1::/48");
  return trusted;
}

ProxiedRequest read(const Headers& headers) {
  return proxies().read("127.0.0.1", headers);
}

std::string client(const Headers& headers) {
  return read(headers).client_address;
}

std::string client_listed(std::string_view list) {
  return client({{"X-Forwarded-For", list}});
}

std::string client_forwarded(std::string_view value) {
  return client({{"Forwarded", value}});
}

std::string prefix(std::string_view value) {
  return read({{"X-Forwarded-Prefix", value}}).prefix;
}

}  // namespace

TEST_CASE("http/trusted_proxies: the client is the right-most address that is not trusted") {
  CHECK(client({}) == "127.0.0.1");
  CHECK(client_listed("203.0.113.7") == "203.0.113.7");
  CHECK(client_listed("198.51.100.1, 203.0.113.7") == "203.0.113.7");
  CHECK(client_listed("198.51.100.1,203.0.113.7 , 10.1.2.3") == "203.0.113.7");
  CHECK(client_listed("127.0.0.1, 203.0.113.7") == "203.0.113.7");
  CHECK(client_listed("10.9.9.9, 10.1.2.3") == "10.9.9.9");  // all are trusted: the first
  CHECK(client_listed("2001:db8::1") == "2001:db8::1");
  CHECK(client_listed("2001:db8::1, 2001:DB8:1::7") == "2001:db8::1");
  CHECK(client({{"x-forwarded-for", "203.0.113.7"}}) == "203.0.113.7");
}

TEST_CASE("http/trusted_proxies: several lines are one list, in their order") {
  CHECK(client({{"X-Forwarded-For", "198.51.100.1"}, {"X-Forwarded-For", "203.0.113.7"}}) ==
        "203.0.113.7");
  CHECK(client({{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-For", "10.0.0.1"}}) ==
        "203.0.113.7");
  CHECK(client({{"Forwarded", "for=203.0.113.7"}, {"Forwarded", "for=10.0.0.1"}}) == "203.0.113.7");
}

TEST_CASE("http/trusted_proxies: ports, brackets and mapped addresses are understood") {
  CHECK(client_listed("203.0.113.7:4711") == "203.0.113.7");
  CHECK(client_listed("[2001:db8::1]") == "2001:db8::1");
  CHECK(client_listed("[2001:db8::1]:4711") == "2001:db8::1");
  CHECK(client_listed("::ffff:203.0.113.7") == "203.0.113.7");
  CHECK(client_listed("203.0.113.7, ::ffff:10.0.0.1") == "203.0.113.7");
  CHECK(client_listed("203.0.113.7, [::ffff:10.0.0.1]:80") == "203.0.113.7");
  CHECK(client_listed(" \t203.0.113.7\t") == "203.0.113.7");
  CHECK(client_listed(", ,203.0.113.7,,") == "203.0.113.7");  // empty elements do not count
}

TEST_CASE("http/trusted_proxies: nothing is believed that stands before what is no address") {
  for (const std::string_view unknown :
       {"unknown", "_hidden", "unix", "nonsense", "203.0.113.256", "203.0.113.7:", "203.0.113.7:x",
        "203.0.113.7:123456", "[203.0.113.7]", "[2001:db8::1", "2001:db8::1]", "[]", "[]:1", ":",
        "::g", "\"203.0.113.7\"", "203.0.113.7 198.51.100.1", "\xff\xfe", "1"}) {
    CAPTURE(unknown);
    CHECK(client_listed(unknown) == "127.0.0.1");
    CHECK(client_listed("198.51.100.1, " + std::string(unknown)) == "127.0.0.1");
    CHECK(client_listed("198.51.100.1, " + std::string(unknown) + ", 10.0.0.1") == "10.0.0.1");
    CHECK(client_listed(std::string(unknown) + ", 203.0.113.7") == "203.0.113.7");
  }
  CHECK(client_listed("") == "127.0.0.1");
  CHECK(client_listed(" , ") == "127.0.0.1");
  CHECK(client_listed(std::string(9000, ',')) == "127.0.0.1");
  CHECK(client_listed(std::string(9000, '[')) == "127.0.0.1");
}

TEST_CASE("http/trusted_proxies: Forwarded says the same in the grammar of RFC 7239") {
  CHECK(client_forwarded("for=203.0.113.7") == "203.0.113.7");
  CHECK(client_forwarded("For=\"[2001:db8::1]:4711\"") == "2001:db8::1");
  CHECK(client_forwarded("for=\"203.0.113.7:_port\"") == "203.0.113.7");
  CHECK(client_forwarded("by=10.0.0.1; for=203.0.113.7;proto=https;host=\"a,b;c\"") ==
        "203.0.113.7");
  CHECK(client_forwarded("for=198.51.100.1, for=203.0.113.7 , for=10.0.0.1") == "203.0.113.7");
  CHECK(client_forwarded("for=\"203.0.113.7\\\"\"") == "127.0.0.1");
  CHECK(client_forwarded("for=\"20\\3.0.113.7\"") == "203.0.113.7");
  CHECK(client_forwarded("for=198.51.100.1, for=unknown") == "127.0.0.1");
  CHECK(client_forwarded("for=198.51.100.1, for=_hidden, for=10.0.0.1") == "10.0.0.1");
  CHECK(client_forwarded("for=198.51.100.1, proto=https") == "127.0.0.1");
  CHECK(client_forwarded("") == "127.0.0.1");
}

TEST_CASE("http/trusted_proxies: of a Forwarded that breaks its grammar nothing is believed") {
  for (const std::string_view malformed :
       {"for", "for=", "for=\"", "for=\"203.0.113.7", "for=203.0.113.7:80", "for=[2001:db8::1]",
        "=203.0.113.7", "for=203.0.113.7 for=203.0.113.7", "for=203.0.113.7;for=203.0.113.7",
        "for=\"\\", "for =203.0.113.7", "for=198.51.100.1, \"", "\xff", ";=;", "for=a\"b\""}) {
    CAPTURE(malformed);
    CHECK(client_forwarded(malformed) == "127.0.0.1");
    // A quote that a client has left open must not hide what the proxy has added.
    CHECK(client_forwarded(std::string(malformed) + ", for=203.0.113.7") == "127.0.0.1");
    CHECK(client({{"Forwarded", malformed}, {"Forwarded", "for=203.0.113.7"}}) == "127.0.0.1");
    CHECK(client({{"Forwarded", malformed}, {"X-Forwarded-For", "203.0.113.7"}}) == "203.0.113.7");
  }
}

TEST_CASE(
    "http/trusted_proxies: a client behind a proxy cannot make itself the proxy by Forwarded") {
  const api::Header listed{"X-Forwarded-For", "203.0.113.7"};
  for (const std::string_view forwarded :
       {"for=203.0.113.7", "for=198.51.100.1", "for=unknown", "for=\"", "for=127.0.0.1", ""}) {
    CAPTURE(forwarded);
    CHECK(client({listed, {"Forwarded", forwarded}}) == "203.0.113.7");
    CHECK(client({{"Forwarded", forwarded}, listed}) == "203.0.113.7");
  }
  CHECK(client({{"X-Forwarded-For", ""}, {"Forwarded", "for=203.0.113.7"}}) == "203.0.113.7");
}

TEST_CASE("http/trusted_proxies: the peers of a Unix socket are trusted by their word alone") {
  CHECK_FALSE(proxies().trusts("unix"));
  const TrustedProxies by_word = cli::read_trusted_proxies("unix");
  CHECK(by_word.trusts("unix"));
  CHECK(by_word.read("unix", Headers{}).client_address == "unix");
  CHECK(by_word.read("unix", Headers{{"X-Forwarded-For", "1.2.3.4, 127.0.0.1"}}).client_address ==
        "127.0.0.1");
}

TEST_CASE("http/trusted_proxies: TLS counts as used only where all that is said of it is https") {
  const auto over_tls = [](const Headers& headers) { return read(headers).over_tls; };
  const api::Header https{"X-Forwarded-Proto", "https"};
  CHECK(over_tls({https}));
  CHECK(over_tls({{"X-Forwarded-Proto", "HTTPS"}}));
  CHECK(over_tls({{"Forwarded", "for=203.0.113.7;proto=https"}}));
  CHECK(over_tls({https, {"Forwarded", "for=203.0.113.7;proto=https"}}));
  CHECK_FALSE(over_tls({}));
  for (const char* other : {"http", "", "https,https", "https, http", "wss", "httpss"}) {
    CAPTURE(other);
    CHECK_FALSE(over_tls({{"X-Forwarded-Proto", other}}));
    CHECK_FALSE(over_tls({https, {"X-Forwarded-Proto", other}}));
  }
  CHECK_FALSE(over_tls({https, {"Forwarded", "for=203.0.113.7;proto=http"}}));
  CHECK(over_tls({https, {"Forwarded", "proto=\""}}));
  // Of Forwarded only the element counts that a trusted proxy has written.
  CHECK_FALSE(over_tls({{"Forwarded", "for=198.51.100.1;proto=https, for=203.0.113.7"}}));
  CHECK(over_tls({{"Forwarded", "for=203.0.113.7;proto=https, for=10.0.0.1;proto=http"}}));
}

TEST_CASE("http/trusted_proxies: a prefix is a path of plain segments, or ignored") {
  CHECK(prefix("/todo") == "/todo");
  CHECK(prefix("/todo/") == "/todo");
  CHECK(prefix("/a/b-c.d_e~f/0") == "/a/b-c.d_e~f/0");
  CHECK(prefix("/") == "");
  for (const std::string wrong : {"",
                                  "todo",
                                  "//",
                                  "//evil.example",
                                  "/a//b",
                                  "/a//",
                                  "/.",
                                  "/..",
                                  "/a/../b",
                                  "/a/./b",
                                  "/a?b",
                                  "/a#b",
                                  "/a b",
                                  "/a%2Fb",
                                  "/a\"b",
                                  "/a'b",
                                  "/a<b>",
                                  "/a\\b",
                                  "/a;b",
                                  "/a,b",
                                  "/a, /b",
                                  "/\xc3\xa9",
                                  "http://evil.example/",
                                  "/a\rb",
                                  "/a:b@c"}) {
    CAPTURE(wrong);
    CHECK(prefix(wrong).empty());
  }
  CHECK(prefix('/' + std::string(200, 'a')).empty());
  CHECK(read({{"X-Forwarded-Prefix", "/a"}, {"X-Forwarded-Prefix", "/a"}}).prefix.empty());
}

TEST_CASE("http/trusted_proxies: over TLS the pages of the same host without TLS are foreign") {
  const Cors cors({});
  const OriginGuard guard({.host = "0.0.0.0", .port = 8000}, {}, cors);
  RequestHead head;
  head.method = "POST";
  head.host = "tasks.example";
  head.headers = {{"Origin", "https://tasks.example"}};
  CHECK_FALSE(guard.check(head, true));
  CHECK_FALSE(guard.check(head, false));
  head.headers = {{"Origin", "http://tasks.example"}};
  CHECK(guard.check(head, true)->status == 403);
  CHECK_FALSE(guard.check(head, false));
}

}  // namespace taskdock::http
