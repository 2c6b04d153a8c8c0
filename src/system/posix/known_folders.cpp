#include "system/known_folders.h"

#include <cstdlib>

namespace taskdock::system {

std::optional<std::filesystem::path> user_data_folder() {
  if (const char* data_home = std::getenv("XDG_DATA_HOME"); data_home && *data_home == '/') {
    return data_home;
  }
  if (const char* home = std::getenv("HOME"); home && *home) {
    return std::filesystem::path(home) / ".local/share";
  }
  return std::nullopt;
}

}  // namespace taskdock::system
