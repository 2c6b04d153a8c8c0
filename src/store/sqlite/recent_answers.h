#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace taskdock::store::sqlite {

/// The answers to the questions that were asked last, up to `capacity` of them. A question must
/// have all that its answer depends on. Belongs to one thread at a time.
template <class Question, class Answer, std::size_t capacity>
class RecentAnswers {
 public:
  /// Null if the answer is not known; valid until the next call.
  const Answer* find(const Question& question) {
    const auto found = std::find_if(kept_.begin(), kept_.end(),
                                    [&](const Kept& kept) { return kept.question == question; });
    if (found == kept_.end()) return nullptr;
    found->last_use = ++uses_;
    return &found->answer;
  }

  /// `question` must not be known. The one that was asked for longest ago makes room.
  void keep(Question question, Answer answer) {
    Kept kept{std::move(question), std::move(answer), ++uses_};
    if (kept_.size() < capacity) {
      kept_.push_back(std::move(kept));
      return;
    }
    *std::min_element(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) {
      return a.last_use < b.last_use;
    }) = std::move(kept);
  }

 private:
  struct Kept {
    Question question;
    Answer answer;
    std::uint64_t last_use;
  };

  std::vector<Kept> kept_;
  std::uint64_t uses_ = 0;
};

}  // namespace taskdock::store::sqlite
