#pragma once

#include <optional>

#include "api/errors.h"

namespace taskdock::api {

/// The error that a client is told when the exception that is being handled means that its request
/// is refused; nothing if it means something else. To be called in a catch block.
std::optional<ApiError> current_refusal();

}  // namespace taskdock::api
