#pragma once

#include <memory>

#include "cli/command.h"

namespace taskdock::cli {

/// The command that the command line asks for, with its options read: a flag wins over its
/// environment variable. Nothing where the help or the version was asked for, which is printed.
/// Throws WrongValue, which names what was given, what gave it, and what would do.
std::unique_ptr<Command> read_command_line(int argc, char** argv);

}  // namespace taskdock::cli
