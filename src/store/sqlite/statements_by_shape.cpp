#include "store/sqlite/statements_by_shape.h"

#include <algorithm>

namespace taskdock::store::sqlite {

StatementsByShape::KeptByShape::iterator StatementsByShape::keep(std::uint64_t shape,
                                                                 const std::string& sql) {
  if (kept_.size() >= max_kept_) {
    kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
      return a.second.last_use < b.second.last_use;
    }));
  }
  return kept_.try_emplace(shape, database_, sql).first;
}

}  // namespace taskdock::store::sqlite
