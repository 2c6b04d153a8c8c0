#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cli/option_list.h"
#include "system/stop_events.h"

namespace taskdock::cli {

/// --exit-on: whose end is the server's end, too.
class ExitOnOption {
 public:
  void declare(OptionList& list);

  /// What is to be watched, from now on: so call it early. Nothing if the parent has ended already.
  /// Throws WrongValue where something named cannot be watched.
  std::optional<system::StopEvents::Watched> open() const;

 private:
  struct Target {
    enum class Kind { input, parent, process } kind;
    std::int64_t id;     // of the process
    std::string source;  // what gave it
  };

  void read(const Given& given);

  std::vector<Target> targets_;
};

}  // namespace taskdock::cli
