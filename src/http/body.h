#pragma once

#include "api/request.h"
#include "http/body_memory.h"
#include "http/connection.h"
#include "http/request_head.h"

namespace taskdock::http {

/// A request's body, which is received when it is read, and the memory of its answer.
class Body final : public api::BodyChannel {
 public:
  /// All must outlive the body. `memory` counts what it uses.
  Body(Connection& connection, const RequestHead& head, BodyMemory::Share& memory)
      : connection_(connection), head_(head), memory_(memory), remains_(head.has_body()) {}

  bool announced() const override { return head_.has_body(); }

  /// Throws ApiError: 400 when it ends early or its chunks are malformed, 408, 413, and 503 when
  /// the connection was ended to make room, or when all bodies together have no memory left.
  std::string read(std::size_t max_bytes) override;

  /// For a request that may have changed something the answer is always kept.
  bool reserve_answer(std::size_t bytes) override;
  bool keep_answer(std::size_t bytes) override;

  /// Whether the client may still be sending some of it.
  bool remains() const { return remains_; }

 private:
  std::string read_counted();
  void have_memory_for(std::size_t bytes);
  std::string read_chunked(std::size_t max_bytes);

  Connection& connection_;
  const RequestHead& head_;
  BodyMemory::Share& memory_;
  bool remains_;
};

}  // namespace taskdock::http
