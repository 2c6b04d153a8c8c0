#include "system/inherited_file.h"

#include <unistd.h>

#include <cerrno>

#include "system/posix/system_call.h"

namespace taskdock::system {

std::string read_inherited_line(int number, std::size_t max_bytes) {
  std::string line;
  while (line.size() < max_bytes) {
    char c = 0;
    const ssize_t count = ::read(number, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_last_error();
    if (count == 0 || c == '\n') break;
    line += c;
  }
  if (number > STDERR_FILENO) ::close(number);
  return line;
}

}  // namespace taskdock::system
