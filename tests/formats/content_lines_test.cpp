#include "formats/content_lines.h"

#include <doctest/doctest.h>

#include <vector>

#include "formats/task_reader.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

/// "NUMBER LINE" of each.
std::vector<std::string> unfolded(std::string_view text, std::size_t piece_bytes) {
  std::vector<std::string> found;
  ContentLines lines;
  const auto take = [&] {
    found.push_back(std::to_string(lines.number()) + ' ' + std::string(lines.line()));
  };
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    std::string_view piece = text.substr(at, piece_bytes);
    while (lines.next(piece)) take();
  }
  while (lines.finish()) take();
  return found;
}

}  // namespace

TEST_CASE("formats/content_lines: folded lines are put together, in pieces of any size") {
  const std::string text =
      "\xef\xbb\xbf"
      "A:x\r\n y\r\n  z\nB:\xc3\r\n\t\xa9\n\nC:\n D";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    CHECK(unfolded(text, size) ==
          std::vector<std::string>{"1 A:xy z", "4 B:\xc3\xa9", "6 ", "7 C:D"});
  }
  CHECK(unfolded(" A:x\n y\n", 3) == std::vector<std::string>{"1  A:xy"});
  CHECK(unfolded("", 1).empty());
}

TEST_CASE("formats/content_lines: a line of any length takes a limited amount of memory") {
  ContentLines lines;
  std::string text = "A:";
  for (int i = 0; i < 20; ++i) text += std::string(max_task_bytes / 10, 'x') + "\r\n ";
  text += "\r\nB:y\r\n";
  std::string_view bytes = text;
  REQUIRE(lines.next(bytes));
  CHECK(lines.line().size() == max_task_bytes);
  REQUIRE(!lines.next(bytes));
  REQUIRE(lines.finish());
  CHECK(lines.line() == "B:y");
  CHECK(!lines.finish());
}

TEST_CASE("formats/content_lines: a line is a name, parameters and a value") {
  const auto line = parse_content_line(R"(Due;X-A="a;b:c";x-b=;tzid=Europe/Berlin;X:2026:"x)");
  REQUIRE(line);
  CHECK(line->name == "Due");
  CHECK(line->value == "2026:\"x");
  CHECK(line->parameter("TZID") == "Europe/Berlin");
  CHECK(line->parameter("x-a") == "a;b:c");
  CHECK(line->parameter("X-B").empty());
  CHECK(line->parameter("X").empty());
  CHECK(line->parameter("Y").empty());
  CHECK(parse_content_line("A;B=\"x:y")->value == "y");
  CHECK(parse_content_line("A:")->value.empty());
  for (const char* text : {"", ":x", "A", "A;B=x", " A:x", "A B:x", "é:x"}) {
    CAPTURE(text);
    CHECK(!parse_content_line(text));
  }
}

TEST_CASE("formats/content_lines: a long line is folded without a character being cut") {
  for (std::size_t before = 0; before < 80; ++before) {
    CAPTURE(before);
    std::string line = "A:" + std::string(before, 'x');
    for (int i = 0; i < 40; ++i) line += "é日😀";
    std::string folded;
    append_content_line(folded, line);
    CHECK(unfolded(folded, 100) == std::vector<std::string>{"1 " + line});
    std::string_view rest = folded;
    while (!rest.empty()) {
      const std::size_t end = rest.find("\r\n");
      REQUIRE(end <= 75);
      REQUIRE(support::is_utf8(rest.substr(0, end)));
      rest.remove_prefix(end + 2);
    }
  }
  std::string folded;
  append_content_line(folded, std::string(75, 'x'));
  CHECK(folded == std::string(75, 'x') + "\r\n");
  folded.clear();
  append_content_line(folded, std::string(200, '\x80'));
  CHECK(unfolded(folded, 100) == std::vector<std::string>{"1 " + std::string(200, '\x80')});
}

}  // namespace taskdock::formats
