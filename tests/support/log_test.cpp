#include "support/log.h"

#include <doctest/doctest.h>

namespace taskdock::support {

TEST_CASE("support/log: until the log is started nothing is logged, and logging is harmless") {
  for (const LogLevel level :
       {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
    CHECK_FALSE(logs(level));
    log(level, "to nobody");
  }
}

}  // namespace taskdock::support
