#include "api/event_tickets.h"

#include <utility>
#include <vector>

#include "security/random_secret.h"

namespace taskdock::api {

EventTickets::Ticket EventTickets::issue(const Holder& holder) {
  Ticket ticket{security::make_secret(random_), clock_.now() + lifetime};
  const security::Digest hash = security::sha256(ticket.text);

  const support::MutexLock lock(mutex_);
  if (kept_.size() >= max_in_all) {
    forget_expired(clock_.now());
    if (kept_.size() >= max_in_all) throw TooManyTickets();
  }
  std::deque<security::Digest>& others = of_sessions_[holder.session_id];
  others.push_back(hash);
  kept_.try_emplace(hash, Kept{holder, ticket.expires_at});
  if (others.size() > max_of_session) forget(security::Digest(others.front()));
  return ticket;
}

std::optional<EventTickets::Holder> EventTickets::use(std::string_view text) {
  const security::Digest hash = security::sha256(text);
  const support::MutexLock lock(mutex_);
  const auto found = kept_.find(hash);
  if (found == kept_.end()) return std::nullopt;
  const Kept kept = found->second;
  forget(hash);
  // The other bound is for a clock that was set back since.
  const auto left = kept.expires_at - clock_.now();
  if (left <= left.zero() || left > lifetime) return std::nullopt;
  return kept.holder;
}

void EventTickets::forget(const security::Digest& hash) {
  const auto found = kept_.find(hash);
  const auto session = of_sessions_.find(found->second.holder.session_id);
  std::erase(session->second, hash);
  if (session->second.empty()) of_sessions_.erase(session);
  kept_.erase(found);
}

void EventTickets::forget_expired(support::Timestamp now) {
  std::vector<security::Digest> expired;
  for (const auto& [hash, kept] : kept_) {
    if (kept.expires_at <= now) expired.push_back(hash);
  }
  for (const security::Digest& hash : expired) forget(hash);
}

}  // namespace taskdock::api
