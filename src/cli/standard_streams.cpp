#include "cli/standard_streams.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "cli/failure.h"

namespace taskdock::cli {

namespace {

/// Whether standard output takes more within `milliseconds`.
bool becomes_writable(int milliseconds) {
  pollfd file{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&file, 1, milliseconds) == 1;
}

}  // namespace

void open_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest free number is used, and those below are open.
    const int flags = descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY;
    if (::open("/dev/null", flags) != descriptor) {
      throw Failure(ExitStatus::failed,
                    std::string("/dev/null cannot be opened in place of a standard stream that is "
                                "closed: ") +
                        std::strerror(errno));
    }
  }
}

void write_output(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR && (errno != EAGAIN || !becomes_writable(10'000))) {
      throw Failure(ExitStatus::failed,
                    std::string("standard output cannot be written to: ") + std::strerror(errno) +
                        "; send it to where somebody reads it, or to /dev/null");
    }
  }
}

void offer_output(std::string_view text) noexcept {
  std::signal(SIGPIPE, SIG_IGN);
  while (!text.empty() && becomes_writable(0)) {
    // A pipe that is writable takes this much without blocking (POSIX, write()).
    const std::size_t size = std::min<std::size_t>(text.size(), PIPE_BUF);
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), size);
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace taskdock::cli
