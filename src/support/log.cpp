#include "support/log.h"

#include <limits.h>
#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace taskdock::support {

namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      break;
  }
  return spdlog::level::off;
}

/// Writes to standard error, with one write(2) for many lines when they come fast: a system call
/// for each request would cost more than the request's own queries. If the reader stalls, lines are
/// dropped; the logging thread never waits.
class GatheringSink final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (gathered_.size() >= max_gathered) {
      ++dropped_;
    } else {
      formatter_->format(message, gathered_);
    }
    if (message.level >= spdlog::level::warn || gathered_.size() >= enough_gathered ||
        message.time - last_write_ >= pause) {
      last_write_ = message.time;
      flush_();
    }
  }

  void flush_() override {
    std::size_t written = 0;
    while (written < gathered_.size() && is_writable()) {
      // A pipe that is writable takes this much without blocking (POSIX, write()).
      const std::size_t size = std::min<std::size_t>(gathered_.size() - written, PIPE_BUF);
      const ssize_t result = ::write(STDERR_FILENO, gathered_.data() + written, size);
      if (result < 0 && (errno == EAGAIN || errno == EINTR)) break;  // later
      if (result < 0) {  // no reader, or the disk is full
        written = gathered_.size();
        break;
      }
      written += static_cast<std::size_t>(result);
    }
    std::move(gathered_.begin() + written, gathered_.end(), gathered_.begin());
    gathered_.resize(gathered_.size() - written);
    if (gathered_.size() == 0 && dropped_ > 0) {
      const std::string line = std::to_string(std::exchange(dropped_, 0)) +
                               " lines of the log were dropped: it was not read\n";
      gathered_.append(line.data(), line.data() + line.size());
    }
  }

 private:
  static constexpr std::size_t enough_gathered = 32 * 1024;
  static constexpr std::size_t max_gathered = 256 * 1024;
  static constexpr std::chrono::milliseconds pause{20};

  static bool is_writable() {
    pollfd file{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
    return ::poll(&file, 1, 0) == 1;
  }

  spdlog::memory_buf_t gathered_;
  std::uint64_t dropped_ = 0;
  spdlog::log_clock::time_point last_write_{};
};

}  // namespace

void start_log(LogLevel level) {
  auto logger = std::make_shared<spdlog::logger>("taskdock", std::make_shared<GatheringSink>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %l %v", spdlog::pattern_time_type::utc);
  logger->set_level(to_spdlog(level));
  spdlog::set_default_logger(std::move(logger));
  spdlog::flush_every(std::chrono::seconds(1));
}

void finish_log() {
  // shutdown() drops the logger with all it has gathered.
  if (spdlog::logger* logger = spdlog::default_logger_raw()) logger->flush();
  spdlog::shutdown();
}

bool logs(LogLevel level) {
  const spdlog::logger* logger = spdlog::default_logger_raw();
  return logger && logger->should_log(to_spdlog(level));
}

void log(LogLevel level, std::string_view message) noexcept {
  if (!logs(level)) return;
  spdlog::default_logger_raw()->log(to_spdlog(level),
                                    spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace taskdock::support
