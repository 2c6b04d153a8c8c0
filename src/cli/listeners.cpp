#include "cli/listeners.h"

#include <algorithm>
#include <stdexcept>
#include <system_error>

#include "cli/failure.h"

namespace taskdock::cli {

namespace {

Failure failure_to_listen(const system::Endpoint& endpoint, const std::error_code& reason) {
  const std::string what = "cannot listen on " + address_of(endpoint) + ": ";
  const bool is_unix = endpoint.is_unix();
  if (reason == std::errc::address_in_use) {
    return {ExitStatus::port_in_use, what + reason.message() + "; choose another " +
                                         (is_unix ? "path" : "port with --port or --listen") +
                                         ", or stop what uses it"};
  }
  if (reason == std::errc::not_a_socket) {
    return {ExitStatus::failed,
            what + "there is a file that is no socket; choose another path, or remove it"};
  }
  if (reason == std::errc::filename_too_long) {
    return WrongValue(what + "its " + std::to_string(endpoint.path.size()) +
                      " bytes are more than the system allows for a socket; choose a shorter path");
  }
  return {ExitStatus::failed,
          what + reason.message() + "; choose another " +
              (is_unix ? "path" : "address or port with --host, --port or --listen")};
}

}  // namespace

std::string address_of(const system::Endpoint& endpoint) {
  if (endpoint.is_unix()) return "unix:" + endpoint.path;
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  return "http://" + (is_ipv6 ? '[' + endpoint.host + ']' : endpoint.host) + ':' +
         std::to_string(endpoint.port);
}

std::string reachable_address_of(const system::Endpoint& endpoint) {
  system::Endpoint reachable = endpoint;
  if (endpoint.host == "0.0.0.0") reachable.host = "127.0.0.1";
  if (endpoint.host == "::") reachable.host = "::1";
  return address_of(reachable);
}

std::vector<system::Listener> listen_on(const std::vector<system::Endpoint>& endpoints) {
  std::vector<system::Listener> listeners;
  for (const system::Endpoint& endpoint : endpoints) {
    try {
      listeners.push_back(system::Listener::bind(endpoint));
    } catch (const std::system_error& error) {
      throw failure_to_listen(endpoint, error.code());
    }
  }
  return listeners;
}

std::vector<system::Listener> take_inherited_listeners() {
  try {
    return system::Listener::take_inherited();
  } catch (const std::invalid_argument& error) {
    throw WrongValue(error.what());
  }
}

const system::Endpoint& main_endpoint(const std::vector<system::Endpoint>& endpoints) {
  const auto with_port =
      std::find_if(endpoints.begin(), endpoints.end(),
                   [](const system::Endpoint& endpoint) { return !endpoint.is_unix(); });
  return with_port == endpoints.end() ? endpoints.front() : *with_port;
}

}  // namespace taskdock::cli
