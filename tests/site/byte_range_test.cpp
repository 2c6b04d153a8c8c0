#include "site/byte_range.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace taskdock::site {

namespace {

/// "first+length", "whole" or "none".
std::string read(std::string_view header, std::uint64_t size) {
  const auto result = read_range(header, size);
  if (const auto* range = std::get_if<ByteRange>(&result)) {
    return std::to_string(range->first) + '+' + std::to_string(range->length);
  }
  return std::holds_alternative<Whole>(result) ? "whole" : "none";
}

}  // namespace

TEST_CASE("site/byte_range: one range is cut to what there is") {
  for (const auto& [header, result] :
       std::map<std::string, std::string>{{"bytes=0-0", "0+1"},
                                          {"bytes=0-9", "0+10"},
                                          {"bytes=0-99", "0+10"},
                                          {"bytes=3-5", "3+3"},
                                          {"Bytes= 3-5 ", "3+3"},
                                          {"bytes=9-", "9+1"},
                                          {"bytes=0-", "0+10"},
                                          {"bytes=-3", "7+3"},
                                          {"bytes=-99", "0+10"},
                                          {"bytes=5-99999999999999999999999", "5+5"},
                                          {"bytes=-99999999999999999999999", "0+10"}}) {
    CAPTURE(header);
    CHECK(read(header, 10) == result);
  }
}

TEST_CASE("site/byte_range: of what is beyond the end there is nothing") {
  for (const char* header :
       {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999999-"}) {
    CAPTURE(header);
    CHECK(read(header, 10) == "none");
  }
  CHECK(read("bytes=0-", 0) == "none");
  CHECK(read("bytes=-1", 0) == "none");
}

TEST_CASE("site/byte_range: for anything else it is the whole") {
  for (const char* header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=5-3", "bytes=a-b", "bytes=0-1,3-4",
        "bytes=0x1-2", "bytes=+1-2", "bytes=1-2x", "bytes=--1", "items=0-1", "bytes 0-1"}) {
    CAPTURE(header);
    CHECK(read(header, 10) == "whole");
  }
}

}  // namespace taskdock::site
