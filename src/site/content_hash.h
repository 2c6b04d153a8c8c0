#pragma once

#include <string_view>

namespace taskdock::site {

/// Whether a file's name contains a hash of its content, so that a file with another content has
/// another name. A hash stands alone or behind a hyphen, between dots or the ends of the name,
/// before the ending: it has at least eight lower-case hexadecimal digits, letters among them
/// (webpack, Parcel, Angular), or exactly eight characters with a digit, which are upper-case
/// letters and the digits 2 to 7 (esbuild), or characters of base64url with letters of both cases
/// (Vite, Rollup). Words and dates are none, so that some hashes are not seen: a file that is
/// cached for ever by mistake does more harm than one that is asked for again.
bool has_content_hash(std::string_view name);

}  // namespace taskdock::site
