#include "cli/cli.h"

#include <cstdio>
#include <exception>

#include "cli/announcements.h"
#include "cli/command_line.h"
#include "cli/standard_streams.h"
#include "support/log.h"
#include "support/text.h"
#include "system/process_setup.h"

namespace taskdock::cli {

namespace {

/// Prints what is wrong in one line, even if it quotes values with control characters.
void complain(const std::exception& error) {
  std::fprintf(stderr, "taskdock: %s\n", support::printable(error.what()).c_str());
}

ExitStatus run_command(int argc, char** argv) {
  try {
    open_standard_descriptors();
    system::survive_file_size_limit();
    const std::unique_ptr<Command> command = read_command_line(argc, argv);
    return command ? command->run() : ExitStatus::done;
  } catch (const std::exception& error) {
    complain(error);
    if (wants_events(argc, argv)) announce_failure(error);
    const auto* failure = dynamic_cast<const Failure*>(&error);
    return failure ? failure->status() : ExitStatus::failed;
  }
}

}  // namespace

int run(int argc, char** argv) {
  const ExitStatus status = run_command(argc, argv);
  support::finish_log();
  return static_cast<int>(status);
}

}  // namespace taskdock::cli
