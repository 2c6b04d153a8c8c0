#include "site/content_hash.h"

#include <algorithm>
#include <cstddef>

namespace taskdock::site {

namespace {

constexpr std::size_t short_hash_length = 8;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_hexadecimal_hash(std::string_view text) {
  return text.size() >= short_hash_length && std::ranges::any_of(text, is_digit) &&
         std::ranges::any_of(text, is_lower) &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_short_hash(std::string_view text) {
  if (text.size() != short_hash_length || std::ranges::none_of(text, is_digit)) return false;
  const bool is_base32 =
      std::ranges::all_of(text, [](char c) { return is_upper(c) || (c >= '2' && c <= '7'); });
  const bool is_base64url = std::ranges::all_of(text, [](char c) {
    return is_digit(c) || is_lower(c) || is_upper(c) || c == '-' || c == '_';
  });
  const bool has_letter = std::ranges::any_of(text, is_upper);
  return has_letter && (is_base32 || (is_base64url && std::ranges::any_of(text, is_lower)));
}

/// Whether `part`, which has no dots, is or ends with a hash.
bool ends_with_hash(std::string_view part) {
  if (is_hexadecimal_hash(part.substr(part.rfind('-') + 1))) return true;
  if (part.size() <= short_hash_length) return is_short_hash(part);
  const std::size_t start = part.size() - short_hash_length;  // the hash can contain hyphens
  return part[start - 1] == '-' && is_short_hash(part.substr(start));
}

}  // namespace

bool has_content_hash(std::string_view name) {
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
    if (ends_with_hash(name.substr(0, dot))) return true;
    name.remove_prefix(dot + 1);
  }
  return false;
}

}  // namespace taskdock::site
