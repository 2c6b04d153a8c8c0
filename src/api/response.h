#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace taskdock::api {

struct Route;

using ResponseHeaders = std::vector<std::pair<std::string, std::string>>;

/// Bytes that many answers share, so that each of them costs no copy.
struct SharedBytes {
  std::string_view bytes = {};
  std::shared_ptr<const void> owner =
      {};  // keeps them alive; null: they live as long as the program
};

/// A body that is made while it is sent.
class BodyStream {
 public:
  virtual ~BodyStream() = default;

  /// How many bytes there will be, where that is known in advance. Otherwise the body is sent in
  /// chunks, and to a client of HTTP/1.0 until the connection closes.
  virtual std::optional<std::uint64_t> size() const { return std::nullopt; }

  /// The next bytes, valid until the next call; none at the end. May wait for any time, until
  /// interrupt(). An exception closes the connection, so that the client notices that something is
  /// missing.
  virtual std::string_view next() = 0;

  /// Makes next() return soon, and return nothing from then on. Any thread may call it, and may
  /// hold locks meanwhile: it must not block.
  virtual void interrupt() noexcept = 0;

  /// Whether it goes on for as long as its client wants, sending something now and then. Its
  /// connection does not count as one of the server's then, is not ended to make room for another,
  /// and carries nothing after it.
  virtual bool is_lasting() const { return false; }

  /// Whether to wait no longer for a client that does not receive what next() has returned. Asked
  /// at least once a second meanwhile, if it is lasting, on the thread that called next().
  virtual bool is_given_up() noexcept { return false; }
};

/// An answer, whatever will carry it. Its body is `stream` or `shared` where one of them is set, or
/// else `body`; it is JSON unless a Content-Type header says otherwise.
struct Response {
  int status = 200;
  std::string body = {};
  ResponseHeaders headers = {};
  SharedBytes shared = {};
  std::shared_ptr<BodyStream> stream = {};
  // One of those at the request's path, or site_route(); null: there are none.
  const Route* route = nullptr;
};

}  // namespace taskdock::api
