#pragma once

#include "testing/process.h"

/// The launch token of the servers that tests start as a program does that starts one for itself.
namespace taskdock::testing {

inline const std::string launch_token = "three-grey-geese_0123456789ABCDEF";
inline const Process::Strings launch_environment = {"TASKDOCK_LAUNCH_TOKEN=" + launch_token};

}  // namespace taskdock::testing
