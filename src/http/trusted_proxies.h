#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/request.h"
#include "system/ip_address.h"

namespace taskdock::http {

/// How a request reached the proxies that passed it on to us.
struct ProxiedRequest {
  std::string client_address;  // in numeric form, or system::unix_peer
  std::string prefix = {};     // the path under which the proxy has put the server, e.g. "/todo"
  bool over_tls = false;       // the client is known to have used TLS
};

/// The reverse proxies whose words about their clients count. Any thread may use it.
///
/// A proxy says what it knows in `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Prefix`,
/// or in `Forwarded` (RFC 7239). All that a request has passed add to the first, so that what the
/// client itself has written there stands before what they have added.
///
/// Where there is an `X-Forwarded-For`, `Forwarded` is not looked at: the usual proxies write only
/// the former, and pass the latter on as the client has sent it. If it counted, the client could
/// choose to be taken for the proxy, and get the proxy blocked. A proxy that writes `Forwarded`
/// must write or remove `X-Forwarded-For` as well.
class TrustedProxies {
 public:
  /// No proxy is trusted.
  TrustedProxies() = default;

  /// Proxies with an address in one of `networks`, and with `trusts_unix_peers` also those that
  /// come over a Unix socket.
  TrustedProxies(std::vector<system::IpNetwork> networks, bool trusts_unix_peers)
      : networks_(std::move(networks)), trusts_unix_peers_(trusts_unix_peers) {}

  bool empty() const { return networks_.empty() && !trusts_unix_peers_; }

  /// Whether `address`, as of ProxiedRequest::client_address, is that of a trusted proxy.
  bool trusts(std::string_view address) const;

  /// What the trusted proxy at the address `peer` says about a request with `headers`.
  ///
  /// The client's address is the right-most one that is not trusted, or the left-most of all if all
  /// are trusted. Where an element is not an address ("unknown", "_hidden", nonsense), what stands
  /// before it is not looked at: the address is the last one found, which may be `peer` itself. The
  /// same holds where `Forwarded` does not follow its grammar.
  ///
  /// TLS counts as used only if a header says "https", and none says something else. A prefix that
  /// is not exactly a path of plain segments is ignored: it becomes part of links.
  ProxiedRequest read(std::string_view peer, std::span<const api::Header> headers) const;

 private:
  std::vector<system::IpNetwork> networks_;
  bool trusts_unix_peers_ = false;
};

}  // namespace taskdock::http
