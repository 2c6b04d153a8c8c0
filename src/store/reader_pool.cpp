#include "store/reader_pool.h"

#include <utility>

namespace taskdock::store {

ReaderPool::ReaderPool(std::filesystem::path file, std::size_t most)
    : file_(std::move(file)), free_(static_cast<unsigned>(most)), places_(most) {}

ReaderPool::Lease::~Lease() {
  pool_.give_back(place_);
}

ReaderPool::Lease ReaderPool::borrow() {
  free_.acquire();
  Place& place = take_place();
  try {
    if (!place.connection) {
      place.connection = std::make_unique<Connection>(file_, Connection::Role::reader);
    }
  } catch (...) {
    give_back(place);
    throw;
  }
  return {*this, place};
}

/// Takes the first free place, so that the connections in use are the ones with the warmest pages
/// and no more are opened than are needed at once. The semaphore has promised that there is one.
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
  place.taken.store(false, std::memory_order_release);
  free_.release();
}

}  // namespace taskdock::store
