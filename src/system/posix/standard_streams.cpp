#include "system/standard_streams.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace taskdock::system {

namespace {

bool becomes_writable() {
  pollfd file{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&file, 1, 10'000) == 1;
}

}  // namespace

void open_missing_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest free number is used, and those below are open.
    const int flags = descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY;
    if (::open("/dev/null", flags) != descriptor) {
      throw std::system_error(errno, std::generic_category(), "/dev/null");
    }
  }
}

void write_to_standard_output(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR && (errno != EAGAIN || !becomes_writable())) {
      throw std::system_error(errno, std::generic_category());
    }
  }
}

}  // namespace taskdock::system
