#include "http/target.h"

#include <algorithm>
#include <optional>

#include "support/text.h"

namespace taskdock::http {

namespace {

/// The byte that `text` begins with in percent-encoding; nothing if it does not.
std::optional<char> encoded_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const int high = support::hex_digit(text[1]);
  const int low = support::hex_digit(text[2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

std::string decode_component(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    const auto byte = encoded_byte(text);
    decoded += byte ? *byte : text[0] == '+' ? ' ' : text[0];
    text.remove_prefix(byte ? 3 : 1);
  }
  return decoded;
}

}  // namespace

std::string decode_path(std::string_view path) {
  if (path.find('%') == std::string_view::npos) return std::string(path);
  std::string decoded;
  decoded.reserve(path.size());
  while (!path.empty()) {
    const auto byte = encoded_byte(path);
    if (byte && (*byte == '/' || *byte == '%')) {
      decoded += *byte == '/' ? "%2F" : "%25";
    } else {
      decoded += byte.value_or(path[0]);
    }
    path.remove_prefix(byte ? 3 : 1);
  }
  return decoded;
}

std::vector<std::pair<std::string, std::string>> decode_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    const std::string_view name = parameter.substr(0, parameter.find('='));
    if (name.empty()) continue;
    const std::string_view value = parameter.substr(std::min(parameter.size(), name.size() + 1));
    parameters.emplace_back(decode_component(name), decode_component(value));
  }
  return parameters;
}

}  // namespace taskdock::http
