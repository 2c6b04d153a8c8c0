#pragma once

#include "system/file_descriptor.h"

namespace taskdock::system {

/// Locks on open files and directories, flock(2): advisory, and released by the system when the
/// descriptor is closed or its process ends, however it does.
enum class FileLock { shared, exclusive };

/// Takes the lock on `file`, or changes the one that it has; whether it could be taken at once.
/// Throws std::system_error where the file system knows no locks.
bool try_lock(const FileDescriptor& file, FileLock kind);

/// Releases the lock on `file`.
void unlock(const FileDescriptor& file) noexcept;

}  // namespace taskdock::system
