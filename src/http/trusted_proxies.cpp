#include "http/trusted_proxies.h"

#include <algorithm>
#include <optional>

#include "support/text.h"
#include "system/socket.h"

namespace taskdock::http {

namespace {

using support::equals_ignoring_case;
using system::IpAddress;

constexpr std::size_t max_prefix_bytes = 128;

/// Whom a request came from at one stage of its way, as the stage says; absent where it does not.
struct Hop {
  std::optional<std::string> node = {};
  std::optional<std::string> proto = {};
};

using Hops = std::vector<Hop>;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// tchar (RFC 9110, 5.6.2).
bool is_token_character(char c) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return is_letter_or_digit(c) || marks.find(c) != std::string_view::npos;
}

/// node-port (RFC 7239, 6), whose value nobody needs.
bool is_port(std::string_view text) {
  if (text.starts_with('_')) {
    return text.size() > 1 && std::ranges::all_of(text.substr(1), [](char c) {
             return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
           });
  }
  return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

/// The address in `node`, which is an address with or without a port (RFC 7239, 6); an IPv6 address
/// may stand without brackets if it has no port.
std::optional<IpAddress> address_of(std::string_view node) {
  std::string_view rest;
  if (node.starts_with('[')) {
    const std::size_t end = node.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    rest = node.substr(end + 1);
    node = node.substr(1, end - 1);
    if (node.find(':') == std::string_view::npos) return std::nullopt;
  } else if (std::ranges::count(node, ':') == 1) {
    rest = node.substr(node.find(':'));
    node.remove_suffix(rest.size());
  }
  if (!rest.empty() && (!rest.starts_with(':') || !is_port(rest.substr(1)))) return std::nullopt;
  return IpAddress::parse(node);
}

/// Adds the elements of an X-Forwarded-For header to `hops`.
void add_listed(std::string_view list, Hops& hops) {
  while (!list.empty()) {
    const std::string_view element = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), element.size() + 1));
    // Empty elements of a list do not count (RFC 9110, 5.6.1).
    const std::string_view node = support::trim_blanks(element);
    if (!node.empty()) hops.push_back({.node = std::string(node)});
  }
}

/// Reads a Forwarded header (RFC 7239, 4).
class ForwardedParser {
 public:
  explicit ForwardedParser(std::string_view text) : rest_(text) {}

  /// Adds its elements to `hops`; false if it is malformed.
  bool parse(Hops& hops) {
    for (;;) {
      Hop hop;
      bool has_pairs = false;
      for (skip_spaces(); !rest_.empty() && rest_.front() != ','; skip_spaces()) {
        if (take(';')) continue;
        if (!parse_pair(hop)) return false;
        has_pairs = true;
        skip_spaces();
        if (!rest_.empty() && rest_.front() != ',' && rest_.front() != ';') return false;
      }
      if (has_pairs) hops.push_back(std::move(hop));
      if (!take(',')) return true;
    }
  }

 private:
  void skip_spaces() {
    rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(" \t")));
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view take_token() {
    const auto end = std::ranges::find_if_not(rest_, is_token_character);
    const std::string_view token(rest_.begin(), end);
    rest_.remove_prefix(token.size());
    return token;
  }

  /// quoted-string (RFC 9110, 5.6.4), behind its first quote.
  std::optional<std::string> take_quoted() {
    std::string text;
    while (!rest_.empty()) {
      if (take('"')) return text;
      if (take('\\') && rest_.empty()) break;
      text += rest_.front();
      rest_.remove_prefix(1);
    }
    return std::nullopt;
  }

  bool parse_pair(Hop& hop) {
    const std::string_view name = take_token();
    if (name.empty() || !take('=')) return false;
    std::optional<std::string> value;
    if (take('"')) {
      value = take_quoted();
    } else if (const std::string_view token = take_token(); !token.empty()) {
      value = token;
    }
    if (!value) return false;
    std::optional<std::string>* member = nullptr;
    if (equals_ignoring_case(name, "for")) member = &hop.node;
    if (equals_ignoring_case(name, "proto")) member = &hop.proto;
    if (!member) return true;
    if (*member) return false;  // each at most once
    *member = std::move(value);
    return true;
  }

  std::string_view rest_;
};

/// `path` as a prefix of paths, without a slash at its end. Nothing if it is not made of segments
/// of unreserved characters (RFC 3986, 2.3) alone.
std::optional<std::string> read_prefix(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.size() > max_prefix_bytes) return std::nullopt;
  for (std::string_view rest = path; !rest.empty();) {
    if (!rest.starts_with('/')) return std::nullopt;
    const std::string_view segment = rest.substr(1, rest.find('/', 1) - 1);
    if (segment.empty() || segment == "." || segment == "..") return std::nullopt;
    if (!std::ranges::all_of(segment, [](char c) {
          return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
        })) {
      return std::nullopt;
    }
    rest.remove_prefix(1 + segment.size());
  }
  return std::string(path);
}

/// The headers of a request that proxies write.
struct Words {
  Hops listed;                // X-Forwarded-For
  Hops forwarded;             // Forwarded
  bool is_malformed = false;  // Forwarded
  std::vector<std::string_view> protos;
  std::vector<std::string_view> prefixes;

  explicit Words(std::span<const api::Header> headers) {
    for (const auto& [name, value] : headers) {
      if (equals_ignoring_case(name, "X-Forwarded-For")) {
        add_listed(value, listed);
      } else if (equals_ignoring_case(name, "Forwarded")) {
        is_malformed = !ForwardedParser(value).parse(forwarded) || is_malformed;
      } else if (equals_ignoring_case(name, "X-Forwarded-Proto")) {
        protos.push_back(value);
      } else if (equals_ignoring_case(name, "X-Forwarded-Prefix")) {
        prefixes.push_back(value);
      }
    }
  }
};

}  // namespace

bool TrustedProxies::trusts(std::string_view address) const {
  if (address == system::unix_peer) return trusts_unix_peers_;
  if (networks_.empty()) return false;
  const auto parsed = IpAddress::parse(address);
  return parsed && std::ranges::any_of(networks_, [&](const system::IpNetwork& network) {
           return network.contains(*parsed);
         });
}

ProxiedRequest TrustedProxies::read(std::string_view peer,
                                    std::span<const api::Header> headers) const {
  const Words words(headers);
  static const Hops none;
  const Hops& hops = !words.listed.empty() ? words.listed
                     : words.is_malformed  ? none
                                           : words.forwarded;
  // Back from `peer`, for as long as those who wrote the hops are trusted.
  ProxiedRequest request{.client_address = std::string(peer)};
  const Hop* first = nullptr;  // that the address came from, or that has none
  for (auto hop = hops.rbegin(); hop != hops.rend() && trusts(request.client_address); ++hop) {
    first = &*hop;
    const auto before = hop->node ? address_of(*hop->node) : std::nullopt;
    if (!before) break;
    request.client_address = before->to_string();
  }

  std::vector<std::string_view> protos = words.protos;
  if (first && first->proto) protos.emplace_back(*first->proto);
  request.over_tls = !protos.empty() && std::ranges::all_of(protos, [](std::string_view proto) {
    return equals_ignoring_case(proto, "https");
  });
  if (words.prefixes.size() == 1) {
    request.prefix = read_prefix(words.prefixes.front()).value_or("");
  }
  return request;
}

}  // namespace taskdock::http
