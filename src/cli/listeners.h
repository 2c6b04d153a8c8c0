#pragma once

#include <string>
#include <vector>

#include "system/listener.h"

/// Where the server listens.
namespace taskdock::cli {

/// "http://127.0.0.1:8000" or "unix:/run/taskdock/socket".
std::string address_of(const system::Endpoint& endpoint);

/// The address at which programs of this machine reach `endpoint`: what stands for all IP addresses
/// is none to connect to.
std::string reachable_address_of(const system::Endpoint& endpoint);

/// Listens on each of `endpoints`. Throws Failure, which says what to do.
std::vector<system::Listener> listen_on(const std::vector<system::Endpoint>& endpoints);

/// The sockets that a service manager has opened for this process, or none. To be called before
/// other threads run. Throws Failure if they are none to listen on.
std::vector<system::Listener> take_inherited_listeners();

/// The one of `endpoints` (at least one) by which the server is known: the first with a port, or
/// else the first.
const system::Endpoint& main_endpoint(const std::vector<system::Endpoint>& endpoints);

}  // namespace taskdock::cli
