#pragma once

#include "cli/options.h"

namespace taskdock::cli {

/// Serves until SIGINT or SIGTERM, then finishes what is in flight and returns 0. Says on standard
/// output, in one line, where it listens, once it does. Returns 1 if it stopped by itself. Throws
/// std::exception, with what to do, if it cannot start.
int serve(const Options& options);

}  // namespace taskdock::cli
