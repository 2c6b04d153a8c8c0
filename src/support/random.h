#pragma once

#include <cstdint>
#include <span>

namespace taskdock::support {

/// Where randomness comes from; tests bring their own. Any thread may call it.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  /// Fills `bytes` with unpredictable bytes.
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

/// The kernel's generator, getrandom(2).
class SystemRandom final : public RandomSource {
 public:
  /// Throws std::system_error if getrandom(2) fails.
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace taskdock::support
