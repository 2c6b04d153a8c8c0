#pragma once

#include <cstddef>
#include <string>

namespace taskdock::system {

/// Reads a line from the file descriptor `number`, which the program that started this one has left
/// open for it, and closes it, unless it is a standard stream. The line ends with a line feed,
/// which is not part of it, with the end of the file, or after `max_bytes` bytes. What comes after
/// it is not read, so that the same pipe can go on to be used. Waits for the other program to
/// write. Throws std::system_error.
std::string read_inherited_line(int number, std::size_t max_bytes);

}  // namespace taskdock::system
