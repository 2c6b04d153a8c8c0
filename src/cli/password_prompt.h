#pragma once

#include <string>

namespace taskdock::cli {

/// A new password for the user with `email`. Where standard input is a terminal it is asked for on
/// standard error, twice, and what is typed is not shown; whatever ends the question, typing shows
/// again afterwards. Elsewhere it is the first line of standard input. Throws WrongValue where no
/// password comes, or not the same one twice.
std::string read_new_password(const std::string& email);

}  // namespace taskdock::cli
