#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>

#include "system/file_descriptor.h"

namespace taskdock::system {

/// A path leads to something that is not a regular file; what() says to what, such as "a
/// directory".
class NotARegularFile : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Opens the regular file `file` for reading. Never blocks, even if there is a FIFO or a device in
/// its place. `directory` is where a relative path starts (openat(2)). Throws
/// NotARegularFile, or std::system_error with the system's reason.
FileDescriptor open_regular_file(const std::filesystem::path& file);
FileDescriptor open_regular_file(int directory, const std::filesystem::path& file);

/// The bytes of `file` from its current offset to its end, at most `max_bytes`. Throws
/// std::system_error.
std::string read_all(const FileDescriptor& file,
                     std::size_t max_bytes = std::numeric_limits<std::size_t>::max());

/// The content of the regular file `file`. Throws as the two above do.
std::string read_regular_file(const std::filesystem::path& file);

}  // namespace taskdock::system
