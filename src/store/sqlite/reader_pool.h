#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "store/sqlite/database_connection.h"
#include "store/sqlite/database_files.h"
#include "support/semaphore.h"

namespace taskdock::store::sqlite {

/// A few connections for look-ups, opened as they are needed and lent for a few of them. Few,
/// because threads are many and each connection costs memory; free of locks, because a look-up is
/// shorter than a fight for one.
class ReaderPool {
 public:
  /// At most `max_connections` connections to the database of `files`, at least one.
  ReaderPool(const DatabaseFiles& files, std::size_t max_connections);

 private:
  struct alignas(64) Place {  // a cache line each, or they would slow each other down
    std::atomic<bool> taken{false};
    std::unique_ptr<DatabaseConnection> connection;  // belongs to whoever has taken the place
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
  /// Unavailable when a connection cannot be opened, or the file is no longer the one that was: a
  /// reader must not see another database than the one that is written to.
  Lease borrow();

 private:
  Place& take_place();
  std::unique_ptr<DatabaseConnection> open() const;
  void give_back(Place& place);

  const DatabaseFiles& files_;
  support::Semaphore free_;  // how many places are not taken
  std::vector<Place> places_;
};

}  // namespace taskdock::store::sqlite
