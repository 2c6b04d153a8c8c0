#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace taskdock::support {

/// FNV-1a (draft-eastlake-fnv), in 32 or 64 bits: a fast hash of what follows each other. It is
/// against mistakes, and not against anybody who looks for two texts with one hash.
template <class Value>
class Fnv1a {
  static_assert(std::is_same_v<Value, std::uint32_t> || std::is_same_v<Value, std::uint64_t>);

 public:
  void add(std::string_view bytes) {
    for (const char c : bytes) value_ = (value_ ^ static_cast<unsigned char>(c)) * prime;
  }
  Value value() const { return value_; }

 private:
  static constexpr bool is_short = sizeof(Value) == sizeof(std::uint32_t);
  static constexpr Value prime = is_short ? Value{16777619} : static_cast<Value>(1099511628211);

  Value value_ = is_short ? Value{2166136261} : static_cast<Value>(14695981039346656037U);
};

}  // namespace taskdock::support
