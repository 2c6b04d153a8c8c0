#include "system/environment.h"

#include <cstdlib>
#include <cstring>

namespace taskdock::system {

std::optional<std::string> take_variable(const std::string& name) {
  char* value = std::getenv(name.c_str());
  if (!value) return std::nullopt;
  std::string taken(value);
  ::explicit_bzero(value, taken.size());  // /proc/PID/environ is this very memory (proc(5))
  ::unsetenv(name.c_str());
  return taken;
}

}  // namespace taskdock::system
