#pragma once

#include <cstddef>
#include <cstdint>

/// This process, as the operating system sees it. To be set up before other threads run.
namespace taskdock::system {

std::int64_t process_id() noexcept;

/// Makes the files that this process creates from now on accessible to their owner only.
void keep_files_private() noexcept;

/// Makes a write to a pipe or a connection whose reader has gone an error of that write; by default
/// it ends the process.
void survive_lost_readers() noexcept;

/// Makes a write beyond the limit on a file's size (ulimit -f) an error of that write; by default
/// it ends the process.
void survive_file_size_limit() noexcept;

/// Has every block of memory of at least `bytes` given back to the system when it is freed. By
/// itself the C library stops doing so after the first large block.
void give_large_blocks_back(std::size_t bytes) noexcept;

/// Raises the limit on open files as far as this process may: every connection is one, and the
/// limit that holds is often lower. Returns the limit that holds now.
std::size_t raise_limit_on_open_files() noexcept;

}  // namespace taskdock::system
