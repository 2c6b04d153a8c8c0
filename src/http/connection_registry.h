#pragma once

#include <mutex>
#include <unordered_set>

#include "http/connection.h"

namespace taskdock::http {

/// The connections that are open, for those who must end them. Any thread may call it.
class ConnectionRegistry {
 public:
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

  /// Ends the connection that has waited longest for a request, to make room for one that has one;
  /// false if none is idle.
  bool end_longest_idle();

  /// Ends every connection, each after the request it is busy with, and admits no more.
  void end_all();

  /// Breaks off every connection.
  void cut_all();

 private:
  std::mutex mutex_;  // guards what follows; a connection in the set is alive while it is held
  std::unordered_set<Connection*> connections_;
  bool ending_ = false;
};

}  // namespace taskdock::http
