#include "system/inherited_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <system_error>

namespace taskdock::system {

namespace {

/// A pipe with `text` in it, whose other end is closed if `ends`; returns the end to read from, and
/// the other in `writer`.
int pipe_with(const std::string& text, bool ends, int& writer) {
  std::array<int, 2> ends_of_pipe{};
  REQUIRE(::pipe2(ends_of_pipe.data(), O_CLOEXEC) == 0);
  REQUIRE(::write(ends_of_pipe[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  writer = ends_of_pipe[1];
  if (ends) ::close(writer);
  return ends_of_pipe[0];
}

}  // namespace

TEST_CASE("system/inherited_file: a line ends with a line feed, the file, or at the maximum") {
  struct Row {
    std::string text;
    bool ends;
    std::string line;
  };
  for (const Row& row : {Row{"secret\nmore\n", false, "secret"},
                         {"\nmore", false, ""},
                         {"secret", true, "secret"},
                         {"", true, ""},
                         {"0123456789abcdef", false, "0123456789"}}) {
    CAPTURE(row.text);
    int writer = -1;
    const int reader = pipe_with(row.text, row.ends, writer);
    CHECK(read_inherited_line(reader, 10) == row.line);
    CHECK(::fcntl(reader, F_GETFD) == -1);  // closed
    if (!row.ends) ::close(writer);
  }
}

TEST_CASE("system/inherited_file: what comes after the line is left for others") {
  int writer = -1;
  const int reader = pipe_with("secret\nmore", true, writer);
  const int also_reader = ::dup(reader);
  CHECK(read_inherited_line(reader, 4096) == "secret");
  std::array<char, 16> rest{};
  CHECK(::read(also_reader, rest.data(), rest.size()) == 4);
  CHECK(std::string(rest.data()) == "more");
  ::close(also_reader);
}

TEST_CASE("system/inherited_file: a descriptor that is not open, or has no bytes, is an error") {
  CHECK_THROWS_AS(read_inherited_line(1'000'000, 10), std::system_error);
  CHECK_THROWS_AS(read_inherited_line(::open("/", O_RDONLY | O_CLOEXEC), 10), std::system_error);
}

}  // namespace taskdock::system
