#pragma once

#include <array>
#include <chrono>
#include <string>

namespace taskdock::support {

/// A moment in UTC, to the microsecond.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Where the time of day comes from; tests bring their own. Any thread may call it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

/// `time` as RFC 3339 in UTC with microseconds: 2026-01-06T10:30:00.123456Z.
/// Defined for the years 0000 to 9999, which the format can express.
std::string format_rfc3339(Timestamp time);
std::array<char, 27> rfc3339_characters(Timestamp time);

/// `time` in the format of HTTP headers (RFC 9110, 5.6.7): Tue, 06 Jan 2026 10:30:00 GMT.
std::string format_http_date(Timestamp time);

}  // namespace taskdock::support
