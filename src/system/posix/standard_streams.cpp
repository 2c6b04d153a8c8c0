#include "system/standard_streams.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "system/process_setup.h"

namespace taskdock::system {

namespace {

/// Whether standard output takes more within `milliseconds`.
bool becomes_writable(int milliseconds) {
  pollfd file{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&file, 1, milliseconds) == 1;
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
    } else if (errno != EINTR && (errno != EAGAIN || !becomes_writable(10'000))) {
      throw std::system_error(errno, std::generic_category());
    }
  }
}

void offer_to_standard_output(std::string_view text) noexcept {
  survive_lost_readers();
  while (!text.empty() && becomes_writable(0)) {
    // A pipe that is writable takes this much without blocking (POSIX, write()).
    const std::size_t size = std::min<std::size_t>(text.size(), PIPE_BUF);
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), size);
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace taskdock::system
