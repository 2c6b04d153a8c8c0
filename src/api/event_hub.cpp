#include "api/event_hub.h"

#include <string>
#include <utility>

#include "api/event_text.h"
#include "api/event_types.h"
#include "api/write.h"

namespace taskdock::api {

EventHub::EventHub(store::Store& store, const support::Clock& clock, const Options& options)
    : store_(store), clock_(clock), options_(options) {
  store_.set_listener(this);
}

EventHub::~EventHub() {
  store_.set_listener(nullptr);
}

std::shared_ptr<BodyStream> EventHub::open(const support::Uuid& user_id, const store::Grant& grant,
                                           std::optional<std::int64_t> since,
                                           store::Snapshot& snapshot) {
  const store::ChangePage now = snapshot.list_changes(user_id, since.value_or(0), 0);
  const std::int64_t from = since.value_or(now.revision);
  // The id is where the stream begins: a client that breaks off now will ask for what follows it.
  std::string beginning = event_text(
      "hello", to_json(EventHello{.revision = now.revision, .epoch = store_.epoch()}), from);
  // Also a database that was restored from a backup has fewer changes than a client has seen.
  const bool is_lost = from < now.pruned_revision || from > now.revision;
  if (is_lost) beginning += resync_event(now.revision).text;

  const support::MutexLock lock(mutex_);
  EventChannel& channel = channels_.try_emplace(user_id, clock_, now.revision).first->second;
  std::shared_ptr<EventStream> stream;
  try {
    stream = std::make_shared<EventStream>(*this, channel, user_id, grant, std::move(beginning),
                                           is_lost ? now.revision : from);
    open_ -= channel.end_surplus(grant, options_.max_streams_per_session);
    if (open_ >= options_.max_streams) throw TooManyStreams();
    channel.add(stream->place_);
    stream->is_open_ = true;
  } catch (...) {
    if (channel.is_empty()) channels_.erase(user_id);
    throw;
  }
  ++open_;
  store_.watch(true);
  return stream;
}

std::size_t EventHub::open_streams() {
  const support::MutexLock lock(mutex_);
  return open_;
}

void EventHub::close(EventStream& stream) noexcept {
  const support::MutexLock lock(mutex_);
  if (stream.channel_.remove(stream.place_)) --open_;
  if (!stream.channel_.is_empty()) return;
  channels_.erase(stream.user_id_);
  if (channels_.empty()) store_.watch(false);
}

void EventHub::on_commit(const store::ChangedUsers& users) noexcept {
  const support::MutexLock lock(mutex_);
  if (channels_.empty()) return;
  for (const support::Uuid& user : users.tasks) {
    const auto found = channels_.find(user);
    if (found != channels_.end()) found->second.on_change();
  }
  for (const support::Uuid& user : users.grants) {
    const auto found = channels_.find(user);
    if (found != channels_.end()) found->second.on_grant_change();
  }
}

void EventHub::on_second(bool others_wrote) noexcept {
  const support::MutexLock lock(mutex_);
  for (auto& [user, channel] : channels_) channel.on_second(others_wrote);
}

}  // namespace taskdock::api
