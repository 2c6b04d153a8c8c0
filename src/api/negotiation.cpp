#include "api/negotiation.h"

#include <algorithm>

#include "support/text.h"

namespace taskdock::api {

namespace {

constexpr int full_weight = 1000;

/// The weight that the parameters of an element give it, in thousandths: a number from 0 to 1 with
/// at most three decimals (RFC 9110, 12.4.2); what is no such number counts as 1.
int weight_in(std::string_view parameters) {
  int weight = full_weight;
  support::any_part(parameters, ';', [&](std::string_view parameter) {
    if (!support::equals_ignoring_case(parameter.substr(0, 2), "q=")) return false;
    const std::string_view text = parameter.substr(2);
    if (!text.starts_with('0') || (text.size() > 1 && text[1] != '.')) return true;
    int value = 0;
    for (std::size_t i = 2; i < 5; ++i) {
      const char digit = i < text.size() ? text[i] : '0';
      if (digit < '0' || digit > '9') return true;
      value = value * 10 + (digit - '0');
    }
    weight = value;
    return true;
  });
  return weight;
}

/// Takes the part of `list` up to the first `separator` that is in no quoted string (RFC 9110,
/// 5.6.4), and that separator, off its front; returns the part, without white space around it.
std::string_view take_part(std::string_view& list, char separator) {
  bool is_quoted = false;
  std::size_t end = 0;
  for (; end < list.size() && (is_quoted || list[end] != separator); ++end) {
    if (list[end] == '"') is_quoted = !is_quoted;
    if (is_quoted && list[end] == '\\') ++end;
  }
  const std::string_view part = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return support::trim_blanks(part);
}

/// What a token or a quoted string stands for.
std::string word_of(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  text = text.substr(1, text.size() - 2);
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    word += text[i];
  }
  return word;
}

}  // namespace

std::optional<int> weight(std::string_view list, std::string_view option) {
  std::optional<int> found;
  support::any_part(list, ',', [&](std::string_view element) {
    const std::size_t end = std::min(element.find(';'), element.size());
    if (!support::equals_ignoring_case(support::trim(element.substr(0, end)), option)) return false;
    found = weight_in(element.substr(end));
    return true;
  });
  return found;
}

bool names_acceptable(std::string_view list, std::string_view option) {
  return weight(list, option).value_or(0) > 0;
}

std::optional<std::string> preference(std::string_view prefer, std::string_view name) {
  while (!prefer.empty()) {
    std::string_view element = take_part(prefer, ',');
    std::string_view value = take_part(element, ';');  // the rest are its parameters
    const std::string_view own_name = take_part(value, '=');
    if (support::equals_ignoring_case(own_name, name)) return word_of(support::trim_blanks(value));
  }
  return std::nullopt;
}

}  // namespace taskdock::api
