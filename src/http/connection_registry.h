#pragma once

#include <unordered_set>

#include "http/connection.h"
#include "support/mutex.h"

namespace taskdock::http {

/// The connections that have a worker, so that they can be ended. Any thread may call it.
class ConnectionRegistry {
 public:
  /// A client that keeps its worker waiting for longer than the patience of `deadlines` may be cut
  /// to make room.
  explicit ConnectionRegistry(const Deadlines& deadlines)
      : patience_(deadlines.patience), first_request_(deadlines.first_request) {}

  /// Keeps a connection in the registry while this exists, unless everything is being ended.
  class Entry {
   public:
    Entry(ConnectionRegistry& registry, Connection& connection);
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry();

    bool is_admitted() const { return admitted_; }

   private:
    ConnectionRegistry& registry_;
    Connection& connection_;
    bool admitted_;
  };

  /// Frees a worker for another connection: ends the connection that has been idle longest (except
  /// new ones that may still send their first request), or else cuts the one that has kept its
  /// worker waiting longest, if that is longer than the patience. False if there is neither.
  bool free_a_worker() EXCLUDES(mutex_);

  /// Frees memory of bodies: of the connections that use some, cuts the one that has kept its
  /// worker waiting longest, if that is longer than the patience. False if there is none.
  bool free_memory() EXCLUDES(mutex_);

  /// Ends every connection, each after the request it is busy with, and admits no more.
  void end_all() EXCLUDES(mutex_);

  /// Cuts every connection.
  void cut_all() EXCLUDES(mutex_);

 private:
  const std::chrono::milliseconds patience_;
  const std::chrono::milliseconds first_request_;
  support::Mutex mutex_;
  // Each is alive while the lock is held.
  std::unordered_set<Connection*> connections_ GUARDED_BY(mutex_);
  bool ending_ GUARDED_BY(mutex_) = false;
};

}  // namespace taskdock::http
