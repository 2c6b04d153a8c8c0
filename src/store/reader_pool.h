#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <vector>

#include "store/connection.h"
#include "support/semaphore.h"

namespace taskdock::store {

/// A few connections for look-ups, opened as they are needed and lent for a few of them. Few,
/// because threads are many and each connection costs memory; free of locks, because a look-up is
/// shorter than a fight for one.
class ReaderPool {
 public:
  /// At most `most` connections to `file`, at least one.
  ReaderPool(std::filesystem::path file, std::size_t most);

 private:
  struct alignas(64) Place {  // a cache line each, or they would slow each other down
    std::atomic<bool> taken{false};
    std::unique_ptr<Connection> connection;  // belongs to whoever has taken the place
  };

 public:
  /// A connection of the pool; given back when this ends.
  class Lease {
   public:
    Lease(ReaderPool& pool, Place& place) : pool_(pool), place_(place) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();

    Connection& operator*() const { return *place_.connection; }

   private:
    ReaderPool& pool_;
    Place& place_;
  };

  /// Waits until one is free. Any thread may call it; the lease belongs to that thread. Throws
  /// SQLite::Exception when a connection cannot be opened.
  Lease borrow();

 private:
  Place& take_place();
  void give_back(Place& place);

  const std::filesystem::path file_;
  support::Semaphore free_;  // how many places are not taken
  std::vector<Place> places_;
};

}  // namespace taskdock::store
