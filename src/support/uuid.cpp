#include "support/uuid.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <tuple>

#include "support/text.h"

namespace taskdock::support {

namespace {

constexpr std::uint64_t low_mask = (std::uint64_t{1} << 62) - 1;
constexpr std::uint16_t high_mask = 0x0fff;

/// "00" to "ff", one after the other.
constexpr std::array<char, 512> hex_pairs = [] {
  constexpr char digits[] = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (std::size_t i = 0; i < 256; ++i) {
    pairs[2 * i] = digits[i >> 4];
    pairs[2 * i + 1] = digits[i & 0x0f];
  }
  return pairs;
}();

/// The milliseconds since 1970 in an id of version 7.
std::uint64_t milliseconds_of(const Uuid& id) {
  std::uint64_t milliseconds = 0;
  for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | id.bytes[i];
  return milliseconds;
}

bool is_hyphen_position(std::size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

}  // namespace

std::string Uuid::to_string() const {
  const std::array<char, 36> text = characters();
  return {text.data(), text.size()};
}

std::array<char, 36> Uuid::characters() const {
  // Where the digits of each byte stand, between the hyphens.
  constexpr std::array<std::uint8_t, 16> places = {0,  2,  4,  6,  9,  11, 14, 16,
                                                   19, 21, 24, 26, 28, 30, 32, 34};
  std::array<char, 36> text;
  text[8] = text[13] = text[18] = text[23] = '-';
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::memcpy(text.data() + places[i], hex_pairs.data() + std::size_t{bytes[i]} * 2, 2);
  }
  return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  std::size_t at = 0;
  for (std::uint8_t& byte : uuid.bytes) {
    if (is_hyphen_position(at) && text[at++] != '-') return std::nullopt;
    const int high = hex_digit(text[at++]);
    const int low = hex_digit(text[at++]);
    if (high < 0 || low < 0) return std::nullopt;
    byte = static_cast<std::uint8_t>(high << 4 | low);
  }
  return uuid;
}

Timestamp time_of(const Uuid& id) {
  // 48 bits of milliseconds fit into 63 of microseconds.
  return Timestamp(std::chrono::milliseconds(milliseconds_of(id)));
}

UuidGenerator::UuidGenerator(const Clock& clock, RandomSource& random)
    : clock_(clock), random_(random) {}

Uuid UuidGenerator::next() {
  std::array<std::uint8_t, 10> noise;
  random_.fill(noise);
  std::uint64_t random_low;
  std::memcpy(&random_low, noise.data(), sizeof(random_low));
  std::uint16_t random_high;
  std::memcpy(&random_high, noise.data() + sizeof(random_low), sizeof(random_high));

  const MutexLock lock(mutex_);
  // Read under the lock: a time read before it could be older than the one another thread just
  // used.
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(
      0, std::chrono::floor<std::chrono::milliseconds>(clock_.now()).time_since_epoch().count()));
  if (now > last_milliseconds_) {
    last_milliseconds_ = now;
    high_ = random_high & high_mask;
    low_ = random_low & low_mask;
  } else {
    // A random step keeps the next id unguessable; a carry out of all 74 bits borrows the next
    // millisecond.
    low_ += 1 + (random_low & 0xffffffff);
    if (low_ > low_mask) {
      low_ &= low_mask;
      if (++high_ > high_mask) {
        high_ = 0;
        ++last_milliseconds_;
      }
    }
  }

  Uuid uuid;
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(last_milliseconds_ >> (40 - 8 * i));
  }
  uuid.bytes[6] = static_cast<std::uint8_t>(0x70 | high_ >> 8);
  uuid.bytes[7] = static_cast<std::uint8_t>(high_);
  for (std::size_t i = 0; i < 8; ++i) {
    uuid.bytes[8 + i] = static_cast<std::uint8_t>(low_ >> (56 - 8 * i));
  }
  uuid.bytes[8] |= 0x80;
  return uuid;
}

void UuidGenerator::never_below(const Uuid& id) {
  if (id.bytes[6] >> 4 != 7) return;
  const std::uint64_t milliseconds = milliseconds_of(id);
  const auto high = static_cast<std::uint16_t>((id.bytes[6] & 0x0f) << 8 | id.bytes[7]);
  std::uint64_t low = id.bytes[8] & 0x3f;
  for (std::size_t i = 9; i < id.bytes.size(); ++i) low = low << 8 | id.bytes[i];

  const MutexLock lock(mutex_);
  if (std::tie(milliseconds, high, low) <= std::tie(last_milliseconds_, high_, low_)) return;
  last_milliseconds_ = milliseconds;
  high_ = high;
  low_ = low;
}

}  // namespace taskdock::support
