#include "system/ip_address.h"

#include <doctest/doctest.h>

namespace taskdock::system {

namespace {

std::string read(std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address ? address->to_string() : "none";
}

IpNetwork network(const char* text, unsigned bits) {
  return {IpAddress::parse(text).value(), bits};
}

bool contains(const IpNetwork& network, const char* text) {
  return network.contains(IpAddress::parse(text).value());
}

}  // namespace

TEST_CASE("system/ip_address: addresses are read, and shown in their shortest form") {
  CHECK(read("127.0.0.1") == "127.0.0.1");
  CHECK(read("255.255.255.255") == "255.255.255.255");
  CHECK(read("::") == "::");
  CHECK(read("::1") == "::1");
  CHECK(read("2001:DB8:0:0:0:0:0:1") == "2001:db8::1");
  CHECK(read("::FFFF:192.0.2.1") == "192.0.2.1");
  CHECK(read("::ffff:c000:201") == "192.0.2.1");
}

TEST_CASE("system/ip_address: nothing else is an address") {
  for (const std::string_view text : {"",
                                      " ",
                                      "1",
                                      "1.2.3",
                                      "1.2.3.4.5",
                                      "256.1.1.1",
                                      "1.2.3.4 ",
                                      " 1.2.3.4",
                                      "01.2.3.4",
                                      "1.2.3.-4",
                                      "0x7f.0.0.1",
                                      "::g",
                                      ":::",
                                      "::1%lo",
                                      "[::1]",
                                      "1.2.3.4:80",
                                      "1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:8:9",
                                      "12345::",
                                      "localhost",
                                      "unix",
                                      "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
  CHECK_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
}

TEST_CASE("system/ip_address: loopback is 127.0.0.0/8 and ::1, however it is written") {
  for (const char* text : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) {
    CHECK(IpAddress::parse(text)->is_loopback());
  }
  for (const char* text :
       {"128.0.0.1", "126.0.0.1", "0.0.0.0", "::", "::2", "100::1", "::127.0.0.1"}) {
    CHECK_FALSE(IpAddress::parse(text)->is_loopback());
  }
}

TEST_CASE(
    "system/ip_address: a network has the addresses of its version with the same first bits") {
  CHECK(contains(network("10.0.0.0", 8), "10.255.1.2"));
  CHECK_FALSE(contains(network("10.0.0.0", 8), "11.0.0.0"));
  CHECK(contains(network("192.0.2.128", 25), "192.0.2.255"));
  CHECK_FALSE(contains(network("192.0.2.128", 25), "192.0.2.127"));
  CHECK(contains(network("192.0.2.7", 32), "::ffff:192.0.2.7"));
  CHECK_FALSE(contains(network("192.0.2.7", 32), "192.0.2.6"));
  CHECK(contains(network("0.0.0.0", 0), "203.0.113.9"));
  CHECK_FALSE(contains(network("0.0.0.0", 0), "2001:db8::1"));
  CHECK(contains(network("::", 0), "2001:db8::1"));
  CHECK_FALSE(contains(network("::", 0), "203.0.113.9"));
  CHECK(contains(network("fd00::", 8), "fdff::1"));
  CHECK_FALSE(contains(network("fd00::", 8), "fe00::1"));
  CHECK(contains(network("2001:db8::", 33), "2001:db8:7fff::"));
  CHECK_FALSE(contains(network("2001:db8::", 33), "2001:db8:8000::"));
}

}  // namespace taskdock::system
