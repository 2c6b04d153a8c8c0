#include "cli/standard_streams.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "cli/failure.h"

namespace taskdock::cli {

namespace {

/// Whether standard output takes more within ten seconds: it may be a pipe that does not block.
bool becomes_writable() {
  pollfd file{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&file, 1, 10'000) == 1;
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
    } else if (errno != EINTR && (errno != EAGAIN || !becomes_writable())) {
      throw Failure(ExitStatus::failed,
                    std::string("standard output cannot be written to: ") + std::strerror(errno) +
                        "; send it to where somebody reads it, or to /dev/null");
    }
  }
}

}  // namespace taskdock::cli
