#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "http/connection.h"

namespace taskdock::http {

/// Receives at least one and at most `size` bytes of a body into `to`; returns how many. Throws
/// ApiError: 400 if the client is gone, 408 if it took too long.
std::size_t receive_some(Connection& connection, char* to, std::size_t size);

/// Reads a chunked body (RFC 9112, 7.1); nothing if it is longer than `max_bytes`. Throws ApiError
/// as above, and 400 for what is not exactly chunks: somebody in front of us may have read it
/// otherwise. Extensions and trailers are read and forgotten. What has been received behind the
/// body is lost, so that the connection can carry no further request.
std::optional<std::string> read_chunked_body(Connection& connection, std::size_t max_bytes);

}  // namespace taskdock::http
