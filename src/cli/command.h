#pragma once

#include <memory>
#include <vector>

#include "cli/failure.h"
#include "cli/option_list.h"

namespace taskdock::cli {

/// One command of the command line. Its options and arguments are read into its members.
class Command {
 public:
  virtual ~Command() = default;

  /// Adds its options and arguments to `list`; each is read into a member before run().
  virtual void declare(OptionList& list) = 0;

  /// Executes the command. Throws Failure, or another std::exception for ExitStatus::failed, whose
  /// text says what to do.
  virtual ExitStatus run() = 0;
};

/// How a command is called, and how it is made.
struct CommandEntry {
  const char* name;  // one word, or two: that of its group first
  const char* description;
  std::unique_ptr<Command> (*make)();
};

/// A word before the names of several commands.
struct CommandGroup {
  const char* name;
  const char* description;
};

/// Every command. The first one is run where none is named.
const std::vector<CommandEntry>& all_commands();
const std::vector<CommandGroup>& all_command_groups();

}  // namespace taskdock::cli
