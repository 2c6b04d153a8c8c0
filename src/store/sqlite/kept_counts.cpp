#include "store/sqlite/kept_counts.h"

#include <algorithm>
#include <utility>

namespace taskdock::store::sqlite {

namespace {

constexpr std::size_t max_kept_counts = 32;
constexpr std::int64_t min_kept_count = 500;

}  // namespace

std::optional<std::int64_t> KeptCounts::find(const Question& question) {
  const auto found = std::find_if(counts_.begin(), counts_.end(),
                                  [&](const Kept& kept) { return kept.question == question; });
  if (found == counts_.end()) return std::nullopt;
  found->last_use = ++uses_;
  return found->count;
}

void KeptCounts::keep(Question question, std::int64_t count) {
  if (count < min_kept_count) return;
  Kept kept{std::move(question), count, ++uses_};
  if (counts_.size() < max_kept_counts) {
    counts_.push_back(std::move(kept));
    return;
  }
  *std::min_element(counts_.begin(), counts_.end(), [](const Kept& a, const Kept& b) {
    return a.last_use < b.last_use;
  }) = std::move(kept);
}

}  // namespace taskdock::store::sqlite
