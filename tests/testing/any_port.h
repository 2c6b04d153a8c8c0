#pragma once

#include <vector>

#include "system/listener.h"

namespace taskdock::testing {

/// Listens on any free port of 127.0.0.1.
inline std::vector<system::Listener> on_any_port() {
  std::vector<system::Listener> listeners;
  listeners.push_back(system::Listener::bind({.host = "127.0.0.1", .port = 0}));
  return listeners;
}

}  // namespace taskdock::testing
