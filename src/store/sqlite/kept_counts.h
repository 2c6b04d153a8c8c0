#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "store/task_query.h"

namespace taskdock::store::sqlite {

/// How many tasks matched a filter, of the large numbers that were counted last: as long as the
/// revision of the owner is the same, so is the number. Belongs to one thread at a time.
class KeptCounts {
 public:
  /// What was counted: tasks of `owner`, whose revision was this one.
  struct Question {
    support::Uuid owner;
    std::int64_t revision;
    std::optional<bool> completed;
    TaskFilter filter;

    bool operator==(const Question&) const = default;
  };

  std::optional<std::int64_t> find(const Question& question);
  /// A small number is counted again in no time, and is not kept.
  void keep(Question question, std::int64_t count);

 private:
  struct Kept {
    Question question;
    std::int64_t count;
    std::uint64_t last_use;
  };

  std::vector<Kept> counts_;
  std::uint64_t uses_ = 0;
};

}  // namespace taskdock::store::sqlite
