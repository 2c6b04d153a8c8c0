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

  /// Makes room for another connection: ends the one that has been idle longest, else breaks off
  /// the one that has been sending its request longest, if that is longer than honest clients take.
  /// False if there is neither.
  bool make_room();

  /// Ends every connection, each after the request it is busy with, and admits no more.
  void end_all();

  /// Breaks off every connection.
  void cut_all();

 private:
  Connection* longest(Connection::Activity activity) const;

  std::mutex mutex_;  // guards what follows; a connection in the set is alive while it is held
  std::unordered_set<Connection*> connections_;
  bool ending_ = false;
};

}  // namespace taskdock::http
