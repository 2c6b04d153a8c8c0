#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>

#include "support/file_descriptor.h"

namespace taskdock::support {

/// There is something else where a regular file was expected: what() says what, such as "a
/// directory".
class NotARegularFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Opens the regular file `file` for reading. Never waits: a FIFO, a device or a directory is not
/// taken for a file. `directory` is what a relative path starts from (openat(2)). Throws
/// NotARegularFile, or std::system_error with the system's reason.
FileDescriptor open_regular_file(const std::filesystem::path& file);
FileDescriptor open_regular_file(int directory, const std::filesystem::path& file);

/// What `file`, from where it is read on, has, up to `max_bytes`. Throws std::system_error.
std::string read_all(const FileDescriptor& file,
                     std::size_t max_bytes = std::numeric_limits<std::size_t>::max());

/// What the regular file `file` has. Throws as the two above do.
std::string read_regular_file(const std::filesystem::path& file);

}  // namespace taskdock::support
