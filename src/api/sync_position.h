#pragma once

#include <cstdint>

#include "store/task_query.h"

namespace taskdock::api {

/// Up to where a client knows a user's changes, as the number that it passes as `since`.
///
/// For most clients that is a revision. All that follows it is there as long as no later deletion
/// was forgotten. A first sync may go on below forgotten deletions, if they were made before it
/// began: the client was never told of these tasks. So, as long as it is below them, its number
/// says where it is and when it began, and is larger than every revision:
///
///   2^52  +  2^32 * (the user's revision when it began, modulo 2^20)  +  the revision it is at
///
/// It stays below 2^53, up to which all programs read integers exactly (RFC 8259, 6). The beginning
/// is known exactly unless a user has made more than 2^20 changes during one first sync.
class SyncPosition {
 public:
  explicit SyncPosition(std::int64_t since);

  /// What the client knows.
  std::int64_t revision() const { return revision_; }

  /// Whether `page`, the changes after revision(), is all that has happened since.
  bool is_complete(const store::ChangePage& page) const;

  /// The number of the position after `page`, which is complete.
  std::int64_t after(const store::ChangePage& page) const;

 private:
  /// The user's revision when the first sync began.
  std::int64_t beginning(const store::ChangePage& page) const;

  std::int64_t since_;
  bool is_first_sync_;
  std::int64_t revision_;
};

}  // namespace taskdock::api
