#pragma once

#include <string>
#include <vector>

namespace taskdock::cli {

/// "; did you mean 'NAME'?" with the one of `names` that is nearest to `text`, or nothing where
/// none is near.
std::string suggestion(const std::string& text, const std::vector<std::string>& names);

/// The names with `separator` between.
std::string join(const std::vector<std::string>& names, const std::string& separator = ", ");

}  // namespace taskdock::cli
