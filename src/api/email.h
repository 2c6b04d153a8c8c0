#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "support/uuid.h"

namespace taskdock::api {

inline constexpr std::size_t max_email_length = 254;  // RFC 5321, 4.5.3.1.3

/// Why `email` is not an address Taskdock takes, as a sentence, or null if it is: not longer than
/// max_email_length, one @, before it a dot-atom of at most 64 (RFC 5322, 3.2.3),
/// behind it a domain name with at least one dot (RFC 1123, 2.1). Nothing is looked up.
const char* email_fault(std::string_view email);

/// What to call the user with this email, who has given no name: the part before the @.
std::string default_name(std::string_view email);

/// The email of the local user with this id, who has given none: it belongs to a domain that never
/// exists (RFC 2606, 2), and nobody could have known the id to sign up with it before.
std::string local_email(const support::Uuid& id);

}  // namespace taskdock::api
