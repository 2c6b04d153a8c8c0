#include "system/standard_streams.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "system/posix/system_call.h"
#include "system/process_setup.h"

namespace taskdock::system {

namespace {

/// Whether `descriptor` takes more within `milliseconds`.
bool becomes_writable(int descriptor, int milliseconds) {
  pollfd file{.fd = descriptor, .events = POLLOUT, .revents = 0};
  return ::poll(&file, 1, milliseconds) == 1;
}

/// Writes what `descriptor` takes of `text` without waiting. Returns how much is done with, as
/// write_to_standard_error() says.
std::size_t write_without_waiting(int descriptor, std::string_view text) noexcept {
  std::size_t done = 0;
  while (done < text.size() && becomes_writable(descriptor, 0)) {
    // A pipe that is writable takes this much without blocking (POSIX, write()).
    const std::size_t size = std::min<std::size_t>(text.size() - done, PIPE_BUF);
    const ssize_t written = ::write(descriptor, text.data() + done, size);
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) return done;
    if (written < 0) return text.size();
    done += static_cast<std::size_t>(written);
  }
  return done;
}

}  // namespace

void open_missing_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest free number is used, and those below are open.
    const int flags = descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY;
    if (::open("/dev/null", flags) != descriptor) {
      throw_last_error("/dev/null");
    }
  }
}

bool output_is_terminal() noexcept {
  return ::isatty(STDOUT_FILENO) != 0;
}

bool error_is_terminal() noexcept {
  return ::isatty(STDERR_FILENO) != 0;
}

void write_to_standard_output(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR && (errno != EAGAIN || !becomes_writable(STDOUT_FILENO, 10'000))) {
      throw_last_error();
    }
  }
}

void offer_to_standard_output(std::string_view text) noexcept {
  survive_lost_readers();
  write_without_waiting(STDOUT_FILENO, text);
}

std::size_t write_to_standard_error(std::string_view text) noexcept {
  return write_without_waiting(STDERR_FILENO, text);
}

}  // namespace taskdock::system
