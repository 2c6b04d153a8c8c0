#include "cli/password_prompt.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>

#include "cli/outcome.h"
#include "system/file_descriptor.h"
#include "testing/account.h"
#include "testing/client.h"

namespace taskdock::testing {

namespace {

/// A terminal that a process reads from, and somebody types at.
class Terminal {
 public:
  Terminal() {
    int ours = -1;
    int theirs = -1;
    std::array<char, 256> name{};
    REQUIRE(::openpty(&ours, &theirs, name.data(), nullptr, nullptr) == 0);
    ours_ = system::FileDescriptor(ours);
    theirs_ = system::FileDescriptor(theirs);
    name_ = name.data();
    ::fcntl(ours, F_SETFL, O_NONBLOCK);
    ::fcntl(ours, F_SETFD, FD_CLOEXEC);
    ::fcntl(theirs, F_SETFD, FD_CLOEXEC);
  }

  const std::string& name() const { return name_; }

  void type(const std::string& text) {
    REQUIRE(::write(ours_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }

  bool shows_typing() const {
    termios modes{};
    REQUIRE(::tcgetattr(theirs_.get(), &modes) == 0);
    return (modes.c_lflag & ECHO) != 0;
  }

  /// What it has shown of what was typed, and not yet been asked for.
  std::string shown() {
    std::array<char, 4096> bytes{};
    const ssize_t count = ::read(ours_.get(), bytes.data(), bytes.size());
    return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string();
  }

  /// Waits until it has shown `text`; whether it has, and nothing else.
  bool comes_to_show(const std::string& text) {
    std::string all;
    return becomes_true([&] { return (all += shown()) == text; });
  }

 private:
  system::FileDescriptor ours_;
  system::FileDescriptor theirs_;
  std::string name_;
};

/// `taskdock user add` on a data directory and at a terminal of its own.
struct Dialogue {
  TemporaryDirectory data;
  Terminal terminal;
  const bool shows_typing_before = terminal.shows_typing();
  Process process{
      {"user", "add", account_email, "--data", data.path().string()}, {}, terminal.name()};

  void wait_for(const std::string& question) {
    REQUIRE(becomes_true([&] { return contains(process.errors(), question); }));
    CHECK_FALSE(terminal.shows_typing());
  }

  bool has_added_nobody() const {
    return run_with_input({}, {"user", "list", "--data", data.path().string()}).output.empty();
  }

  void answer_both(const std::string& first, const std::string& second) {
    wait_for("New password for " + account_email + ": ");
    terminal.type(first);
    wait_for("Repeat the password: ");
    terminal.type(second);
  }
};

}  // namespace

TEST_CASE("cli/password_prompt: a terminal is asked twice and shows nothing of the password") {
  Dialogue dialogue;
  CHECK(dialogue.shows_typing_before);
  dialogue.answer_both(account_password + '\n', account_password + '\n');
  const Finished finished = dialogue.process.wait();
  CHECK(finished.status == 0);
  CHECK(finished.output.empty());
  CHECK_FALSE(contains(finished.errors, "horse"));
  CHECK(dialogue.terminal.comes_to_show("\r\n\r\n"));
  CHECK(dialogue.terminal.shows_typing());
  ServerProcess server(dialogue.data.path());
  Client client(server.port());
  const Answer answer =
      client.post("/api/auth/login", {{"email", account_email}, {"password", account_password}});
  CHECK(answer.status == 200);
}

TEST_CASE("cli/password_prompt: two answers that differ are refused") {
  Dialogue dialogue;
  dialogue.answer_both(account_password + '\n', "correct horsf\n");
  const Finished finished = dialogue.process.wait();
  CHECK(finished.status == 2);
  CHECK(finished.errors.ends_with("taskdock: the two passwords are not the same\n"));
  CHECK_FALSE(contains(finished.errors, "hors"));
  CHECK(dialogue.terminal.shows_typing());
  CHECK(dialogue.has_added_nobody());
}

TEST_CASE("cli/password_prompt: a terminal shows typing again when the input ends or is too long") {
  for (const std::string& typed : {std::string("\x04"), std::string(1500, 'h') + '\n'}) {
    Dialogue dialogue;
    dialogue.wait_for("New password");
    dialogue.terminal.type(typed);
    const Finished finished = dialogue.process.wait();
    CHECK(finished.status == 2);
    CHECK(contains(finished.errors, typed == "\x04" ? "\ntaskdock: no password"
                                                    : "too long: it may have at most 128"));
    CHECK(dialogue.terminal.shows_typing());
    CHECK_FALSE(contains(dialogue.terminal.shown(), "h"));
    CHECK(dialogue.has_added_nobody());
  }
}

#if !defined(__SANITIZE_THREAD__)
// Under the thread sanitizer a signal that is raised in a handler never arrives.

TEST_CASE("cli/password_prompt: a terminal shows typing again after Ctrl-C") {
  for (const bool at_the_second : {false, true}) {
    Dialogue dialogue;
    dialogue.wait_for("New password");
    if (at_the_second) {
      dialogue.terminal.type(account_password + '\n');
      dialogue.wait_for("Repeat the password");
    }
    dialogue.terminal.type("correct\x03");
    CHECK(dialogue.process.wait().status == -SIGINT);
    CHECK(dialogue.terminal.shows_typing());
    CHECK_FALSE(contains(dialogue.terminal.shown(), "correct"));
    CHECK(dialogue.has_added_nobody());
  }
}

TEST_CASE(
    "cli/password_prompt: a terminal shows typing again after a signal that ends the process") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    Dialogue dialogue;
    dialogue.wait_for("New password");
    dialogue.process.signal(signal);
    CHECK(dialogue.process.wait().status == -signal);
    CHECK(dialogue.terminal.shows_typing());
  }
}

TEST_CASE("cli/password_prompt: a question that was stopped and continued still shows no typing") {
  constexpr int times = 2;
  const TemporaryDirectory data;
  const TemporaryDirectory marks;
  Terminal terminal;
  // A shell with job control looks after the process, so that Ctrl-Z stops it; each time the shell
  // says so, and waits for a file before it continues the process.
  Process shell({"-m", "-c",
                 "\"$TASKDOCK\" user add " + account_email +
                     "; for i in 1 2; do echo stopped $i >&2; until [ -e \"$MARKS/$i\" ]; do sleep "
                     "0.01; done;"
                     " fg >/dev/null; done; exit $?"},
                {"TASKDOCK_DATA=" + data.path().string(), "MARKS=" + marks.path().string()},
                terminal.name(), "/bin/sh");
  const auto says = [&](const std::string& words) {
    return becomes_true([&] { return contains(shell.errors(), words); });
  };
  REQUIRE(says("New password"));
  for (int i = 1; i <= times; ++i) {
    CHECK_FALSE(terminal.shows_typing());
    terminal.type("\x1a");
    REQUIRE(says("stopped " + std::to_string(i)));
    CHECK(terminal.shows_typing());
    write_file(marks.path() / std::to_string(i), "");
    REQUIRE(becomes_true([&] { return !terminal.shows_typing(); }));
  }
  terminal.type(account_password + '\n');
  REQUIRE(says("Repeat the password"));
  terminal.type(account_password + '\n');
  CHECK(shell.wait().status == 0);
  CHECK(terminal.comes_to_show("\r\n\r\n"));
}

#endif

TEST_CASE("cli/password_prompt: what was typed before the question is no answer") {
  const TemporaryDirectory data;
  Terminal terminal;
  terminal.type("too early\n");
  Process process({"user", "add", account_email, "--data", data.path().string()}, {},
                  terminal.name());
  REQUIRE(becomes_true([&] { return contains(process.errors(), "New password"); }));
  terminal.type(account_password + '\n');
  REQUIRE(becomes_true([&] { return contains(process.errors(), "Repeat the password"); }));
  terminal.type(account_password + '\n');
  CHECK(process.wait().status == 0);
}

TEST_CASE("cli/password_prompt: an email that cannot be added is known before the question") {
  Dialogue dialogue;
  dialogue.answer_both(account_password + '\n', account_password + '\n');
  REQUIRE(dialogue.process.wait().status == 0);
  const Terminal terminal;
  Process process({"user", "add", account_email, "--data", dialogue.data.path().string()}, {},
                  terminal.name());
  const Finished finished = process.wait();
  CHECK(finished.status == 1);
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, "another user"));
}

}  // namespace taskdock::testing
