#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "support/random.h"

namespace taskdock::security {

/// The 32-byte signing key kept in `file`; made there, with mode 0600, if the file does not exist.
/// A new key is on the disk, whole, before it is returned: tokens signed with it must outlive a
/// crash. Never waits, whatever stands in the file's place. Throws std::runtime_error, naming the
/// file and what to do, when the file is not a key of ours, is readable by others, or cannot be
/// read or made.
std::vector<std::uint8_t> load_or_create_signing_key(const std::filesystem::path& file,
                                                     support::RandomSource& random);

}  // namespace taskdock::security
