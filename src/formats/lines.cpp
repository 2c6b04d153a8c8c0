#include "formats/lines.h"

#include <algorithm>

#include "formats/byte_order_mark.h"
#include "formats/task_reader.h"

namespace taskdock::formats {

bool Lines::next(std::string_view& bytes) {
  if (bytes.empty()) return false;
  if (is_complete_) {
    line_.clear();
    is_too_long_ = false;
    is_complete_ = false;
    ++number_;
  }
  const std::size_t size = bytes.find('\n');
  add(bytes.substr(0, size));
  if (size == std::string_view::npos) {
    bytes = {};
    return false;
  }
  bytes.remove_prefix(size + 1);
  end();
  return true;
}

bool Lines::finish() {
  if (is_complete_) return false;
  end();
  return true;
}

void Lines::add(std::string_view bytes) {
  const std::size_t room = max_task_bytes - line_.size();
  if (bytes.size() > room) is_too_long_ = true;
  line_.append(bytes.substr(0, room));
}

void Lines::end() {
  is_complete_ = true;
  if (line_.ends_with('\r')) line_.pop_back();
  if (number_ == 1 && line_.starts_with(byte_order_mark)) line_.erase(0, byte_order_mark.size());
}

}  // namespace taskdock::formats
