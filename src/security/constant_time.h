#pragma once

#include <string_view>

namespace taskdock::security {

/// Whether two texts are equal, in a time that depends on their lengths only: a secret that is
/// compared in any other way can be guessed a byte at a time.
bool is_same_secret(std::string_view a, std::string_view b);

}  // namespace taskdock::security
