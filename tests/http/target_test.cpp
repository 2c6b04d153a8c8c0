#include "http/target.h"

#include <doctest/doctest.h>

namespace taskdock::http {

TEST_CASE("http/target: a path is decoded, but never into another path") {
  using std::string;
  for (const auto& [path, decoded] :
       std::vector<std::pair<string, string>>{{"/health", "/health"},
                                              {"/%68%65alth", "/health"},
                                              {"/a%20b%c3%a9", "/a b\xc3\xa9"},
                                              {"/a+b", "/a+b"},
                                              {"/%00", string("/\0", 2)},
                                              {"/a%2Fb", "/a%2Fb"},
                                              {"/a%2fb", "/a%2Fb"},
                                              {"/a%252Fb", "/a%252Fb"},
                                              {"/a%252fb", "/a%252fb"},
                                              {"/a%25", "/a%25"},
                                              {"/%zz", "/%zz"},
                                              {"/%", "/%"},
                                              {"/%4", "/%4"},
                                              {"/%4%34", "/%44"},
                                              {"*", "*"}}) {
    CAPTURE(path);
    CHECK(decode_path(path) == decoded);
  }
}

TEST_CASE("http/target: a query is decoded into its parameters, in their order") {
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  for (const auto& [query, parameters] : std::vector<std::pair<std::string, Parameters>>{
           {"", {}},
           {"a=1", {{"a", "1"}}},
           {"a=1&b=2&a=3", {{"a", "1"}, {"b", "2"}, {"a", "3"}}},
           {"a", {{"a", ""}}},
           {"a=", {{"a", ""}}},
           {"=1&&&b=2&", {{"b", "2"}}},
           {"a=b=c", {{"a", "b=c"}}},
           {"a%3D=%26+%2B", {{"a=", "& +"}}},
           {"a=100%&b=%zz", {{"a", "100%"}, {"b", "%zz"}}},
           {"a/health?b=?", {{"a/health?b", "?"}}}}) {
    CAPTURE(query);
    CHECK(decode_query(query) == parameters);
  }
}

}  // namespace taskdock::http
