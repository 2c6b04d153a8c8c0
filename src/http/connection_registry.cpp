#include "http/connection_registry.h"

namespace taskdock::http {

namespace {

using Activity = Connection::Activity;

/// Whether the worker waits for its client to send or to receive something.
bool waits_for_client(Activity activity) {
  return activity == Activity::receiving || activity == Activity::sending ||
         activity == Activity::streaming;
}

/// Sets `longest` to `connection` if that has been in its activity for longer.
void keep_longest(Connection*& longest, Connection* connection) {
  if (!longest || connection->since() < longest->since()) longest = connection;
}

}  // namespace

ConnectionRegistry::Entry::Entry(ConnectionRegistry& registry, Connection& connection)
    : registry_(registry), connection_(connection) {
  const support::MutexLock lock(registry_.mutex_);
  admitted_ = !registry_.ending_;
  if (admitted_) registry_.connections_.insert(&connection_);
}

ConnectionRegistry::Entry::~Entry() {
  const support::MutexLock lock(registry_.mutex_);
  registry_.connections_.erase(&connection_);
}

bool ConnectionRegistry::free_a_worker() {
  const auto now = Connection::Clock::now();
  const auto too_old = now - patience_;
  const auto too_new = now - first_request_;
  const support::MutexLock lock(mutex_);
  Connection* idle = nullptr;
  Connection* slow = nullptr;
  for (Connection* connection : connections_) {
    if (connection->is_ending()) continue;
    const Activity activity = connection->activity();
    if (activity == Activity::idle && !(connection->is_new() && connection->since() > too_new)) {
      keep_longest(idle, connection);
    }
    if (waits_for_client(activity)) keep_longest(slow, connection);
  }
  if (idle) {
    idle->end();
    return true;
  }
  if (!slow || slow->since() > too_old) return false;
  slow->cut();
  return true;
}

bool ConnectionRegistry::free_memory() {
  const auto too_old = Connection::Clock::now() - patience_;
  const support::MutexLock lock(mutex_);
  Connection* slow = nullptr;
  for (Connection* connection : connections_) {
    if (!connection->is_ending() && connection->body_memory() > 0 &&
        waits_for_client(connection->activity())) {
      keep_longest(slow, connection);
    }
  }
  if (!slow || slow->since() > too_old) return false;
  slow->cut();
  return true;
}

void ConnectionRegistry::end_all() {
  const support::MutexLock lock(mutex_);
  ending_ = true;
  for (Connection* connection : connections_) connection->end();
}

void ConnectionRegistry::cut_all() {
  const support::MutexLock lock(mutex_);
  for (Connection* connection : connections_) connection->cut();
}

}  // namespace taskdock::http
