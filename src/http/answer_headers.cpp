#include "http/answer_headers.h"

#include <algorithm>

#include "api/routes.h"
#include "support/text.h"

namespace taskdock::http {

namespace {

bool has(const api::ResponseHeaders& headers, std::string_view name) {
  return std::ranges::any_of(headers, [name](const auto& header) {
    return support::equals_ignoring_case(header.first, name);
  });
}

bool is_private(std::string_view path, int status) {
  return status >= 400 || api::is_api_path(path);
}

}  // namespace

void add_general_headers(std::string_view path, api::Response& answer) {
  api::ResponseHeaders& headers = answer.headers;
  headers.reserve(headers.size() + 3);
  if (is_private(path, answer.status) && !has(headers, "Cache-Control")) {
    headers.emplace_back("Cache-Control", "no-store");
  }
  if (answer.body.empty() && answer.shared.bytes.empty() && !answer.stream) return;
  if (!has(headers, "Content-Type")) headers.emplace_back("Content-Type", "application/json");
  headers.emplace_back("X-Content-Type-Options", "nosniff");
}

}  // namespace taskdock::http
