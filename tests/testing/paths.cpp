#include "testing/paths.h"

namespace taskdock::testing {

const std::string& executable() {
  static const std::string path = TASKDOCK_EXECUTABLE;
  return path;
}

const std::filesystem::path& source_directory() {
  static const std::filesystem::path path = TASKDOCK_SOURCE_DIR;
  return path;
}

}  // namespace taskdock::testing
