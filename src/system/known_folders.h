#pragma once

#include <filesystem>
#include <optional>

namespace taskdock::system {

/// Where programs keep this user's data, each in a directory of its own; it need not exist. Nothing
/// if the user has no such place. On Linux it is $XDG_DATA_HOME, or else ~/.local/share (XDG Base
/// Directory Specification, by which a relative path counts as not set).
std::optional<std::filesystem::path> user_data_folder();

}  // namespace taskdock::system
