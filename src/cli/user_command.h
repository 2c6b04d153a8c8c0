#pragma once

#include "cli/options.h"

namespace taskdock::cli {

/// Does what `options` ask for with the users of a data directory that no server is using. Throws
/// WrongValue for what sign-up would not take either, and std::exception, with what to do, if it
/// cannot be done; then nothing has changed.
void run_user_command(const Options& options);

}  // namespace taskdock::cli
