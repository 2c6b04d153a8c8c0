#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/cors.h"
#include "http/request_head.h"
#include "system/listener.h"

namespace taskdock::http {

/// Prevents web pages of other sites from changing anything on the server of their visitors: a
/// browser sends the requests of such pages, too, and says in headers where they come from. Any
/// thread may use it.
class OriginGuard {
 public:
  /// For what arrives at `endpoint`. Each of `allowed_hosts` is a host that requests may be for
  /// beside the server's own, with a port, or for any port. `cors` must outlive the guard.
  OriginGuard(const system::Endpoint& endpoint, const std::vector<std::string>& allowed_hosts,
              const Cors& cors);

  /// Why the request must not be served: its host is none of ours (421: a name whose owner has
  /// pointed it at us, DNS rebinding), or a page of a foreign origin asks for more than to read
  /// (403: cross-site request forgery). Without a `Host` at all a request comes from no browser.
  /// The server's own origin is that of the `Host`; with `over_tls` the client is known to have
  /// used TLS, and pages that came without it are foreign.
  std::optional<Refusal> check(const RequestHead& head, bool over_tls = false) const;

 private:
  bool knows_host(std::string_view host) const;
  bool knows_origin(std::string_view origin, std::string_view host, bool over_tls) const;
  bool comes_from_foreign_page(const RequestHead& head, bool over_tls) const;

  bool checks_hosts_;
  std::vector<std::string> hosts_;      // in lower case; exactly these
  std::vector<std::string> hostnames_;  // in lower case; these with any port
  const Cors& cors_;
};

}  // namespace taskdock::http
