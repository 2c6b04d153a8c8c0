#include "cli/cli.h"

#include <cstdio>
#include <exception>
#include <variant>

#include "cli/options.h"
#include "cli/serve.h"
#include "support/log.h"

namespace taskdock::cli {

int run(int argc, char** argv) {
  const auto parsed = parse_options(argc, argv);
  if (const auto* exit = std::get_if<Exit>(&parsed)) return exit->status;
  int status = 1;
  try {
    status = serve(std::get<Options>(parsed));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "taskdock: %s\n", error.what());
  }
  support::finish_log();
  return status;
}

}  // namespace taskdock::cli
