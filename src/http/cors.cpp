#include "http/cors.h"

#include <algorithm>
#include <utility>

#include "api/routes.h"

namespace taskdock::http {

Cors::Cors(std::vector<std::string> origins)
    : origins_(std::move(origins)), exposed_headers_(api::exposed_headers(api::routes())) {}

bool Cors::allows(std::string_view origin) const {
  return std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

void Cors::add_headers(std::string_view origin, bool is_preflight, api::Response& response) const {
  api::ResponseHeaders& headers = response.headers;
  // A cache must not give the answer for one origin to another, or to a request without an origin.
  headers.emplace_back("Vary", "Origin");
  if (!allows(origin)) {
    if (is_preflight) {
      std::erase_if(headers,
                    [](const auto& header) { return header.first.starts_with("Access-Control-"); });
    }
    return;
  }
  headers.emplace_back("Access-Control-Allow-Origin", origin);
  // Bearer tokens need no credentials mode, but published clients ask for it.
  headers.emplace_back("Access-Control-Allow-Credentials", "true");
  if (is_preflight) {
    headers.emplace_back("Access-Control-Max-Age", "600");
  } else {
    headers.emplace_back("Access-Control-Expose-Headers", exposed_headers_);
  }
}

}  // namespace taskdock::http
