#include "http/body_memory.h"

#include <climits>

namespace taskdock::http {

namespace {

// How long the worker of a client that was cut may take to give its memory back.
constexpr std::chrono::seconds max_wait{1};
constexpr int max_waiting_with_memory = 4;

}  // namespace

bool BodyMemory::Share::grow_to(std::size_t bytes) {
  return take(bytes, INT_MAX);
}

bool BodyMemory::Share::account_for(std::size_t bytes) {
  return take(bytes, max_waiting_with_memory);
}

bool BodyMemory::Share::take(std::size_t bytes, int max_waiting) {
  if (bytes <= bytes_) return true;
  const std::size_t limit =
      bytes <= small_body_bytes ? memory_.max_bytes_ : memory_.max_bytes_ - memory_.max_bytes_ / 4;
  const std::size_t more = bytes - bytes_;
  if (!memory_.take(more, limit) && !memory_.wait_and_take(more, limit, max_waiting)) return false;
  bytes_ = bytes;
  connection_.set_body_memory(bytes_);
  return true;
}

void BodyMemory::Share::account_beyond_limit(std::size_t bytes) {
  if (bytes <= bytes_) return;
  memory_.used_ += bytes - bytes_;
  bytes_ = bytes;
  connection_.set_body_memory(bytes_);
}

void BodyMemory::Share::release() {
  if (bytes_ == 0) return;
  connection_.set_body_memory(0);
  memory_.give_back(bytes_);
  bytes_ = 0;
}

bool BodyMemory::take(std::size_t bytes, std::size_t limit) {
  std::size_t used = used_;
  do {
    if (bytes > limit || used > limit - bytes) return false;
  } while (!used_.compare_exchange_weak(used, used + bytes));
  return true;
}

/// Takes memory when there is some, unless `max_waiting` others wait already.
bool BodyMemory::wait_and_take(std::size_t bytes, std::size_t limit, int max_waiting) {
  const auto deadline = Connection::Clock::now() + max_wait;
  support::MutexLock lock(mutex_);
  if (waiting_ >= max_waiting) return false;
  ++waiting_;
  bool taken = take(bytes, limit);
  // One client that is cut may hold less than is needed.
  while (!taken && registry_.free_memory() && lock.wait_until(given_back_, deadline)) {
    taken = take(bytes, limit);
  }
  if (!taken) taken = take(bytes, limit);
  --waiting_;
  return taken;
}

void BodyMemory::give_back(std::size_t bytes) {
  used_ -= bytes;
  if (waiting_ == 0) return;
  const support::MutexLock lock(mutex_);
  given_back_.notify_all();
}

}  // namespace taskdock::http
