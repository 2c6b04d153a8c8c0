#pragma once

#include <atomic>
#include <vector>

#include "api/response.h"
#include "site/byte_range.h"
#include "system/file_tree.h"

namespace taskdock::site {

/// A part of a file as a body. It needs the same little memory whatever the size is.
class FileBody final : public api::BodyStream {
 public:
  FileBody(system::OpenFile file, const ByteRange& range);

  std::optional<std::uint64_t> size() const override { return range_.length; }

  /// Throws std::runtime_error if the file has become shorter.
  std::string_view next() override;
  void interrupt() noexcept override { interrupted_ = true; }

 private:
  const system::OpenFile file_;
  const ByteRange range_;
  std::uint64_t given_ = 0;
  std::vector<char> piece_;
  std::atomic<bool> interrupted_{false};
};

}  // namespace taskdock::site
