#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "api/request.h"

namespace taskdock::testing {

/// The body of a request that no socket carries; none if `text` is empty.
class GivenBody final : public api::BodyChannel {
 public:
  explicit GivenBody(std::string text = {}) : text_(std::move(text)) {}
  bool announced() const override { return !text_.empty(); }
  std::string read(std::size_t /*max_bytes*/) override { return text_; }
  bool reserve_answer(std::size_t /*bytes*/) override { return true; }
  bool keep_answer(std::size_t /*bytes*/) override { return true; }

 private:
  const std::string text_;
};

}  // namespace taskdock::testing
