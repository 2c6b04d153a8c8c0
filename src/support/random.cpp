#include "support/random.h"

#include "system/random.h"

namespace taskdock::support {

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  system::fill_with_random(bytes);
}

}  // namespace taskdock::support
