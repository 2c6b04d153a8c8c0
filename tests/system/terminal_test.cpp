// What a signal does while typing is hidden is tested with a real process (cli/password_prompt).

#include "system/terminal.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>
#include <system_error>

#include "system/file_descriptor.h"

namespace taskdock::system {

namespace {

/// Standard input is `file` while this exists.
class StandardInput {
 public:
  explicit StandardInput(int file) : before_(::dup(STDIN_FILENO)) {
    REQUIRE(::dup2(file, STDIN_FILENO) == STDIN_FILENO);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;
  ~StandardInput() { ::dup2(before_.get(), STDIN_FILENO); }

 private:
  FileDescriptor before_;
};

/// Two ends, of a pipe or of a terminal.
struct Ends {
  FileDescriptor typed_at;
  FileDescriptor read_from;
};

Ends open_terminal() {
  int typed_at = -1;
  int read_from = -1;
  REQUIRE(::openpty(&typed_at, &read_from, nullptr, nullptr, nullptr) == 0);
  return {FileDescriptor(typed_at), FileDescriptor(read_from)};
}

Ends open_pipe() {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  return {FileDescriptor(ends[1]), FileDescriptor(ends[0])};
}

void type(const Ends& ends, const std::string& text) {
  REQUIRE(::write(ends.typed_at.get(), text.data(), text.size()) ==
          static_cast<ssize_t>(text.size()));
}

tcflag_t modes_of(const Ends& terminal) {
  termios modes{};
  REQUIRE(::tcgetattr(terminal.read_from.get(), &modes) == 0);
  return modes.c_lflag;
}

/// What `signal` does, as a number.
std::uintptr_t action_of(int signal) {
  struct sigaction action {};
  REQUIRE(::sigaction(signal, nullptr, &action) == 0);
  return reinterpret_cast<std::uintptr_t>(action.sa_handler);
}

}  // namespace

TEST_CASE("system/terminal: a terminal is told from a pipe, and what is typed is read from both") {
  for (const bool is_terminal : {true, false}) {
    Ends ends = is_terminal ? open_terminal() : open_pipe();
    const StandardInput input(ends.read_from.get());
    CHECK(input_is_terminal() == is_terminal);
    type(ends, "ok\n");
    CHECK(read_input_byte() == 'o');
    CHECK(read_input_byte() == 'k');
    CHECK(read_input_byte() == '\n');
    if (is_terminal) {
      type(ends, "\x04");  // what people type for the end
    } else {
      ends.typed_at = FileDescriptor(-1);
    }
    CHECK_FALSE(read_input_byte());
  }
}

TEST_CASE("system/terminal: what cannot be read is told by the system's error") {
  const FileDescriptor directory(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const StandardInput input(directory.get());
  CHECK_THROWS_AS(read_input_byte(), std::system_error);
}

TEST_CASE("system/terminal: typing is hidden for a while, and all is as before afterwards") {
  const Ends terminal = open_terminal();
  const StandardInput input(terminal.read_from.get());
  const tcflag_t before = modes_of(terminal);
  const auto terminated_before = action_of(SIGTERM);
  REQUIRE((before & ECHO) != 0);
  {
    const HiddenTyping hidden;
    CHECK((modes_of(terminal) & ECHO) == 0);
    CHECK((modes_of(terminal) & ECHONL) != 0);
    CHECK(action_of(SIGTERM) != terminated_before);
    type(terminal, "secret, and more\n");
    CHECK(read_input_byte() == 's');
  }
  CHECK(modes_of(terminal) == before);
  CHECK(action_of(SIGTERM) == terminated_before);
  // The rest of the answer is gone.
  type(terminal, "next\n");
  CHECK(read_input_byte() == 'n');
}

TEST_CASE("system/terminal: a signal that was ignored stays so while typing is hidden") {
  const Ends terminal = open_terminal();
  const StandardInput input(terminal.read_from.get());
  const auto before = ::signal(SIGHUP, SIG_IGN);
  {
    const HiddenTyping hidden;
    CHECK(action_of(SIGHUP) == reinterpret_cast<std::uintptr_t>(SIG_IGN));
  }
  ::signal(SIGHUP, before);
}

TEST_CASE("system/terminal: what is no terminal cannot hide what is typed") {
  const Ends pipe = open_pipe();
  const StandardInput input(pipe.read_from.get());
  CHECK_THROWS_AS(HiddenTyping(), std::system_error);
}

}  // namespace taskdock::system
