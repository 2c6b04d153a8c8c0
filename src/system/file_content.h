#pragma once

#include <string_view>

#include "system/file_descriptor.h"

/// Writing to open files. All throw std::system_error.
namespace taskdock::system {

/// Writes all of `text` at the file's current offset.
void write_all(const FileDescriptor& file, std::string_view text);

/// Makes `text` the whole content of the file.
void replace_content(const FileDescriptor& file, std::string_view text);

/// Returns when the content is on the disk (fsync(2)).
void sync(const FileDescriptor& file);

}  // namespace taskdock::system
