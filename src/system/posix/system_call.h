#pragma once

#include <cerrno>
#include <system_error>

namespace taskdock::system {

/// The reason of the system call of this thread that has just failed (errno(3)).
inline std::error_code last_error() noexcept {
  return {errno, std::generic_category()};
}

/// Throws the reason of the system call of this thread that has just failed.
[[noreturn]] inline void throw_last_error() {
  throw std::system_error(last_error());
}

/// The same, where what was being done, or to what, is to be part of the message.
[[noreturn]] inline void throw_last_error(const char* what) {
  throw std::system_error(last_error(), what);
}

}  // namespace taskdock::system
