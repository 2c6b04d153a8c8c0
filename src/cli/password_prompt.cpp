#include "cli/password_prompt.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>

#include "api/account_types.h"
#include "cli/failure.h"

namespace taskdock::cli {

namespace {

// More than the longest password has in UTF-8.
constexpr std::size_t max_bytes = 1024;

// The modes of the terminal, where the signal handler finds them.
termios typing_shown;
termios typing_hidden;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void handle_next(int signal, struct sigaction* before);

/// Lets the signal do what it does without us, with typing shown. Everything here may be called in
/// a handler (signal-safety(7)).
void on_signal(int signal) {
  const int error = errno;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &typing_shown);
  ::raise(signal);
  // The process was stopped, and is continued.
  handle_next(signal, nullptr);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &typing_hidden);
  errno = error;
}

/// Has on_signal() called the next time `signal` comes, and only then: raised again it ends or
/// stops the process.
void handle_next(int signal, struct sigaction* before) {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_NODEFER | SA_RESTART;
  ::sigaction(signal, &action, before);
}

/// While this exists the terminal does not show what is typed, unless a signal ends or stops the
/// process.
class HiddenTyping {
 public:
  HiddenTyping() {
    if (::tcgetattr(STDIN_FILENO, &typing_shown) != 0) {
      fail("the terminal cannot be set up for a password");
    }
    typing_hidden = typing_shown;
    typing_hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    typing_hidden.c_lflag |= ECHONL;  // but the end of a line is shown
    for (std::size_t i = 0; i < signals.size(); ++i) {
      handle_next(signals[i], &before_[i]);
      // nohup(1), for one, has signals ignored.
      if (before_[i].sa_handler == SIG_IGN) ::sigaction(signals[i], &before_[i], nullptr);
    }
    // TCSAFLUSH discards what was typed, visibly, before the question.
    if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &typing_hidden) != 0) {
      restore_signals();
      fail("the terminal cannot be set up for a password");
    }
  }
  HiddenTyping(const HiddenTyping&) = delete;
  HiddenTyping& operator=(const HiddenTyping&) = delete;
  ~HiddenTyping() {
    // If a signal stops the process from here on, typing stays visible when it continues.
    typing_hidden = typing_shown;
    // What is left of a long answer must not end up in a shell.
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &typing_shown);
    restore_signals();
  }

 private:
  static constexpr std::array signals = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};

  void restore_signals() {
    for (std::size_t i = 0; i < signals.size(); ++i) {
      ::sigaction(signals[i], &before_[i], nullptr);
    }
  }

  std::array<struct sigaction, signals.size()> before_{};
};

/// The next line of standard input, without its end; nothing if there is none.
std::optional<std::string> read_line() {
  std::string line;
  for (;;) {
    char c = 0;
    const ssize_t count = ::read(STDIN_FILENO, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("the password cannot be read from standard input");
    if (count == 0 && line.empty()) return std::nullopt;
    if (count == 0 || c == '\n') break;
    if (line.size() == max_bytes) {
      throw WrongValue("the password is too long: it may have at most " +
                       std::to_string(api::new_password.max) + " characters");
    }
    line += c;
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::optional<std::string> ask(const std::string& question) {
  std::fprintf(stderr, "%s: ", question.c_str());
  auto line = read_line();
  if (!line) std::fputc('\n', stderr);  // a line brings its own
  return line;
}

std::optional<std::string> ask_twice(const std::string& email) {
  const HiddenTyping hidden;
  auto password = ask("New password for " + email);
  if (password && ask("Repeat the password") != password) {
    throw WrongValue("the two passwords are not the same");
  }
  return password;
}

}  // namespace

std::string read_new_password(const std::string& email) {
  auto password = ::isatty(STDIN_FILENO) != 0 ? ask_twice(email) : read_line();
  if (!password) {
    throw WrongValue("no password was given on standard input: its first line is the password");
  }
  return std::move(*password);
}

}  // namespace taskdock::cli
