#include "testing/allocations.h"

#include <cstdlib>
#include <limits>
#include <new>

namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

thread_local std::size_t allocated = 0;
thread_local std::size_t allocations_left = unlimited;

}  // namespace

void* operator new(std::size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left != unlimited) --allocations_left;
  allocated += size;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

// std::stable_sort() uses this one, and frees what it got as all others do.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace taskdock::testing {

std::size_t allocated_bytes() {
  return allocated;
}

AllocationLimit::AllocationLimit(std::size_t count) {
  allocations_left = count;
}

AllocationLimit::~AllocationLimit() {
  allocations_left = unlimited;
}

}  // namespace taskdock::testing
