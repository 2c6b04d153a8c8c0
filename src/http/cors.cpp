#include "http/cors.h"

#include <algorithm>
#include <utility>

namespace taskdock::http {

Cors::Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

bool Cors::allows(std::string_view origin) const {
  return std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

void Cors::add_headers(std::string_view origin, bool is_preflight, api::Response& response) const {
  api::ResponseHeaders& headers = response.headers;
  // A cache must not give one origin's answer to another, nor to none.
  headers.emplace_back("Vary", "Origin");
  if (!allows(origin)) return;

  headers.emplace_back("Access-Control-Allow-Origin", origin);
  // Bearer tokens need no credentials mode, but published clients ask for it.
  headers.emplace_back("Access-Control-Allow-Credentials", "true");
  if (is_preflight) {
    const auto allow = std::find_if(headers.begin(), headers.end(),
                                    [](const auto& header) { return header.first == "Allow"; });
    if (allow != headers.end()) {
      headers.emplace_back("Access-Control-Allow-Methods", std::string(allow->second));
    }
    headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type");
    headers.emplace_back("Access-Control-Max-Age", "600");
  } else {
    headers.emplace_back("Access-Control-Expose-Headers",
                         "Location, Retry-After, WWW-Authenticate, X-Request-Id");
  }
}

}  // namespace taskdock::http
