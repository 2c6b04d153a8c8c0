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

/// The generator of the operating system.
class SystemRandom final : public RandomSource {
 public:
  /// Throws std::system_error.
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace taskdock::support
