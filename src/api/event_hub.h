#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

#include "api/event_channel.h"
#include "api/event_stream.h"
#include "store/change_listener.h"
#include "store/store.h"
#include "support/clock.h"
#include "support/mutex.h"

namespace taskdock::api {

/// There are as many streams of events as there may be.
class TooManyStreams : public std::runtime_error {
 public:
  TooManyStreams() : std::runtime_error("too many streams of events") {}
};

/// All open streams of events (GET /api/events), by user. The store tells it after each commit
/// whose tasks have changed; it wakes one of that user's streams, which reads what is new for all
/// of them. For a user without streams that is one look in a table. Any thread may call it.
class EventHub final : public store::ChangeListener {
 public:
  struct Options {
    std::size_t max_streams = 512;
    std::size_t max_streams_per_session = 8;
    std::chrono::milliseconds keep_alive = std::chrono::seconds(15);
  };

  /// `store` and `clock` must outlive it, and it all its streams.
  EventHub(store::Store& store, const support::Clock& clock, const Options& options);
  EventHub(store::Store& store, const support::Clock& clock) : EventHub(store, clock, {}) {}
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;
  ~EventHub() override;

  /// Opens a stream of what happens to the user's tasks after the change numbered `since`; without
  /// that, from now on. If the session, or the token for scripts, has as many streams as it may
  /// have, the oldest of them ends. Throws TooManyStreams.
  std::shared_ptr<BodyStream> open(const support::Uuid& user_id, const store::Grant& grant,
                                   std::optional<std::int64_t> since, store::Snapshot& snapshot)
      EXCLUDES(mutex_);

  /// How many streams are open.
  std::size_t open_streams() EXCLUDES(mutex_);

  void on_commit(const store::ChangedUsers& users) noexcept override EXCLUDES(mutex_);
  void on_second(bool others_wrote) noexcept override EXCLUDES(mutex_);

 private:
  friend class EventStream;

  const Options& options() const { return options_; }
  store::Store& store() { return store_; }
  const support::Clock& clock() const { return clock_; }
  void close(EventStream& stream) noexcept EXCLUDES(mutex_);

  store::Store& store_;
  const support::Clock& clock_;
  const Options options_;
  support::Mutex mutex_;
  // By user: those who have streams.
  std::map<support::Uuid, EventChannel> channels_ GUARDED_BY(mutex_);
  std::size_t open_ GUARDED_BY(mutex_) = 0;
};

}  // namespace taskdock::api
