#include "formats/lines.h"

#include <doctest/doctest.h>

#include "formats/task_reader.h"

namespace taskdock::formats {

namespace {

std::vector<std::string> lines_of(std::string_view text, std::size_t piece_bytes) {
  std::vector<std::string> found;
  Lines lines;
  const auto take = [&] {
    CHECK(lines.number() == found.size() + 1);
    found.emplace_back(lines.line());
  };
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    std::string_view piece = text.substr(at, piece_bytes);
    while (lines.next(piece)) take();
  }
  if (lines.finish()) take();
  return found;
}

}  // namespace

TEST_CASE("formats/lines: a text is the same lines in pieces of any size") {
  const std::string text =
      "\xef\xbb\xbf"
      "one\r\n\ntwo\rstill\n\r\nthree";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    CHECK(lines_of(text, size) == std::vector<std::string>{"one", "", "two\rstill", "", "three"});
  }
  CHECK(lines_of("one\n", 2) == std::vector<std::string>{"one"});
  CHECK(lines_of("", 1).empty());
}

TEST_CASE("formats/lines: a line that is too long is cut off, and the next one is whole") {
  Lines lines;
  const std::string text = std::string(max_task_bytes + 10, 'x') + "\nshort\n";
  std::string_view bytes = text;
  REQUIRE(lines.next(bytes));
  CHECK(lines.is_too_long());
  CHECK(lines.line().size() == max_task_bytes);
  REQUIRE(lines.next(bytes));
  CHECK(!lines.is_too_long());
  CHECK(lines.line() == "short");
}

}  // namespace taskdock::formats
