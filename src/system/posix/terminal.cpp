#include "system/terminal.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "system/posix/system_call.h"

namespace taskdock::system {

namespace {

constexpr std::array signals = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};

// The modes of the terminal, where the signal handler finds them.
termios typing_shown;
termios typing_hidden;

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

}  // namespace

bool input_is_terminal() noexcept {
  return ::isatty(STDIN_FILENO) != 0;
}

std::optional<char> read_input_byte() {
  for (;;) {
    char c = 0;
    const ssize_t count = ::read(STDIN_FILENO, &c, 1);
    if (count > 0) return c;
    if (count == 0) return std::nullopt;
    if (errno != EINTR) throw_last_error();
  }
}

/// What the signals did before.
struct HiddenTyping::SignalHandlers {
  std::array<struct sigaction, signals.size()> actions{};

  void take_over() {
    for (std::size_t i = 0; i < signals.size(); ++i) {
      handle_next(signals[i], &actions[i]);
      // nohup(1), for one, has signals ignored.
      if (actions[i].sa_handler == SIG_IGN) ::sigaction(signals[i], &actions[i], nullptr);
    }
  }

  ~SignalHandlers() {
    for (std::size_t i = 0; i < signals.size(); ++i) {
      ::sigaction(signals[i], &actions[i], nullptr);
    }
  }
};

HiddenTyping::HiddenTyping() {
  if (::tcgetattr(STDIN_FILENO, &typing_shown) != 0) {
    throw_last_error();
  }
  typing_hidden = typing_shown;
  typing_hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  typing_hidden.c_lflag |= ECHONL;
  before_ = std::make_unique<SignalHandlers>();
  before_->take_over();
  // TCSAFLUSH discards what was typed, visibly, before the question.
  if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &typing_hidden) != 0) {
    throw_last_error();
  }
}

HiddenTyping::~HiddenTyping() {
  // If a signal stops the process from here on, typing stays visible when it continues.
  typing_hidden = typing_shown;
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &typing_shown);
}

}  // namespace taskdock::system
