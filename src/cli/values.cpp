#include "cli/values.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <string_view>
#include <system_error>

#include "support/text.h"
#include "system/inherited_file.h"
#include "system/ip_address.h"
#include "system/regular_file.h"
#include "system/socket.h"

namespace taskdock::cli {

namespace {

/// A whole number in decimal, or what is wrong with it.
std::errc parse_whole(std::string_view text, std::int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
    return std::errc::invalid_argument;
  }
  return error;
}

/// A whole number from 1 to a million, or nothing.
std::optional<std::int64_t> parse_count(std::string_view text) {
  std::int64_t value = 0;
  const bool good = parse_whole(text, value) == std::errc() && value >= 1 && value <= 1'000'000;
  return good ? std::optional(value) : std::nullopt;
}

void add_once(std::vector<std::string>& list, std::string text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

struct HostAndPort {
  std::string host;  // in lower case; an IPv6 address in brackets and in its shortest form
  std::string port;  // in decimal; empty if there is none
};

/// Whether `host` is a name, or an IPv4 address as browsers write it. A name whose last label is a
/// number is an address to them, whatever else it looks like (url.spec.whatwg.org, "host parsing").
bool is_name_or_ipv4(const std::string& host) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-._";
  if (host.empty() || host.find_first_not_of(allowed) != std::string::npos) return false;
  if (host.starts_with('.') || host.find("..") != std::string::npos) return false;
  const std::size_t dot = host.rfind('.');
  const std::string last = dot == std::string::npos ? host : host.substr(dot + 1);
  if (last.empty() || last.find_first_not_of("0123456789") != std::string::npos) return true;
  return system::IpAddress::parse(host).has_value();
}

/// Reads HOST or HOST:PORT; nothing where it is neither.
std::optional<HostAndPort> parse_host_and_port(const std::string& text) {
  HostAndPort result;
  std::string rest = support::to_lower_ascii(text);
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string::npos) return std::nullopt;
    const auto host = system::IpAddress::parse(std::string_view(rest).substr(1, end - 1));
    if (!host || host->is_ipv4()) return std::nullopt;
    result.host = '[' + host->to_string() + ']';
    rest.erase(0, end + 1);
  } else {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    result.host = rest.substr(0, colon);
    if (!is_name_or_ipv4(result.host)) return std::nullopt;
    rest.erase(0, colon);
  }
  if (rest.empty()) return result;
  std::int64_t port = 0;
  if (!rest.starts_with(':') ||
      parse_whole(std::string_view(rest).substr(1), port) != std::errc() || port < 0 ||
      port > 65535) {
    return std::nullopt;
  }
  result.port = std::to_string(port);
  return result;
}

bool is_scheme(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
         });
}

/// The origin as browsers send it; nothing where `text` is none.
std::optional<std::string> read_origin(const std::string& text) {
  if (support::to_lower_ascii(text) == "null") return "null";  // of pages without one
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string::npos) return std::nullopt;
  const std::string scheme = support::to_lower_ascii(text.substr(0, scheme_end));
  if (!is_scheme(scheme)) return std::nullopt;
  const auto place = parse_host_and_port(text.substr(scheme_end + 3));
  if (!place) return std::nullopt;
  const bool is_default =
      (scheme == "http" && place->port == "80") || (scheme == "https" && place->port == "443");
  const bool has_port = !place->port.empty() && !is_default;
  return scheme + "://" + place->host + (has_port ? ':' + place->port : std::string());
}

