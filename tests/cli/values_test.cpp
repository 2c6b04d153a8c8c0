#include "cli/values.h"

#include <doctest/doctest.h>

namespace taskdock::cli {

using Strings = std::vector<std::string>;

TEST_CASE("cli/values: a whole number is decimal and within its range") {
  CHECK(read_whole("0", 0, 10) == 0);
  CHECK(read_whole("010", 0, 10) == 10);
  for (const char* wrong : {"", " 1", "1 ", "+1", "0x1", "1e1", "11", "-1"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(read_whole(wrong, 0, 10), WrongValue);
  }
}

TEST_CASE("cli/values: a limit is a number from 1 on, or none") {
  CHECK(read_limit("1") == 1);
  CHECK(read_limit("9223372036854775807") == 9223372036854775807);
  CHECK(read_limit("none") == std::nullopt);
  CHECK_THROWS_AS(read_limit("0"), WrongValue);
}

TEST_CASE("cli/values: an origin is written as browsers send it") {
  CHECK(read_origins("HTTP://A.example,http://b.example:80") ==
        Strings{"http://a.example", "http://b.example"});
  CHECK(read_origins("https://A:443, https://a:0443 ,https://a:80") ==
        Strings{"https://a", "https://a:80"});
  CHECK(read_origins("http://a:443") == Strings{"http://a:443"});
  CHECK(read_origins("http://[0:0:0:0:0:0:0:1]:080,http://[2001:DB8::0:1]:8080") ==
        Strings{"http://[::1]", "http://[2001:db8::1]:8080"});
  CHECK(read_origins("Tauri://Localhost,capacitor://localhost") ==
        Strings{"tauri://localhost", "capacitor://localhost"});
  CHECK(read_origins("http://127.0.0.1:3000,http://xn--bcher-kva.example") ==
        Strings{"http://127.0.0.1:3000", "http://xn--bcher-kva.example"});
  CHECK(read_origins("null,NULL,http://a") == Strings{"null", "http://a"});
  CHECK(read_origins("none").empty());
  CHECK(read_origins(" , ").empty());
}

TEST_CASE("cli/values: what no browser would send is no origin") {
  for (const char* wrong : {"a",
                            "//a",
                            "http:/a",
                            "http://",
                            "http://a/",
                            "http://a/b",
                            "http://a:",
                            "http://a:-1",
                            "http://a..b",
                            "http://.a",
                            "http://127.1",
                            "http://0x7f.0.0.1.256",
                            "http://[::1",
                            "http://::1",
                            "http://[::1]x",
                            "http://a%41",
                            "http://b\xc3\xbc.example",
                            "h ttp://a",
                            "*",
                            "http://*.a",
                            "none,http://a"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(read_origins(wrong), WrongValue);
  }
}

TEST_CASE("cli/values: a host has a port or none, and is in lower case") {
  CHECK(read_hosts("Tasks.Example, tasks.example:8080,TASKS.example") ==
        Strings{"tasks.example", "tasks.example:8080"});
  CHECK(read_hosts("192.0.2.1,[2001:DB8:0::1]:80") == Strings{"192.0.2.1", "[2001:db8::1]:80"});
  CHECK(read_hosts("none").empty());
  for (const char* wrong : {"http://a", "a/b", "*", "*.a", "a:b", "a:", "::1", "a b", "u@a"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(read_hosts(wrong), WrongValue);
  }
}

TEST_CASE("cli/values: a place to listen is an address with a port, or a path for any directory") {
  const auto ipv4 = read_endpoints("http://localhost:0").front();
  CHECK(ipv4.host == "127.0.0.1");
  CHECK(ipv4.port == 0);
  const auto ipv6 = read_endpoints("http://[::1]:8000").front();
  CHECK(ipv6.host == "::1");
  CHECK(ipv6.port == 8000);
  CHECK_FALSE(ipv6.is_unix());
  const auto absolute = read_endpoints("unix:/run/task dock/socket").front();
  CHECK(absolute.is_unix());
  CHECK(absolute.path == "/run/task dock/socket");
  const auto several = read_endpoints("unix:socket, http://0.0.0.0:1");
  REQUIRE(several.size() == 2);
  CHECK(several[0].path == (std::filesystem::current_path() / "socket").string());
  CHECK(several[1].port == 1);
  CHECK(read_endpoints("none").empty());
  CHECK_THROWS_AS(read_endpoints(","), WrongValue);
}

TEST_CASE("cli/values: trusted proxies are addresses, networks and the peers of Unix sockets") {
  const auto proxies = read_trusted_proxies("127.0.0.1, 10.0.0.0/8,fd00::/8 ,unix");
  for (const char* trusted : {"127.0.0.1", "::ffff:127.0.0.1", "10.1.2.3", "fd00::1", "unix"}) {
    CAPTURE(trusted);
    CHECK(proxies.trusts(trusted));
  }
  for (const char* other : {"127.0.0.2", "11.0.0.1", "fe80::1", "", "nonsense"}) {
    CAPTURE(other);
    CHECK_FALSE(proxies.trusts(other));
  }
  for (const char* none : {"none", " , "}) {
    CHECK(read_trusted_proxies(none).empty());
    CHECK_FALSE(read_trusted_proxies(none).trusts("127.0.0.1"));
    CHECK_FALSE(read_trusted_proxies(none).trusts("unix"));
  }
  CHECK_FALSE(read_trusted_proxies("unix").trusts("127.0.0.1"));
}

TEST_CASE("cli/values: an address is numeric, and localhost is one") {
  CHECK(read_address("localhost") == "127.0.0.1");
  CHECK(read_address("::") == "::");
  CHECK_THROWS_AS(read_address("example.com"), WrongValue);
}

TEST_CASE("cli/values: what is meant is suggested where it is near, and nothing where it is not") {
  const Strings names = {"list", "add", "passwd", "delete"};
  CHECK(suggestion("lst", names) == "; did you mean 'list'?");
  CHECK(suggestion("password", names) == "; did you mean 'passwd'?");
  CHECK(suggestion("nonsense", names).empty());
  CHECK(suggestion("x", names).empty());
  CHECK(suggestion("", names).empty());
  CHECK(suggestion(std::string(100'000, 'l'), names).empty());
}

}  // namespace taskdock::cli
