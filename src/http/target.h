#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a request's target (RFC 9112, 3.2) means, decoded. "%" without two hexadecimal digits
/// behind it stands for itself, as in WHATWG's URL Standard.
namespace taskdock::http {

/// `path` percent-decoded (RFC 3986, 2.1), but for "%2F" and "%25", which stay: so a slash within a
/// segment is never taken for one between segments, and no two paths become the same.
std::string decode_path(std::string_view path);

/// The parameters of `query`, which is without its question mark, decoded, in their order; "+" is a
/// space (url.spec.whatwg.org, application/x-www-form-urlencoded). Those without a name are left
/// out.
std::vector<std::pair<std::string, std::string>> decode_query(std::string_view query);

}  // namespace taskdock::http
