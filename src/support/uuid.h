#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "support/clock.h"
#include "support/mutex.h"
#include "support/random.h"

namespace taskdock::support {

/// A UUID (RFC 9562) as its 16 bytes, in the order they are written.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const Uuid&) const = default;
  /// Those of version 7 are in the order of their creation.
  bool operator<(const Uuid& other) const { return bytes < other.bytes; }

  /// Lower case, 8-4-4-4-12.
  std::string to_string() const;
  std::array<char, 36> characters() const;

  /// Parses the form 8-4-4-4-12, in either case; nothing if `text` has another form.
  static std::optional<Uuid> parse(std::string_view text);
};

/// The time in `id`, which is of version 7, to the millisecond.
Timestamp time_of(const Uuid& id);

/// Makes version-7 UUIDs that strictly increase within the process, also inside one millisecond and
/// when the clock is set back (RFC 9562, 6.2, method 2: the random part is a counter with random
/// steps). Any thread may call it.
class UuidGenerator {
 public:
  UuidGenerator(const Clock& clock, RandomSource& random);

  Uuid next();

  /// From now on all ids are greater than `id`, if that is of version 7; other versions are
  /// ignored, since they are not in the order of time.
  void never_below(const Uuid& id);

 private:
  const Clock& clock_;
  RandomSource& random_;
  support::Mutex mutex_;
  std::uint64_t last_milliseconds_ GUARDED_BY(mutex_) = 0;
  std::uint16_t high_ GUARDED_BY(mutex_) = 0;  // rand_a, 12 bits
  std::uint64_t low_ GUARDED_BY(mutex_) = 0;   // rand_b, 62 bits
};

}  // namespace taskdock::support
