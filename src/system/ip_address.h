#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace taskdock::system {

/// An IPv4 or IPv6 address. An IPv4 address that is written as an IPv6 one (::ffff:192.0.2.1, RFC
/// 4291, 2.5.5.2) is that IPv4 address: a socket for both versions names its clients so.
class IpAddress {
 public:
  /// The address that `text` is in numeric form, without a zone; nothing if it is none.
  static std::optional<IpAddress> parse(std::string_view text);

  /// In its shortest form.
  std::string to_string() const;

  bool is_ipv4() const;
  bool is_loopback() const;

  /// How many bits it has: 32 or 128.
  unsigned bits() const { return is_ipv4() ? 32 : 128; }

  /// The address with all bits zero but the first `bits`; `bits` must not be more than it has.
  IpAddress first(unsigned bits) const;

  bool operator==(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};  // of an IPv4 address: ::ffff:0:0/96
};

/// All addresses with the same first bits (RFC 4632, 3.1).
struct IpNetwork {
  IpAddress address;  // its other bits are zero
  unsigned bits;

  bool contains(const IpAddress& other) const {
    return other.is_ipv4() == address.is_ipv4() && other.first(bits) == address;
  }
};

}  // namespace taskdock::system
