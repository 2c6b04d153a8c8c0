#include "api/idempotency_key.h"

#include <algorithm>

namespace taskdock::api {

namespace {

constexpr std::size_t max_key_length = 255;

bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}

/// What a string with its quotation marks stands for; nothing if `text` is none.
std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() < 2 || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string content;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] == '\\' && (++i == text.size() || (text[i] != '"' && text[i] != '\\'))) {
      return std::nullopt;
    }
    content += text[i];
  }
  return content;
}

}  // namespace

std::optional<std::string> parse_idempotency_key(std::string_view value) {
  auto key = value.starts_with('"') ? unquoted(value) : std::string(value);
  if (!key || key->empty() || key->size() > max_key_length) return std::nullopt;
  if (!std::ranges::all_of(*key, is_visible)) return std::nullopt;
  return key;
}

}  // namespace taskdock::api
