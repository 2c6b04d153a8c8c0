#include "api/last_slash.h"

#include <algorithm>

namespace taskdock::api {

std::string with_last_slash(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  std::string reference = "./";  // what follows could look like a scheme
  reference.append(path.substr(path.rfind('/') + 1)).append("/").append(target.substr(path.size()));
  return reference;
}

std::string without_last_slash(std::string_view target) {
  const std::size_t path_end = std::min(target.find('?'), target.size());
  return std::string(target).erase(path_end - 1, 1);
}

}  // namespace taskdock::api
