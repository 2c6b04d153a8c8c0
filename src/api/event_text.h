#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "api/event_channel.h"
#include "store/types.h"

/// The events of GET /api/events as text (html.spec.whatwg.org, "Server-sent events").
namespace taskdock::api {

/// An event called `name`; `json` is one line. The id is what a client gives back to continue after
/// the event; without one it keeps the last.
std::string event_text(std::string_view name, std::string_view json,
                       std::optional<std::int64_t> id = std::nullopt);

/// Sent when there was nothing else for a while: a comment, which clients ignore.
inline constexpr std::string_view keep_alive_text = ": keep-alive\n\n";

/// What a client is told of a change.
Event event_of(const store::Change& change);

/// What a client is told when what it asked for is not all there any more: that it has to read
/// everything again. `revision`: the number of the user's changes so far.
Event resync_event(std::int64_t revision);

/// What a client is told at the moment of which `task` is to remind.
Event reminder_event(const store::Task& task);

}  // namespace taskdock::api
