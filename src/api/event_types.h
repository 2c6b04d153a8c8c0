#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/schema.h"
#include "store/types.h"

/// What requests and answers about events have in them, and the events themselves.
namespace taskdock::api {

/// A query member, and a header's name, for where to continue.
inline constexpr std::string_view last_event_id = "Last-Event-ID";

struct EventParameters {
  std::optional<std::int64_t> since = {};
  std::optional<std::string> ticket = {};
};

inline constexpr Integer revision_to_continue = {.min = 0};

template <>
inline constexpr auto schema<EventParameters> = object(
    "EventParameters",
    member("since", &EventParameters::since, revision_to_continue,
           "Continues after the change with this revision; without it, and without Last-Event-ID, "
           "the stream begins now"),
    member("ticket", &EventParameters::ticket, Text{.max = 100},
           "A ticket (POST /api/events/ticket), in place of the header Authorization, which a "
           "browser's EventSource cannot send"));

struct EventTicket {
  std::string ticket;
  support::Timestamp expires_at;
};

template <>
inline constexpr auto schema<EventTicket> =
    object("EventTicket",
           member("ticket", &EventTicket::ticket, Text{}, "What GET /api/events takes once",
                  R"("3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")"),
           member("expires_at", &EventTicket::expires_at, Instant{}, "Until when it can be used",
                  R"("2026-01-06T10:30:30.123456Z")"));

/// The first event of a stream.
struct EventHello {
  std::int64_t revision = 0;
  support::Uuid epoch = {};
};

template <>
inline constexpr auto schema<EventHello> =
    object("EventHello",
           member("revision", &EventHello::revision, Integer{.min = 0},
                  "The number of the user's changes so far", "7"),
           member("epoch", &EventHello::epoch, Id{},
                  "Tells this database from others, and from what it was before it was restored "
                  "from a backup",
                  R"("5b8a3f0e-6d2c-4b1a-9f0e-1d2c3b4a5f6e")"));

}  // namespace taskdock::api
