#include "api/email.h"

#include <algorithm>

namespace taskdock::api {

namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_atom_character(char c) {
  constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~";
  return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
}

bool is_atom(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_atom_character);
}

bool is_domain_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

/// Whether every part of `text` between dots satisfies `is_part`.
bool all_parts(std::string_view text, bool (*is_part)(std::string_view)) {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_part(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

const char* email_fault(std::string_view email) {
  if (email.size() > max_email_length) return "The email address is too long.";
  const std::size_t at = email.find('@');
  if (at == std::string_view::npos) return "An email address must have an @-sign.";
  const std::string_view local = email.substr(0, at);
  const std::string_view domain = email.substr(at + 1);
  if (domain.find('@') != std::string_view::npos) {
    return "An email address must have exactly one @-sign.";
  }
  if (local.size() > 64 || !all_parts(local, is_atom)) {
    return "The part before the @-sign is not valid.";
  }
  if (domain.find('.') == std::string_view::npos || !all_parts(domain, is_domain_label)) {
    return "The part after the @-sign is not a valid domain name.";
  }
  return nullptr;
}

std::string default_name(std::string_view email) {
  return std::string(email.substr(0, email.find('@')));
}

std::string local_email(const support::Uuid& id) {
  return "local-" + id.to_string() + "@taskdock.invalid";
}

}  // namespace taskdock::api
