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

bool ConnectionRegistry::make_room() {
  constexpr std::chrono::seconds time_to_send{5};
  const std::lock_guard lock(mutex_);
  if (Connection* idle = longest(Connection::Activity::idle)) {
    idle->end();
    return true;
  }
  Connection* sending = longest(Connection::Activity::receiving);
  if (!sending || Connection::Clock::now() - sending->since() < time_to_send) return false;
  sending->cut();
  return true;
}

/// The connection that has been at `activity` longest and is not ending already; null if none is.
Connection* ConnectionRegistry::longest(Connection::Activity activity) const {
  Connection* found = nullptr;
  for (Connection* connection : connections_) {
    if (connection->activity() == activity && !connection->is_ending() &&
        (!found || connection->since() < found->since())) {
      found = connection;
    }
  }
  return found;
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
