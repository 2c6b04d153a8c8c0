#include "store/reader_pool.h"

#include <utility>

namespace taskdock::store {

ReaderPool::ReaderPool(std::filesystem::path file, std::size_t most)
    : file_(std::move(file)), most_(most) {
  free_.reserve(most_);  // so that giving back never allocates
}

ReaderPool::Lease::Lease(ReaderPool& pool, std::unique_ptr<Connection> connection)
    : pool_(pool), connection_(std::move(connection)) {}

ReaderPool::Lease::~Lease() {
  pool_.give_back(std::move(connection_));
}

ReaderPool::Lease ReaderPool::borrow() {
  std::unique_lock lock(mutex_);
  given_back_.wait(lock, [this] { return !free_.empty() || open_ < most_; });
  if (!free_.empty()) {
    // The one given back last: its pages are the warmest.
    std::unique_ptr<Connection> connection = std::move(free_.back());
    free_.pop_back();
    return {*this, std::move(connection)};
  }
  ++open_;
  lock.unlock();
  try {
    return {*this, std::make_unique<Connection>(file_, Connection::Role::reader)};
  } catch (...) {
    lock.lock();
    --open_;
    given_back_.notify_one();
    throw;
  }
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(connection));
  }
  given_back_.notify_one();
}

}  // namespace taskdock::store
