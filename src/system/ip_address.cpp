#include "system/ip_address.h"

#include <algorithm>

namespace taskdock::system {

namespace {

constexpr std::array<std::uint8_t, 12> ipv4_start = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

bool IpAddress::is_ipv4() const {
  return std::equal(ipv4_start.begin(), ipv4_start.end(), bytes_.begin());
}

bool IpAddress::is_loopback() const {
  if (is_ipv4()) return bytes_[ipv4_start.size()] == 127;
  return bytes_.back() == 1 &&
         std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

IpAddress IpAddress::first(unsigned bits) const {
  unsigned left = is_ipv4() ? bits + 8 * ipv4_start.size() : bits;
  IpAddress result = *this;
  for (std::uint8_t& byte : result.bytes_) {
    const unsigned kept = std::min(left, 8U);
    byte = static_cast<std::uint8_t>(byte & (0xff00U >> kept));
    left -= kept;
  }
  return result;
}

}  // namespace taskdock::system
