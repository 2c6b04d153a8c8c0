#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "support/clock.h"
#include "support/random.h"

namespace taskdock::support {

/// A UUID (RFC 9562) as its 16 bytes, in the order they are written.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;

  /// Lower case, 8-4-4-4-12.
  std::string to_string() const;
  /// Appends the same to `out`.
  void append_to(std::string& out) const;

  /// Reads 8-4-4-4-12 in either case; nothing else is a UUID here.
  static std::optional<Uuid> parse(std::string_view text);
};

/// Makes version-7 UUIDs that strictly rise within the process, also inside one millisecond and
/// when the clock is set back (RFC 9562, 6.2, method 2: the random part is a counter with random
/// steps). Any thread may call it.
class UuidGenerator {
 public:
  UuidGenerator(const Clock& clock, RandomSource& random);

  Uuid next();

  /// All ids from now on are above `id`, if it is of version 7; others say nothing about time.
  void never_below(const Uuid& id);

 private:
  const Clock& clock_;
  RandomSource& random_;
  std::mutex mutex_;
  std::uint64_t last_milliseconds_ = 0;
  std::uint16_t high_ = 0;  // rand_a, 12 bits
  std::uint64_t low_ = 0;   // rand_b, 62 bits
};

}  // namespace taskdock::support