/// A path that clients can use from any directory.
system::Endpoint read_socket_path(const std::string& path) {
  const bool is_printable =
      std::all_of(path.begin(), path.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
  if (path.empty() || !is_printable) {
    throw WrongValue("'unix:" + support::printable(path) +
                     "' names no path; write unix: and the path of the socket");
  }
  return {.path = std::filesystem::absolute(path).string()};
}

system::Endpoint read_endpoint(const std::string& text) {
  constexpr std::string_view http = "http://";
  constexpr std::string_view local = "unix:";
  if (text.starts_with(local)) return read_socket_path(text.substr(local.size()));
  if (text.starts_with(http)) {
    std::string host = text.substr(http.size());
    const std::size_t colon = host.rfind(':');
    std::int64_t port = 0;
    if (colon != std::string::npos &&
        parse_whole(std::string_view(host).substr(colon + 1), port) == std::errc() && port >= 0 &&
        port <= 65535) {
      host.erase(colon);
      if (host == "localhost") host = "127.0.0.1";
      const bool has_brackets = host.starts_with('[') && host.ends_with(']');
      if (has_brackets) host = host.substr(1, host.size() - 2);
      const bool is_ipv6 = host.find(':') != std::string::npos;
      if (has_brackets == is_ipv6 && system::IpAddress::parse(host)) {
        return {.host = host, .port = static_cast<int>(port)};
      }
    }
  }
  throw WrongValue("'" + text +
                   "' is no place to listen, such as http://127.0.0.1:8000, http://[::1]:8000 or "
                   "unix:/run/taskdock/socket; the host is a numeric address or localhost, and "
                   "nothing follows the port");
}

std::optional<system::IpNetwork> read_network(const std::string& text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto address = system::IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  std::int64_t bits = address->bits();
  if (slash < text.size() && (parse_whole(text.substr(slash + 1), bits) != std::errc() ||
                              bits < 0 || bits > address->bits())) {
    return std::nullopt;
  }
  const system::IpNetwork network{address->first(static_cast<unsigned>(bits)),
                                  static_cast<unsigned>(bits)};
  if (network.address == *address) return network;
  throw WrongValue("'" + text + "' is an address within a network; write " +
                   network.address.to_string() + '/' + std::to_string(bits) +
                   " for the network, or the address alone");
}

}  // namespace

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  if (text == "none") return parts;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view part = rest.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return parts;
}

std::int64_t read_whole(const std::string& text, std::int64_t min, std::int64_t max) {
  std::int64_t value = 0;
  const std::errc error = parse_whole(text, value);
  const std::string advice = std::to_string(min) + " to " + std::to_string(max);
  if (error == std::errc::invalid_argument) {
    throw WrongValue("'" + text + "' is not a number; give a whole number from " + advice);
  }
  if (error != std::errc() || value < min || value > max) {
    throw WrongValue("'" + text + "' is not in the range from " + advice);
  }
  return value;
}

std::optional<std::int64_t> read_limit(const std::string& text) {
  if (text == "none") return std::nullopt;
  std::int64_t value = 0;
  if (parse_whole(text, value) == std::errc() && value >= 1) return value;
  throw WrongValue("'" + text + "' is not a limit; give a whole number from 1 on, or none");
}

std::string read_address(const std::string& text) {
  if (text == "localhost") return "127.0.0.1";
  if (system::IpAddress::parse(text)) return text;
  throw WrongValue("'" + text + "' is not a numeric address, such as 127.0.0.1, 0.0.0.0 or ::1");
}

std::vector<system::Endpoint> read_endpoints(const std::string& text) {
  std::vector<system::Endpoint> endpoints;
  for (const std::string& part : split(text)) endpoints.push_back(read_endpoint(part));
  if (endpoints.empty() && text != "none") endpoints.push_back(read_endpoint(text));
  return endpoints;
}

http::TrustedProxies read_trusted_proxies(const std::string& text) {
  std::vector<system::IpNetwork> networks;
  bool trusts_unix_peers = false;
  for (const std::string& part : split(text)) {
    if (part == system::unix_peer) {
      trusts_unix_peers = true;
    } else if (const auto network = read_network(part)) {
      networks.push_back(*network);
    } else {
      throw WrongValue("'" + part +
                       "' is not a proxy's address, such as 127.0.0.1, a network, such as "
                       "10.0.0.0/8 or fd00::/8, or unix for all that come over a Unix socket");
    }
  }
  return {std::move(networks), trusts_unix_peers};
}

