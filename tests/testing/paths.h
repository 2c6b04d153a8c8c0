#pragma once

#include <filesystem>
#include <string>

namespace taskdock::testing {

/// The executable under test.
const std::string& executable();

/// The top of the source tree.
const std::filesystem::path& source_directory();

}  // namespace taskdock::testing
