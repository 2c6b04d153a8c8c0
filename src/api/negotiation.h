#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace taskdock::api {

/// The weight that a list such as Accept or Accept-Encoding (RFC 9110, 12.4) gives to `option`, in
/// thousandths; nothing if it does not have the option by name, in any case.
std::optional<int> weight(std::string_view list, std::string_view option);

/// Whether a list such as Accept or Accept-Encoding (RFC 9110, 12.4) has `option` by name, in any
/// case, and does not give it the weight 0. A wildcard names nothing.
bool names_acceptable(std::string_view list, std::string_view option);

/// The value of the preference `name`, in any case, in a Prefer header (RFC 7240, 2), without the
/// quotation marks it may have: empty if it has none, nothing if the preference is not there. The
/// first of several counts.
std::optional<std::string> preference(std::string_view prefer, std::string_view name);

}  // namespace taskdock::api
