#pragma once

#include <optional>

#include "api/request.h"
#include "api/response.h"
#include "security/launch_token.h"

namespace taskdock::api {

/// The header that carries the launch token.
inline constexpr std::string_view launch_header = "X-Taskdock-Launch";

/// Lets `request` pass where it has the launch token, as a header or as the cookie that stands for
/// it: then there is nothing to answer. The answer to a visit to /?launch=TOKEN or
/// /app/?launch=TOKEN sets that cookie and leads to the same address without the token. Throws
/// ApiError (403) for any other request.
std::optional<Response> answer_to_launch(const security::LaunchToken& token,
                                         const Request& request);

}  // namespace taskdock::api
