#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "store/sqlite/database_connection.h"
#include "store/sqlite/database_files.h"
#include "system/semaphore.h"

namespace taskdock::store::sqlite {

/// A pool of read-only connections, opened when they are needed. It is small, because there are
/// many threads and each connection costs memory, and has no mutex, because a query is shorter than
/// the wait for a contended one.
class ReaderPool {
 public:
  /// At most `max_connections` connections to the database of `files`, at least one.
  ReaderPool(const DatabaseFiles& files, std::size_t max_connections);

 private:
  struct alignas(64) Place {  // a cache line each, against false sharing
    std::atomic<bool> taken{false};
    std::unique_ptr<DatabaseConnection>
        connection;  // used only by the thread that has taken the place
  };

 public:
  /// A connection of the pool; given back when this ends.
  class Lease {
   public:
    Lease(ReaderPool& pool, Place& place) : pool_(pool), place_(place) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();

    DatabaseConnection& operator*() const { return *place_.connection; }

   private:
    ReaderPool& pool_;
    Place& place_;
  };

  /// Waits until one is free. Any thread may call it; the lease belongs to that thread. Throws
  /// Unavailable if a connection cannot be opened, or if the path leads to another file by now: a
  /// reader must see the database that is written to.
  Lease borrow();

 private:
  Place& take_place();
  std::unique_ptr<DatabaseConnection> open() const;
  void give_back(Place& place);

  const DatabaseFiles& files_;
  system::Semaphore free_;  // how many places are not taken
  std::vector<Place> places_;
};

}  // namespace taskdock::store::sqlite
