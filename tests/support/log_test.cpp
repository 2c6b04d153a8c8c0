#include "support/log.h"

#include <doctest/doctest.h>

namespace taskdock::support {

TEST_CASE("support/log: the five levels are known by their names") {
  CHECK(parse_log_level("debug") == LogLevel::debug);
  CHECK(parse_log_level("info") == LogLevel::info);
  CHECK(parse_log_level("warning") == LogLevel::warning);
  CHECK(parse_log_level("error") == LogLevel::error);
  CHECK(parse_log_level("off") == LogLevel::off);
}

TEST_CASE("support/log: nothing else is a level") {
  for (const char* text :
       {"", "Info", "INFO", "warn", "trace", "critical", "info ", " info", "1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_log_level(text));
  }
}

TEST_CASE("support/log: until the log is started nothing is logged, and logging is harmless") {
  for (const LogLevel level :
       {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
    CHECK_FALSE(logs(level));
    log(level, "to nobody");
  }
}

}  // namespace taskdock::support
