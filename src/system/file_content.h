#pragma once

#include <cstdint>
#include <string_view>

#include "system/file_descriptor.h"

/// Writing to open files. All that are not noexcept throw std::system_error.
namespace taskdock::system {

/// Writes all of `text` at the file's current offset.
void write_all(const FileDescriptor& file, std::string_view text);

/// Makes `text` the whole content of the file.
void replace_content(const FileDescriptor& file, std::string_view text);

/// Has the system begin to move the `size` bytes at `offset` to the disk, without waiting for it,
/// so that sync() has little left to do: the disk would have no time for the syncs of others while
/// it moves much at once. Where the file system cannot do that, it is all left to sync(), which
/// also tells of what fails.
void begin_sync(const FileDescriptor& file, std::uint64_t offset, std::uint64_t size) noexcept;

/// Returns when the content is on the disk (fsync(2)).
void sync(const FileDescriptor& file);

}  // namespace taskdock::system
