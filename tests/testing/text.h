#pragma once

#include <string>

namespace taskdock::testing {

/// `text`, `count` times.
inline std::string repeated(const std::string& text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

}  // namespace taskdock::testing
