#include "system/random.h"

#include <sys/random.h>

#include <cerrno>

#include "system/posix/system_call.h"

namespace taskdock::system {

void fill_with_random(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw_last_error("getrandom");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace taskdock::system
