#include "cli/cli.h"

#include <cstdio>
#include <exception>
#include <variant>

#include "cli/options.h"
#include "cli/serve.h"
#include "cli/user_command.h"
#include "support/log.h"
#include "support/text.h"

namespace taskdock::cli {

namespace {

int run_command(int argc, char** argv) {
  const auto parsed = parse_options(argc, argv);
  if (const auto* exit = std::get_if<Exit>(&parsed)) return exit->status;
  const auto& options = std::get<Options>(parsed);
  if (options.command == Command::serve) return serve(options);
  run_user_command(options);
  return 0;
}

/// Says what is wrong in one line, whatever the values that it quotes are made of.
void complain(const std::exception& error) {
  std::fprintf(stderr, "taskdock: %s\n", support::printable(error.what()).c_str());
}

}  // namespace

int run(int argc, char** argv) {
  int status = 1;
  try {
    status = run_command(argc, argv);
  } catch (const WrongValue& error) {
    complain(error);
    status = 2;
  } catch (const std::exception& error) {
    complain(error);
  }
  support::finish_log();
  return status;
}

}  // namespace taskdock::cli
