#include "cli/stop_watch.h"

#include <cstdlib>
#include <utility>

namespace taskdock::cli {

namespace {

StopReason reason_of(system::StopEvents::Event event) {
  using Event = system::StopEvents::Event;
  switch (event) {
    case Event::signal:
      return StopReason::signal;
    case Event::input_ended:
      return StopReason::input;
    case Event::process_ended:
      return StopReason::parent;
    case Event::woken:
      break;
  }
  return StopReason::request;
}

}  // namespace

StopWatch::StopWatch(system::StopEvents::Watched watched, const Announcements& announcements)
    : announcements_(announcements), events_(std::move(watched)), thread_([this] { wait(); }) {}

StopWatch::~StopWatch() {
  {
    const support::MutexLock lock(mutex_);
    has_ended_ = true;
  }
  events_.wake();
  thread_.join();
}

StopWatch::Call::Call(StopWatch& watch, Stop stop) : watch_(watch) {
  watch_.call(std::move(stop));
}

StopWatch::Call::~Call() {
  watch_.call([](StopReason) {});
}

void StopWatch::request() noexcept {
  is_requested_ = true;
  events_.wake();
}

void StopWatch::call(Call::Stop stop) {
  const support::MutexLock lock(mutex_);
  stop_ = std::move(stop);
}

void StopWatch::wait() {
  for (;;) {
    const system::StopEvents::Event event = events_.wait();
    const support::MutexLock lock(mutex_);
    if (has_ended_) return;
    const bool is_reason = event != system::StopEvents::Event::woken || is_requested_;
    if (!is_reason || is_stopping_) continue;
    is_stopping_ = true;
    const StopReason reason = reason_of(event);
    announcements_.stopping(reason);
    if (!stop_) std::_Exit(0);
    stop_(reason);
  }
}

}  // namespace taskdock::cli
