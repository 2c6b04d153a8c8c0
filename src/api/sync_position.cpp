#include "api/sync_position.h"

#include <variant>

namespace taskdock::api {

namespace {

// Of the number of a first sync: what it has more than every revision, and the places of its parts.
constexpr std::int64_t first_sync_mark = std::int64_t{1} << 52;
constexpr std::int64_t revision_range = std::int64_t{1} << 32;
constexpr std::int64_t beginning_range = std::int64_t{1} << 20;
static_assert(revision_range * beginning_range == first_sync_mark);

std::int64_t revision_of(const store::Change& change) {
  return std::visit([](const auto& known) { return known.revision; }, change);
}

}  // namespace

SyncPosition::SyncPosition(std::int64_t since)
    : since_(since),
      is_first_sync_(since == 0 || (since >= first_sync_mark && since < 2 * first_sync_mark)),
      revision_(is_first_sync_ ? since % revision_range : since) {}

std::int64_t SyncPosition::beginning(const store::ChangePage& page) const {
  if (since_ == 0) return page.revision;
  const std::int64_t known_part = (since_ - first_sync_mark) / revision_range;
  // The last one of which this is a part: a remainder that is never negative.
  const std::int64_t changes_since =
      (page.revision % beginning_range - known_part + beginning_range) % beginning_range;
  return page.revision - changes_since;
}

bool SyncPosition::is_complete(const store::ChangePage& page) const {
  if (revision_ > page.revision) return false;
  return page.pruned_revision <= (is_first_sync_ ? beginning(page) : revision_);
}

std::int64_t SyncPosition::after(const store::ChangePage& page) const {
  if (!page.has_more) return page.revision;
  const std::int64_t last = revision_of(page.changes.back());
  // A user with more changes than the number has room for gets the revision, which is too old then.
  if (!is_first_sync_ || last >= page.pruned_revision || last >= revision_range) return last;
  return first_sync_mark + beginning(page) % beginning_range * revision_range + last;
}

}  // namespace taskdock::api
