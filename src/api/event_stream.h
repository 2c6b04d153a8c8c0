#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/event_channel.h"
#include "api/response.h"
#include "store/snapshot.h"
#include "support/uuid.h"

namespace taskdock::api {

class EventHub;

/// The answer to one GET /api/events. It holds no snapshot of the store while it waits.
class EventStream final : public BodyStream {
 public:
  /// `beginning` is sent first. Everything up to `revision` counts as sent. `hub` and `channel`
  /// outlive the stream.
  EventStream(EventHub& hub, EventChannel& channel, const support::Uuid& user_id,
              const store::Grant& grant, std::string beginning, std::int64_t revision);
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;
  ~EventStream() override;

  std::string_view next() override;
  void interrupt() noexcept override;
  bool is_lasting() const override { return true; }
  bool is_given_up() noexcept override;

 private:
  friend class EventHub;

  bool has_grant();
  void catch_up();
  void read_for_all();
  void remind_all();

  EventHub& hub_;
  EventChannel& channel_;
  const support::Uuid user_id_;
  EventChannel::Place place_;
  std::string beginning_;
  std::string text_;      // what next() has returned
  bool is_open_ = false;  // the hub knows it
  bool is_finished_ = false;
};

}  // namespace taskdock::api
