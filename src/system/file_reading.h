#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "system/file_descriptor.h"

/// Reading files that need not fit into memory. All throw std::system_error.
namespace taskdock::system {

/// Reads the bytes of `file` from `offset` on into `to`, as many as there are; returns how many, 0
/// at the end and beyond it. Any thread may call it.
std::size_t read_at(const FileDescriptor& file, std::uint64_t offset, std::span<char> to);

/// Reads the next bytes of standard input into `to`, waiting for them; returns how many, 0 at its
/// end.
std::size_t read_standard_input(std::span<char> to);

/// A new file without a name, for reading and writing, which is gone once it is closed. It is on
/// the disk of the system's temporary files, and only this user can read it.
FileDescriptor open_nameless_file();

}  // namespace taskdock::system
