#include "api/negotiation.h"

#include "support/text.h"

namespace taskdock::api {

namespace {

/// Whether the parameters behind an element say q=0, q=0.0 and so on.
bool has_weight_zero(std::string_view parameters) {
  return support::any_part(parameters, ';', [](std::string_view parameter) {
    if (!support::equals_ignoring_case(parameter.substr(0, 2), "q=")) return false;
    const std::string_view value = parameter.substr(2);
    return value.starts_with('0') && value.find_first_of("123456789") == std::string_view::npos;
  });
}

}  // namespace

bool names_acceptable(std::string_view list, std::string_view option) {
  return support::any_part(list, ',', [&](std::string_view element) {
    const std::size_t semicolon = element.find(';');
    return support::equals_ignoring_case(support::trim(element.substr(0, semicolon)), option) &&
           (semicolon == std::string_view::npos || !has_weight_zero(element.substr(semicolon)));
  });
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  return support::any_part(if_none_match, ',', [&](std::string_view element) {
    if (element.starts_with("W/")) element.remove_prefix(2);
    return element == "*" || element == etag;
  });
}

}  // namespace taskdock::api
