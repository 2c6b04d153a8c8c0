#pragma once

#include <cstddef>
#include <string>

#include "cli/common_options.h"
#include "cli/option_list.h"
#include "support/log.h"

namespace taskdock::cli {

/// --log-level, and where and how the server writes its log.
class ServerLogOptions {
 public:
  void declare(OptionList& list);

  /// Starts the log. Throws Failure, which names the log file, where it cannot be written.
  void start() const;

 private:
  LogOption level_;
  support::LogFormat format_ = support::LogFormat::text;
  std::string file_;  // empty: standard error
  std::size_t max_size_mib_ = 10;
  std::size_t keep_ = 5;
};

}  // namespace taskdock::cli
