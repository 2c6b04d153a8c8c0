#include "cli/stop_signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace taskdock::cli {

namespace {

sigset_t stop_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  thread_ = std::thread([this] { wait(); });
}

StopSignals::~StopSignals() {
  {
    const support::MutexLock lock(mutex_);
    ended_ = true;
  }
  ::pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
}

StopSignals::Call::Call(StopSignals& signals, std::function<void()> stop) : signals_(signals) {
  signals_.call(std::move(stop));
}

StopSignals::Call::~Call() {
  signals_.call([] {});
}

void StopSignals::call(std::function<void()> stop) {
  const support::MutexLock lock(mutex_);
  stop_ = std::move(stop);
}

void StopSignals::wait() {
  const sigset_t signals = stop_signals();
  for (;;) {
    int signal = 0;
    ::sigwait(&signals, &signal);
    const support::MutexLock lock(mutex_);
    if (ended_) return;
    if (!stop_) ::_exit(0);
    stop_();
  }
}

}  // namespace taskdock::cli
