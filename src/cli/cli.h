#pragma once

namespace taskdock::cli {

/// Runs the command line; returns the exit status.
int run(int argc, char** argv);

}  // namespace taskdock::cli
