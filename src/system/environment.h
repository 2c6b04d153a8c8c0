#pragma once

#include <optional>
#include <string>

namespace taskdock::system {

/// The value of the environment variable `name`, which is meant for this process alone: it is
/// removed, so that no process that is started from here gets it, and overwritten in memory, where
/// the system shows it to other processes of the same user, since it may be a secret. Nothing if it
/// is not set. To be called before other threads run.
std::optional<std::string> take_variable(const std::string& name);

}  // namespace taskdock::system
