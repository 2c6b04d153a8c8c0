#include "api/event_types.h"
#include "api/handlers.h"
#include "api/route_parts.h"

namespace taskdock::api {

std::vector<Route> event_routes() {
  return {
      {.method = "GET",
       .path = "/api/events",
       .handler = stream_events,
       .access = Access::bearer_or_ticket,
       .operation_id = "stream_events",
       .tag = "events",
       .summary = "Be told of changes as they happen",
       .query = &describe<EventParameters>(),
       .request_headers = {{last_event_id,
                            "The id of the last event that was received, sent by a browser that "
                            "connects again; it counts more than since",
                            false}},
       .successes = {{.contents = {{"text/event-stream", nullptr}}}}},
      {.method = "POST",
       .path = "/api/events/ticket",
       .handler = create_event_ticket,
       .access = Access::session,
       .operation_id = "create_event_ticket",
       .tag = "events",
       .summary = "Get a ticket for a stream of events",
       .successes = {{.status = 201, .contents = {json<EventTicket>()}}}},
  };
}

}  // namespace taskdock::api
