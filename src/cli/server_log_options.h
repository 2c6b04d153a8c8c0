#pragma once

#include <filesystem>
#include <string>

#include "cli/common_options.h"
#include "cli/option_list.h"

namespace taskdock::cli {

/// --log-level, and where and how the server writes its log.
class ServerLogOptions : public LogOption {
 public:
  void declare(OptionList& list);

  /// Throws WrongValue where the log file is to be in the data directory `data`, under a name that
  /// can be that of one of Taskdock's own files.
  void check(const std::filesystem::path& data) const;

 private:
  std::string file_source_;  // what gave the log file
};

}  // namespace taskdock::cli
