#pragma once

#include "store/snapshot.h"
#include "store/sqlite/database_connection.h"
#include "store/sqlite/failure.h"
#include "store/sqlite/reader_pool.h"

namespace taskdock::store {

/// A reader with its transaction, which SQLite begins when the first of its queries does.
struct Snapshot::Reading {
  explicit Reading(sqlite::ReaderPool& readers) : lease(readers.borrow()) {
    sqlite::DatabaseConnection& connection = *lease;
    sqlite::translating(connection.database(), [&] { connection.begin_reading(); });
  }
  ~Reading() { (*lease).end_reading(); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  template <class Work>
  auto read(Work work) {
    sqlite::DatabaseConnection& connection = *lease;
    return sqlite::translating(connection.database(), [&] { return work(connection); });
  }

  const sqlite::ReaderPool::Lease lease;
};

}  // namespace taskdock::store
