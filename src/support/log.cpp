#include "support/log.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "support/json_writer.h"
#include "support/rotating_file.h"
#include "system/file_status.h"
#include "system/standard_streams.h"

namespace taskdock::support {

namespace {

// How each line is made of a payload, which log() makes.
constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%fZ %l %v";
constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})";

LogFormat current_format = LogFormat::text;

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

/// The members of a line's JSON object from the message on.
std::string to_json_members(std::string_view message, std::initializer_list<LogField> fields) {
  std::string json = R"("message":)";
  append_json_string(json, message);
  for (const LogField& field : fields) {
    json += ",\"";
    json += field.name;
    json += "\":";
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      append_json_string(json, *text);
    } else {
      json += std::to_string(std::get<std::int64_t>(field.value));
    }
  }
  return json;
}

std::string to_payload(std::string_view message, std::initializer_list<LogField> fields) {
  return current_format == LogFormat::json ? to_json_members(message, fields)
                                           : std::string(message);
}

/// Writes to standard error, with one system call for many lines when they come fast: one for each
/// request would cost more than the request's own queries. If the reader stalls, lines are dropped;
/// the logging thread never waits.
class StandardErrorSink final : public spdlog::sinks::base_sink<std::mutex> {
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
    const std::size_t written =
        system::write_to_standard_error({gathered_.data(), gathered_.size()});
    std::move(gathered_.begin() + written, gathered_.end(), gathered_.begin());
    gathered_.resize(gathered_.size() - written);
    if (gathered_.size() == 0 && dropped_ > 0) {
      const std::string payload = to_payload(std::to_string(std::exchange(dropped_, 0)) +
                                                 " lines of the log were dropped: it was not read",
                                             {});
      formatter_->format({"taskdock", spdlog::level::warn, payload}, gathered_);
    }
  }

 private:
  static constexpr std::size_t enough_gathered = 32 * 1024;
  static constexpr std::size_t max_gathered = 256 * 1024;
  static constexpr std::chrono::milliseconds pause{20};

  spdlog::memory_buf_t gathered_;
  std::uint64_t dropped_ = 0;
  spdlog::log_clock::time_point last_write_{};
};

/// Writes to a log file. After a failure, such as a full disk, it makes a new attempt each second.
class FileSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  /// Throws std::runtime_error if the file cannot be written.
  explicit FileSink(LogFile file) : file_(std::move(file)) {
    const auto status = system::file_status(file_.path);
    if (status && status->kind != system::FileStatus::Kind::regular) {
      throw std::runtime_error(file_.path.string() + ": the log file is not a regular file");
    }
    try {
      open_.emplace(file_);
    } catch (const std::exception& error) {
      throw std::runtime_error(file_.path.string() +
                               ": the log file cannot be written: " + error.what());
    }
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (!is_open()) {
      ++lost_;
      return;
    }
    try {
      write(message);
      if (message.level >= spdlog::level::warn) open_->flush();
    } catch (const std::exception& error) {
      fail(error.what());
    }
  }

  void flush_() override {
    if (!open_) return;
    try {
      open_->flush();
    } catch (const std::exception& error) {
      fail(error.what());
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// Opens the file again if that is due; whether it is open.
  bool is_open() {
    if (open_ || Clock::now() < next_attempt_) return open_.has_value();
    try {
      open_.emplace(file_);
      write_lost();
    } catch (const std::exception& error) {
      open_.reset();
      fail(error.what());
    }
    return open_.has_value();
  }

  void write_lost() {
    const std::string payload =
        to_payload(std::to_string(lost_) + " lines of the log were lost", {});
    write({"taskdock", spdlog::level::warn, payload});
    open_->flush();
    lost_ = 0;
    is_reported_ = false;
  }

  void write(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    open_->write(line);
  }

  void fail(const char* reason) {
    if (open_) lost_ += open_->pending();
    open_.reset();
    next_attempt_ = Clock::now() + std::chrono::seconds(1);
    if (std::exchange(is_reported_, true)) return;
    system::write_to_standard_error("taskdock: " + file_.path.string() +
                                    ": the log file cannot be written: " + reason +
                                    "; lines are lost until it can be\n");
  }

  const LogFile file_;
  std::optional<RotatingFile> open_;  // nothing after a failure
  Clock::time_point next_attempt_{};
  std::uint64_t lost_ = 0;    // lines
  bool is_reported_ = false;  // the failure that is going on, on standard error
};

std::shared_ptr<spdlog::sinks::sink> make_sink(const LogOptions& options) {
  if (options.file.path.empty()) return std::make_shared<StandardErrorSink>();
  return std::make_shared<FileSink>(options.file);
}

}  // namespace

void start_log(const LogOptions& options) {
  current_format = options.format;
  auto logger = std::make_shared<spdlog::logger>("taskdock", make_sink(options));
  logger->set_pattern(options.format == LogFormat::json ? json_pattern : text_pattern,
                      spdlog::pattern_time_type::utc);
  logger->set_level(to_spdlog(options.level));
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

void log(LogLevel level, std::string_view message,
         std::initializer_list<LogField> fields) noexcept {
  if (!logs(level)) return;
  try {
    if (current_format == LogFormat::text) {
      spdlog::default_logger_raw()->log(to_spdlog(level),
                                        spdlog::string_view_t(message.data(), message.size()));
    } else {
      spdlog::default_logger_raw()->log(to_spdlog(level), to_json_members(message, fields));
    }
  } catch (const std::exception&) {
    // There is no memory for the line.
  }
}

}  // namespace taskdock::support
