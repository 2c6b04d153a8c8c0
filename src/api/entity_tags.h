#pragma once

#include <optional>
#include <string_view>

namespace taskdock::api {

/// How two entity tags are compared (RFC 9110, 8.8.3.2). Strongly, a weak one equals none.
enum class Comparison { strong, weak };

/// Whether `list`, the value of an If-Match or If-None-Match header (RFC 9110, 13.1), has `etag`,
/// which is the current tag, with its quotation marks; or nothing if there is no tag, because there
/// is nothing that could have one. An asterisk stands for every tag. Nothing is returned if `list`,
/// which may be any bytes, is no asterisk and no list of at least one tag.
std::optional<bool> lists_etag(std::string_view list, std::optional<std::string_view> etag,
                               Comparison comparison);

}  // namespace taskdock::api
