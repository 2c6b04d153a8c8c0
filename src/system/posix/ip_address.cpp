#include "system/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>

namespace taskdock::system {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  // inet_pton(3) wants a text that ends with a zero; one in its middle would end it too early.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::string whole(text);
  if (text.find(':') == std::string_view::npos) whole.insert(0, "::ffff:");
  IpAddress address;
  if (::inet_pton(AF_INET6, whole.c_str(), address.bytes_.data()) != 1) return std::nullopt;
  // What follows the prefix must be all of an IPv4 address, and not, say, one number.
  if (whole.size() > text.size() && std::ranges::count(text, '.') != 3) return std::nullopt;
  return address;
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool ipv4 = is_ipv4();
  const std::uint8_t* start = bytes_.data() + (ipv4 ? 12 : 0);
  ::inet_ntop(ipv4 ? AF_INET : AF_INET6, start, text.data(), text.size());
  return text.data();
}

}  // namespace taskdock::system
