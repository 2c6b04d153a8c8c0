#include "cli/service_notifier.h"

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "support/log.h"

namespace taskdock::cli {

namespace {

// A service manager that asks for less would keep a core busy.
constexpr std::chrono::milliseconds min_pause{1};

/// Does not throw: only a line of the log is lost if there is no memory for it.
void warn(std::string_view what, std::string_view about, std::string_view reason) noexcept {
  try {
    std::string line(what);
    line += about;
    line += ": ";
    line += reason;
    support::log(support::LogLevel::warning, line);
  } catch (const std::bad_alloc&) {
  }
}

}  // namespace

ServiceNotifier::ServiceNotifier(const system::ServiceManager& manager, std::function<void()> check)
    : manager_(manager), check_(std::move(check)) {
  for (const std::string& sentence : manager.ignored()) {
    support::log(support::LogLevel::warning, sentence);
  }
}

ServiceNotifier::~ServiceNotifier() {
  {
    const support::MutexLock lock(mutex_);
    ended_ = true;
  }
  change_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void ServiceNotifier::ready() {
  bool is_sent = false;
  {
    const support::MutexLock lock(mutex_);
    is_sent = stopping_ || send("READY=1");
  }
  if (is_sent && !manager_.watchdog_timeout()) return;
  thread_ = std::thread([this, is_sent] { follow_up(is_sent); });
}

void ServiceNotifier::stopping() noexcept {
  const support::MutexLock lock(mutex_);
  stopping_ = true;
  send("STOPPING=1");
}

void ServiceNotifier::follow_up(bool is_ready_sent) noexcept {
  if (!is_ready_sent) send_ready_late();
  if (const auto timeout = manager_.watchdog_timeout()) serve_watchdog(*timeout);
}

void ServiceNotifier::send_ready_late() noexcept {
  // A service manager that is busy has room soon; for one that never reads, each try is a waste.
  constexpr Pause max_pause = std::chrono::seconds(10);
  for (Pause pause = std::chrono::milliseconds(50); wait(pause);
       pause = std::min(2 * pause, max_pause)) {
    const support::MutexLock lock(mutex_);
    if (stopping_ || send("READY=1")) return;
  }
}

void ServiceNotifier::serve_watchdog(Pause timeout) noexcept {
  // Half of the time is what sd_watchdog_enabled(3) recommends. A check that fails is repeated
  // within it, so that one which fails only for a moment does not end the server.
  const Pause pause = std::max<Pause>(timeout / 2, min_pause);
  const Pause short_pause = std::max<Pause>(timeout / 20, min_pause);
  while (wait(fails_ ? short_pause : pause)) {
    if (!works()) continue;
    const support::MutexLock lock(mutex_);
    send("WATCHDOG=1");
  }
}

bool ServiceNotifier::works() noexcept {
  try {
    check_();
    fails_ = false;
  } catch (const std::exception& error) {
    if (!std::exchange(fails_, true)) {
      warn("the service manager is not told ", "WATCHDOG=1", error.what());
    }
  }
  return !fails_;
}

bool ServiceNotifier::send(const char* message) noexcept {
  const std::error_code error = manager_.send(message);
  if (error && !std::exchange(is_unheard_, true)) {
    warn("the service manager cannot be told ", message, error.message());
  }
  if (!error) is_unheard_ = false;
  return error != std::errc::operation_would_block;
}

bool ServiceNotifier::wait(Pause pause) noexcept {
  const auto end = std::chrono::steady_clock::now() + pause;
  support::MutexLock lock(mutex_);
  while (!ended_ && lock.wait_until(change_, end)) {
  }
  return !ended_;
}

}  // namespace taskdock::cli
