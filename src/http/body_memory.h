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
  /// Bodies up to this size may use all of the memory; larger ones may not use its last quarter, so
  /// that a few large bodies do not keep out the small ones.
  static constexpr std::size_t small_body_bytes = std::size_t{16} * 1024;

  /// Answers up to this size are not counted: the one that says that memory is short has no more.
  static constexpr std::size_t uncounted_answer_bytes = 1024;

  /// `registry` must outlive it: when memory is short, the slowest clients in it are cut.
  BodyMemory(std::size_t max_bytes, ConnectionRegistry& registry)
      : max_bytes_(max_bytes), registry_(registry) {}

  /// The part of it that one exchange uses; given back at the end. Belongs to one thread.
  class Share {
   public:
    /// Both must outlive the share.
    Share(BodyMemory& memory, Connection& connection) : memory_(memory), connection_(connection) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { shrink_to(0); }

    /// Makes the share at least `bytes` large. If there is not enough memory, cuts slow clients and
    /// waits up to a second for theirs. Returns false, with nothing changed, if that does not help.
    bool grow_to(std::size_t bytes);

    /// The same by so many bytes.
    bool grow_by(std::size_t bytes) { return grow_to(bytes_ + bytes); }

    /// Makes the share `bytes` large, which are in use already; what it had more is given back. For
    /// more only a few may wait, as grow_to() does: those who wait have memory that nobody has
    /// counted.
    bool account_for(std::size_t bytes);

    /// The same, whether there is memory or not.
    void account_beyond_limit(std::size_t bytes);

   private:
    bool take(std::size_t bytes, int max_waiting);
    void shrink_to(std::size_t bytes);

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
  support::Mutex mutex_;  // guards no data: it orders waiting and notifying
  std::condition_variable given_back_;
};

}  // namespace taskdock::http
