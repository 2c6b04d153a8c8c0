#include "http/connection_registry.h"

namespace taskdock::http {

ConnectionRegistry::Entry::Entry(ConnectionRegistry& registry, Connection& connection)
    : registry_(registry), connection_(connection) {
  const std::lock_guard lock(registry_.mutex_);
  admitted_ = !registry_.ending_;
  if (admitted_) registry_.connections_.insert(&connection_);
}

ConnectionRegistry::Entry::~Entry() {
  const std::lock_guard lock(registry_.mutex_);
  registry_.connections_.erase(&connection_);
}

bool ConnectionRegistry::end_longest_idle() {
  const std::lock_guard lock(mutex_);
  Connection* longest = nullptr;
  for (Connection* connection : connections_) {
    if (connection->is_idle() && !connection->is_ending() &&
        (!longest || connection->idle_since() < longest->idle_since())) {
      longest = connection;
    }
  }
  if (longest) longest->end();
  return longest != nullptr;
}

void ConnectionRegistry::end_all() {
  const std::lock_guard lock(mutex_);
  ending_ = true;
  for (Connection* connection : connections_) connection->end();
}

void ConnectionRegistry::cut_all() {
  const std::lock_guard lock(mutex_);
  for (Connection* connection : connections_) connection->cut();
}

}  // namespace taskdock::http
