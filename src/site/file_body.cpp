#include "site/file_body.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace taskdock::site {

namespace {

// Each client that is slow to receive holds one of them.
constexpr std::size_t piece_bytes = 32 * 1024;

}  // namespace

FileBody::FileBody(system::OpenFile file, const ByteRange& range)
    : file_(std::move(file)), range_(range) {}

std::string_view FileBody::next() {
  const std::uint64_t left = range_.length - given_;
  if (left == 0 || interrupted_) return {};
  piece_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, piece_bytes)));
  const std::size_t count = file_.read(range_.first + given_, piece_);
  if (count == 0) throw std::runtime_error("a file became shorter while it was sent");
  given_ += count;
  return {piece_.data(), count};
}

}  // namespace taskdock::site
