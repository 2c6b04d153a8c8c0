#pragma once

#include <cstdint>
#include <span>

namespace taskdock::system {

/// Fills `bytes` with unpredictable bytes of the operating system. Any thread may call it. Throws
/// std::system_error.
void fill_with_random(std::span<std::uint8_t> bytes);

}  // namespace taskdock::system
