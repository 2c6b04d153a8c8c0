#include "formats/json_parts.h"

#include <doctest/doctest.h>

#include "formats/task_reader.h"

namespace taskdock::formats {

namespace {

struct Found {
  std::vector<std::string> values;  // "PATH VALUE"
  bool is_broken = false;
  std::size_t byte = 0;
  std::size_t line = 0;
};

Found find_parts(std::initializer_list<std::string_view> paths, std::string_view text,
                 std::size_t piece_bytes) {
  JsonParts parts(paths);
  Found found;
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    std::string_view piece = text.substr(at, piece_bytes);
    while (parts.next(piece)) {
      found.values.push_back(std::to_string(parts.path()) + ' ' + std::string(parts.text()));
    }
  }
  parts.finish();
  found.is_broken = parts.is_broken();
  found.byte = parts.byte();
  found.line = parts.line();
  return found;
}

}  // namespace

TEST_CASE("formats/json_parts: values are found by their paths, in pieces of any size") {
  const std::string text =
      "\xef\xbb\xbf"
      R"( {"other": {"tasks": [1]}, "n": [{}, "]"],
    "t\u0061sks": [ {"a": "}\""}, 12 , "x\\", [[]] , null], "last": -1 } )";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const Found found = find_parts({"tasks/*", "last"}, text, size);
    CHECK(!found.is_broken);
    CHECK(found.values == std::vector<std::string>{R"(0 {"a": "}\""})", "0 12", R"(0 "x\\")",
                                                   "0 [[]]", "0 null", "1 -1"});
  }
}

TEST_CASE("formats/json_parts: a path goes through arrays and objects") {
  const Found found = find_parts(
      {"*/tasks/*", "*/title"}, R"([{"title":"A","tasks":[1,2]},3,{"tasks":null,"title":"B"}])", 5);
  CHECK(found.values == std::vector<std::string>{R"(1 "A")", "0 1", "0 2", R"(1 "B")"});
  CHECK(!found.is_broken);
}

TEST_CASE("formats/json_parts: it is known whether there is a place for what is looked for") {
  for (const auto& [text, has] :
       std::vector<std::pair<std::string, bool>>{{R"({"tasks":[]})", true},
                                                 {R"({"tasks":{}})", false},
                                                 {R"({"x":[]})", false},
                                                 {"3", false}}) {
    JsonParts parts({"tasks/*"});
    std::string_view bytes = text;
    CHECK(!parts.next(bytes));
    parts.finish();
    CHECK(!parts.is_broken());
    CHECK(parts.has_place(0) == has);
  }
}

TEST_CASE("formats/json_parts: a text that is cut off or no JSON is broken where it stops") {
  const std::string whole = R"({"tasks":[{"a":1},{"b":[2]}],"x":"y"})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(find_parts({"tasks/*"}, whole.substr(0, size), 4).is_broken);
  }
  for (const char* text : {"{]", "[}", R"({"a" 1})", R"({"a":})", "[1 2]", "[,1]", "[1,]x", "x",
                           "{1:2}", "[] []", "\xef\xbb[]"}) {
    CAPTURE(text);
    CHECK(find_parts({"*"}, text, 2).is_broken);
  }
  const Found found = find_parts({"tasks/*"}, "{\n\"tasks\":\n[1]]", 3);
  CHECK(found.is_broken);
  CHECK(found.line == 3);
  CHECK(found.byte == 15);
}

TEST_CASE("formats/json_parts: a value of any size takes a limited amount of memory") {
  const std::string large = '"' + std::string(max_task_bytes + 10, 'x') + '"';
  JsonParts parts({"*"});
  const std::string text = '[' + large + ",1]";
  std::string_view bytes = text;
  REQUIRE(parts.next(bytes));
  CHECK(parts.is_too_long());
  CHECK(parts.text().size() == max_task_bytes);
  REQUIRE(parts.next(bytes));
  CHECK(!parts.is_too_long());
  CHECK(parts.text() == "1");
}

}  // namespace taskdock::formats