std::chrono::seconds read_duration(const std::string& text) {
  const std::map<char, std::chrono::seconds> units = {{'s', std::chrono::seconds(1)},
                                                      {'m', std::chrono::minutes(1)},
                                                      {'h', std::chrono::hours(1)},
                                                      {'d', std::chrono::days(1)}};
  const auto unit = units.find(text.empty() ? '?' : text.back());
  const auto number =
      parse_count(std::string_view(text).substr(0, std::max<std::size_t>(text.size(), 1) - 1));
  if (unit != units.end() && number) return unit->second * *number;
  throw WrongValue(
      "'" + text +
      "' is not a duration; give a whole number from 1 to 1000000 and s, m, h or d, such as 24h");
}

security::Allowance read_allowance(const std::string& text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto at_once = parse_count(std::string_view(text).substr(0, slash));
  const auto then_every =
      parse_count(std::string_view(text).substr(std::min(slash + 1, text.size())));
  if (at_once && then_every) return {*at_once, std::chrono::seconds(*then_every)};
  throw WrongValue("'" + text + "' is not COUNT/SECONDS, such as 20/30, each from 1 to 1000000");
}

std::string to_text(const security::Allowance& allowance) {
  return std::to_string(allowance.at_once) + '/' + std::to_string(allowance.then_every.count());
}

std::string read_secret_line(const std::string& text) {
  // More than any secret has, and little enough to read from whatever the name stands for.
  constexpr std::size_t max_bytes = 4096;
  constexpr std::string_view descriptor = "fd:";
  std::string line;
  try {
    if (text.starts_with(descriptor)) {
      const auto number = static_cast<int>(
          read_whole(text.substr(descriptor.size()), 0, std::numeric_limits<int>::max()));
      line = system::read_inherited_line(number, max_bytes);
    } else {
      line = system::read_all(system::open_regular_file(read_path(text)), max_bytes);
    }
  } catch (const system::NotARegularFile& error) {
    throw WrongValue('\'' + text + "' is " + error.what() +
                     "; name a file, or an open descriptor as fd:N");
  } catch (const std::system_error& error) {
    throw WrongValue('\'' + text + "' cannot be read: " + error.code().message());
  }
  line.resize(std::min(line.find('\n'), line.size()));
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::filesystem::path read_path(const std::string& text) {
  if (text.empty()) throw WrongValue("the path is empty; name a place in the file system");
  return text;
}

std::filesystem::path read_directory(const std::string& text) {
  std::error_code error;
  std::filesystem::path path = std::filesystem::absolute(read_path(text));
  if (std::filesystem::is_directory(path, error)) return path;
  const bool is_something = std::filesystem::exists(path, error);
  throw WrongValue('\'' + text + "' " + (is_something ? "is not a directory" : "does not exist") +
                   "; name a directory that does");
}

std::filesystem::path resolve(const std::filesystem::path& path) {
  const auto absolute = std::filesystem::absolute(path);
  std::error_code error;
  auto resolved = std::filesystem::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal() : resolved;
}

bool is_within(const std::filesystem::path& path, const std::filesystem::path& directory) {
  const auto inner = resolve(path);
  const auto outer = resolve(directory);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

std::vector<std::string> read_origins(const std::string& text) {
  std::vector<std::string> origins;
  for (const std::string& part : split(text)) {
    auto origin = read_origin(part);
    if (!origin) {
      throw WrongValue(
          "'" + part +
          "' is not an origin, such as http://localhost:3000: a scheme, a host and, if "
          "needed, a port, with nothing after it; write international names in their xn-- form");
    }
    add_once(origins, std::move(*origin));
  }
  return origins;
}

std::vector<std::string> read_hosts(const std::string& text) {
  std::vector<std::string> hosts;
  for (const std::string& part : split(text)) {
    const auto place = parse_host_and_port(part);
    if (!place) {
      throw WrongValue("'" + part +
                       "' is not a host, such as tasks.example or tasks.example:8080, without "
                       "scheme, path or *");
    }
    add_once(hosts, place->host + (place->port.empty() ? std::string() : ':' + place->port));
  }
  return hosts;
}

}  // namespace taskdock::cli
