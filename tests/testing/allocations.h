#pragma once

#include <cstddef>

namespace taskdock::testing {

/// How many bytes this thread has ever allocated with new.
std::size_t allocated_bytes();

/// While this exists, new fails on this thread after `count` further allocations. Only what is
/// tested may run meanwhile: doctest's macros need memory.
class AllocationLimit {
 public:
  explicit AllocationLimit(std::size_t count);
  AllocationLimit(const AllocationLimit&) = delete;
  AllocationLimit& operator=(const AllocationLimit&) = delete;
  ~AllocationLimit();
};

}  // namespace taskdock::testing
