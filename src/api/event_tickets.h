#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "security/digest.h"
#include "support/clock.h"
#include "support/mutex.h"
#include "support/random.h"
#include "support/uuid.h"

namespace taskdock::api {

/// More tickets wait to be used than there may be.
class TooManyTickets : public std::runtime_error {
 public:
  TooManyTickets() : std::runtime_error("too many tickets") {}
};

/// Tickets for GET /api/events: 256 random bits, each for one use within half a minute. They are
/// kept in memory only. Any thread may call it.
class EventTickets {
 public:
  static constexpr std::chrono::seconds lifetime{30};
  /// Of one session; beyond it the oldest is no longer valid.
  static constexpr std::size_t max_of_session = 16;
  static constexpr std::size_t max_in_all = 65'536;

  /// Whose a ticket is.
  struct Holder {
    support::Uuid user_id;
    support::Uuid session_id;
  };
  struct Ticket {
    std::string text;
    support::Timestamp expires_at;
  };

  /// Both must outlive this.
  EventTickets(const support::Clock& clock, support::RandomSource& random)
      : clock_(clock), random_(random) {}

  /// Throws TooManyTickets.
  Ticket issue(const Holder& holder) EXCLUDES(mutex_);

  /// The holder of the ticket, which is not valid any more; nothing if it was not.
  std::optional<Holder> use(std::string_view text) EXCLUDES(mutex_);

 private:
  struct Kept {
    Holder holder;
    support::Timestamp expires_at;
  };

  void forget(const security::Digest& hash) REQUIRES(mutex_);
  void forget_expired(support::Timestamp now) REQUIRES(mutex_);

  const support::Clock& clock_;
  support::RandomSource& random_;
  support::Mutex mutex_;
  // By their hashes: how long a search takes says nothing of the tickets.
  std::map<security::Digest, Kept> kept_ GUARDED_BY(mutex_);
  std::map<support::Uuid, std::deque<security::Digest>> of_sessions_ GUARDED_BY(mutex_);
};

}  // namespace taskdock::api
