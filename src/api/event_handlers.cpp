#include "api/errors.h"
#include "api/event_hub.h"
#include "api/event_tickets.h"
#include "api/event_types.h"
#include "api/handlers.h"
#include "api/write.h"

namespace taskdock::api {

namespace {

/// After which change the caller wants to continue. A browser that connects again by itself repeats
/// the query and adds the header, which is the later one.
std::optional<std::int64_t> where_to_continue(Call& call) {
  std::optional<std::int64_t> since = call.query<EventParameters>().since;
  if (const auto header = call.request.header(last_event_id)) {
    read_parameter(*header, revision_to_continue, {Source::header, last_event_id}, since,
                   call.faults());
  }
  return since;
}

/// What a HEAD gets in place of the stream, so that its answer has the same headers.
class NoEvents final : public BodyStream {
 public:
  std::string_view next() override { return {}; }
  void interrupt() noexcept override {}
  bool is_lasting() const override { return true; }
};

}  // namespace

Response stream_events(Call& call) {
  const auto since = where_to_continue(call);
  call.check_input();
  Response response{.headers = {{"Content-Type", "text/event-stream"},
                                {"Cache-Control", "no-store"},
                                {"X-Accel-Buffering", "no"}}};
  if (call.request.method == "HEAD") {
    response.stream = std::make_shared<NoEvents>();
  } else {
    response.stream = call.services.events.open(call.caller.id, call.grant, since, call.snapshot());
  }
  return response;
}

Response create_event_ticket(Call& call) {
  call.check_input();
  EventTickets::Ticket ticket = call.services.event_tickets.issue({call.caller.id, call.grant.id});
  return {.status = 201, .body = to_json(EventTicket{std::move(ticket.text), ticket.expires_at})};
}

}  // namespace taskdock::api
