#include "http/origin_guard.h"

#include <algorithm>

#include "support/text.h"
#include "system/ip_address.h"

namespace taskdock::http {

namespace {

using support::equals_ignoring_case;

constexpr Refusal unknown_host{
    421, "This server does not serve the host in the request; --allowed-hosts can allow it"};
constexpr Refusal foreign_origin{
    403, "Pages of this origin may not change anything here; --cors-origins can allow it"};

/// Whether only programs of this machine can connect to `endpoint` by an IP address. A browser
/// cannot connect to a Unix socket.
bool is_loopback(const system::Endpoint& endpoint) {
  const auto address = system::IpAddress::parse(endpoint.host);
  return address && address->is_loopback();
}

/// `host` without its port.
std::string_view hostname_of(std::string_view host) {
  return host.substr(0, host.find(':', host.starts_with('[') ? host.find(']') : 0));
}

/// `authority` without the port that its scheme has anyway.
std::string_view without_port(std::string_view authority, std::string_view port) {
  if (authority.ends_with(port)) authority.remove_suffix(port.size());
  return authority;
}

bool contains(const std::vector<std::string>& lower_case, std::string_view text) {
  return std::ranges::any_of(lower_case, [text](const std::string& candidate) {
    return equals_ignoring_case(candidate, text);
  });
}

/// Whether the method can do nothing but read (RFC 9110, 9.2.1).
bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

}  // namespace

OriginGuard::OriginGuard(const system::Endpoint& endpoint,
                         const std::vector<std::string>& allowed_hosts, const Cors& cors)
    : checks_hosts_(is_loopback(endpoint) || !allowed_hosts.empty()), cors_(cors) {
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  std::vector<std::string> names = {"localhost", "127.0.0.1", "[::1]"};
  if (!endpoint.is_unix()) {
    names.push_back(support::to_lower_ascii(is_ipv6 ? '[' + endpoint.host + ']' : endpoint.host));
  }
  for (const std::string& name : names) {
    hosts_.push_back(name);
    if (!endpoint.is_unix()) hosts_.push_back(name + ':' + std::to_string(endpoint.port));
  }
  for (const std::string& allowed : allowed_hosts) {
    const std::string host = support::to_lower_ascii(allowed);
    (hostname_of(host) == host ? hostnames_ : hosts_).push_back(host);
  }
}

std::optional<Refusal> OriginGuard::check(const RequestHead& head, bool over_tls) const {
  if (checks_hosts_ && head.host && !knows_host(*head.host)) return unknown_host;
  if (!is_safe(head.method) && comes_from_foreign_page(head, over_tls)) return foreign_origin;
  return std::nullopt;
}

bool OriginGuard::knows_host(std::string_view host) const {
  return contains(hosts_, host) || contains(hostnames_, hostname_of(host));
}

/// Whether `origin` is allowed, or is the server's own, as it is reached.
bool OriginGuard::knows_origin(std::string_view origin, std::string_view host,
                               bool over_tls) const {
  if (cors_.allows(origin)) return true;
  for (const auto& [scheme, port] :
       {std::pair{std::string_view("http://"), ":80"}, {std::string_view("https://"), ":443"}}) {
    if (!equals_ignoring_case(origin.substr(0, scheme.size()), scheme)) continue;
    const std::string_view authority = origin.substr(scheme.size());
    if (over_tls && scheme == "http://") return false;
    return !host.empty() &&
           equals_ignoring_case(without_port(authority, port), without_port(host, port));
  }
  return false;
}

bool OriginGuard::comes_from_foreign_page(const RequestHead& head, bool over_tls) const {
  bool has_origin = false;
  bool is_cross_site = false;
  for (const api::Header& header : head.headers) {
    if (equals_ignoring_case(header.name, "Origin")) {
      if (!knows_origin(header.value, head.host.value_or(""), over_tls)) return true;
      has_origin = true;
    } else if (equals_ignoring_case(header.name, "Sec-Fetch-Site")) {
      is_cross_site = is_cross_site || equals_ignoring_case(header.value, "cross-site");
    }
  }
  return is_cross_site && !has_origin;
}

}  // namespace taskdock::http
