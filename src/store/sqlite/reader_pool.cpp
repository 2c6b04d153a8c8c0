#include "store/sqlite/reader_pool.h"

#include <SQLiteCpp/Exception.h>

#include "store/errors.h"

namespace taskdock::store::sqlite {

ReaderPool::ReaderPool(const DatabaseFiles& files, std::size_t max_connections)
    : files_(files), free_(static_cast<unsigned>(max_connections)), places_(max_connections) {}

ReaderPool::Lease::~Lease() {
  pool_.give_back(place_);
}

ReaderPool::Lease ReaderPool::borrow() {
  free_.acquire();
  Place& place = take_place();
  try {
    if (!place.connection) place.connection = open();
  } catch (...) {
    give_back(place);
    throw;
  }
  return {*this, place};
}

std::unique_ptr<DatabaseConnection> ReaderPool::open() const {
  try {
    // Checked before and after, so that the file which was opened is the right one.
    files_.require_unchanged();
    auto connection =
        std::make_unique<DatabaseConnection>(files_.database(), DatabaseConnection::Role::reader);
    files_.require_unchanged();
    return connection;
  } catch (const SQLite::Exception& error) {
    throw Unavailable(error.getErrorStr());
  }
}

/// Takes the first free place, so that the connections with the most cached pages are used and no
/// more are opened than are needed at once. The caller has acquired `free_`, so a place is free.
ReaderPool::Place& ReaderPool::take_place() {
  for (;;) {
    for (Place& place : places_) {
      if (!place.taken.load(std::memory_order_relaxed) &&
          !place.taken.exchange(true, std::memory_order_acquire)) {
        return place;
      }
    }
  }
}

void ReaderPool::give_back(Place& place) {
  // A transaction that could not be ended would keep its snapshot, and fail the next borrower.
  if (place.connection && place.connection->in_transaction()) place.connection.reset();
  place.taken.store(false, std::memory_order_release);
  free_.release();
}

}  // namespace taskdock::store::sqlite
