#include "system/stop_events.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <thread>
#include <utility>

#include "system/posix/process_state.h"
#include "system/posix/system_call.h"

namespace taskdock::system {

namespace {

/// `descriptor`, or throws the reason why there is none.
int require_open(int descriptor, const char* what) {
  if (descriptor < 0) throw_last_error(what);
  return descriptor;
}

sigset_t stop_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  // nohup(1) ignores it, so that the end of a terminal does not matter. What is blocked would come
  // all the same (signal(7)).
  struct sigaction hangup {};
  if (::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
    ::sigaddset(&signals, SIGHUP);
  }
  return signals;
}

int open_signals() {
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return require_open(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

}  // namespace

InputKind standard_input_kind() {
  struct stat status {};
  if (::fstat(STDIN_FILENO, &status) != 0) return InputKind::null;
  if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) return InputKind::stream;
  if (::isatty(STDIN_FILENO) != 0) return InputKind::terminal;
  // The null device has these numbers on every Linux system (null(4)).
  const bool is_null = S_ISCHR(status.st_mode) && status.st_rdev == ::makedev(1, 3);
  return is_null ? InputKind::null : InputKind::other;
}

struct StopEvents::State {
  explicit State(Watched of) : watched(std::move(of)) {
    add(wake, POLLIN, Event::woken);
    add(signals, POLLIN, Event::signal);
    // A pipe ends by POLLHUP, which is always reported, a socket by POLLRDHUP (poll(2)). Both come
    // even if there is something left to read.
    if (watched.input) add(STDIN_FILENO, POLLRDHUP, Event::input_ended);
    for (const Process& process : watched.processes) {
      add(process.state_->descriptor, POLLIN, Event::process_ended);
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    ::close(signals);
    ::close(wake);
  }

  void add(int descriptor, short events, Event event) {
    sources.push_back({.fd = descriptor, .events = events, .revents = 0});
    meanings.push_back(event);
  }

  const Watched watched;
  const int wake = require_open(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
  const int signals = open_signals();
  std::vector<pollfd> sources;
  std::vector<Event> meanings;  // of each source
};

StopEvents::StopEvents(Watched watched) : state_(std::make_unique<State>(std::move(watched))) {}
StopEvents::~StopEvents() = default;

StopEvents::Event StopEvents::wait() {
  std::vector<pollfd>& sources = state_->sources;
  for (;;) {
    if (::poll(sources.data(), sources.size(), -1) < 0) {
      // The system is short of memory, most likely, and may have some again soon.
      if (errno != EINTR) std::this_thread::sleep_for(std::chrono::milliseconds(100));
      continue;
    }
    for (std::size_t source = 0; source < sources.size(); ++source) {
      if (sources[source].revents == 0) continue;
      const Event event = state_->meanings[source];
      if (event == Event::woken) {
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t taken = ::read(state_->wake, &count, sizeof(count));
      } else {
        sources[source].fd = -1;  // poll(2) skips it from now on
      }
      return event;
    }
  }
}

void StopEvents::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(state_->wake, &one, sizeof(one));
}

}  // namespace taskdock::system
