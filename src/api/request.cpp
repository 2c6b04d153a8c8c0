#include "api/request.h"

#include "support/text.h"

namespace taskdock::api {

std::optional<std::string> Request::header(std::string_view name) const {
  std::optional<std::string> found;
  for (const Header& candidate : headers) {
    if (!support::equals_ignoring_case(candidate.name, name)) continue;
    if (found) {
      found->append(", ").append(candidate.value);
    } else {
      found = candidate.value;
    }
  }
  return found;
}

bool Request::is_preflight() const {
  return method == "OPTIONS" && header("Access-Control-Request-Method").has_value();
}

void Request::log_failure(support::LogLevel level, std::string_view what) const {
  if (!support::logs(level)) return;
  support::log(level, std::string(what).append(" from ").append(client_address),
               {{"request_id", id}, {"client", client_address}});
}

void Request::log_cause(std::string_view cause) const {
  support::log(support::LogLevel::error,
               std::string("request ").append(id).append(": ").append(cause),
               {{"request_id", id}, {"client", client_address}});
}

}  // namespace taskdock::api
