#pragma once

#include <unordered_set>

#include "http/connection.h"
#include "support/mutex.h"

namespace taskdock::http {

/// The connections that have a worker, for those who must end them. Any thread may call it.
class ConnectionRegistry {
 public:
  /// Whoever keeps a worker waiting for longer than the patience of `deadlines` may be cut for
  /// others.
  explicit ConnectionRegistry(const Deadlines& deadlines)
      : patience_(deadlines.patience), request_start_(deadlines.request_start) {}

  /// Has a connection in the registry for as long as it lives, unless everything is being ended.
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

  /// Frees a worker for another connection: ends the one that has been idle longest, or, where that
  /// is for a moment only, cuts the one that has kept its worker waiting longest, if that is longer
  /// than the patience. New connections may be idle for that moment. False if there is none.
  bool free_a_worker() EXCLUDES(mutex_);

  /// Frees memory of bodies: breaks off the connection that holds some and has kept its worker
  /// waiting longest, if that is longer than the patience. False if there is none.
  bool free_memory() EXCLUDES(mutex_);

  /// Ends every connection, each after the request it is busy with, and admits no more.
  void end_all() EXCLUDES(mutex_);

  /// Breaks off every connection.
  void cut_all() EXCLUDES(mutex_);

 private:
  const std::chrono::milliseconds patience_;
  const std::chrono::milliseconds request_start_;
  support::Mutex mutex_;
  // Each is alive while the lock is held.
  std::unordered_set<Connection*> connections_ GUARDED_BY(mutex_);
  bool ending_ GUARDED_BY(mutex_) = false;
};

}  // namespace taskdock::http
