#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "store/connection.h"

namespace taskdock::store {

/// A few connections for look-ups, opened as they are needed and lent for the length of one. Few,
/// because threads are many and each connection costs memory.
class ReaderPool {
 public:
  /// At most `most` connections to `file`, at least one.
  ReaderPool(std::filesystem::path file, std::size_t most);

  /// A connection of the pool; given back when this ends.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection);
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();

    Connection& operator*() const { return *connection_; }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// Waits until one is free. Any thread may call it; the lease belongs to that thread. Throws
  /// SQLite::Exception when a connection cannot be opened.
  Lease borrow();

 private:
  void give_back(std::unique_ptr<Connection> connection);

  const std::filesystem::path file_;
  const std::size_t most_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable given_back_;
  std::vector<std::unique_ptr<Connection>> free_;
  std::size_t open_ = 0;
};

}  // namespace taskdock::store
