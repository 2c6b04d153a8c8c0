#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>

#include "http/connection_registry.h"
#include "support/mutex.h"

namespace taskdock::http {

/// The memory that the bodies of all requests and answers in flight may have together. Any thread
/// may call it.
class BodyMemory {
 public:
  /// What the body of one exchange may be without a thought: its place in the pool is limited as
  /// it is. For those beyond, the last quarter of the memory is out of reach, so that some large
  /// bodies do not keep out the small ones.
  static constexpr std::size_t small_body_bytes = std::size_t{16} * 1024;

  /// `registry` must outlive it: where memory is short, its slowest clients are cut.
  BodyMemory(std::size_t max_bytes, ConnectionRegistry& registry)
      : max_bytes_(max_bytes), registry_(registry) {}

  /// What one exchange has of it; given back at the end. Belongs to one thread.
  class Share {
   public:
    /// Both must outlive the share.
    Share(BodyMemory& memory, Connection& connection) : memory_(memory), connection_(connection) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { release(); }

    /// Makes it `bytes` at least. If there is no more to be had, slow clients are cut, and it waits
    /// a moment for what they held; false, with nothing changed, if that does not help.
    bool grow_to(std::size_t bytes);

    /// The same for memory that is in use already, for which only a few may wait: those who wait
    /// have memory that nobody has counted.
    bool account_for(std::size_t bytes);

    void release();

   private:
    bool take(std::size_t bytes, int max_waiting);

    BodyMemory& memory_;
    Connection& connection_;
    std::size_t bytes_ = 0;
  };

 private:
  bool take(std::size_t bytes, std::size_t limit);
  bool wait_and_take(std::size_t bytes, std::size_t limit, int max_waiting) EXCLUDES(mutex_);
  void give_back(std::size_t bytes) EXCLUDES(mutex_);

  const std::size_t max_bytes_;
  ConnectionRegistry& registry_;
  std::atomic<std::size_t> used_{0};
  std::atomic<int> waiting_{0};
  support::Mutex mutex_;  // held by whoever waits for memory, or tells them of some
  std::condition_variable given_back_;
};

}  // namespace taskdock::http
