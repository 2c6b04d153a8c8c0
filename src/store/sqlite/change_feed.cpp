#include "store/sqlite/change_feed.h"

#include <limits>
#include <string>
#include <utility>

#include "store/sqlite/task_row.h"

namespace taskdock::store::sqlite {

namespace {

const std::string changed_tasks_sql = "SELECT revision, " + selected_task() +
                                      " FROM tasks INDEXED BY tasks_by_revision"
                                      " WHERE owner = ? AND revision > ? ORDER BY revision";

// What a page of many long tasks may take, so that memory does not grow with `limit` alone.
constexpr std::size_t max_text_bytes = 1024 * 1024;

std::size_t text_bytes_of(const Task& task) {
  std::size_t bytes = task.title.size();
  if (task.description) bytes += task.description->size();
  for (const std::string& tag : task.tags) bytes += tag.size();
  return bytes;
}

/// Rows of which the first column is a revision, in the order of these.
class ByRevision {
 public:
  ByRevision(PreparedStatement& statement, UserNumber owner, std::int64_t since)
      : rows_(statement.lend()) {
    rows_.bind(owner).bind(since);
    next();
  }

  /// That of the current row; at the end one that is above all.
  std::int64_t revision() const { return revision_; }
  bool at_end() const { return revision_ == end; }
  /// The current row, of which the next column is the second.
  LentStatement& row() { return rows_; }
  void next() { revision_ = rows_.step() ? rows_.integer() : end; }

 private:
  static constexpr std::int64_t end = std::numeric_limits<std::int64_t>::max();

  LentStatement rows_;
  std::int64_t revision_ = end;
};

}  // namespace

ChangeFeed::ChangeFeed(SQLite::Database& database, UserNumbers& numbers)
    : numbers_(numbers),
      revisions_(database, "SELECT revision, pruned_revision FROM task_totals WHERE owner = ?"),
      tasks_(database, changed_tasks_sql.c_str()),
      // NOT INDEXED makes SQLite walk the primary key.
      tombstones_(database,
                  "SELECT revision, id, deleted_at FROM tombstones NOT INDEXED"
                  " WHERE owner = ? AND revision > ? ORDER BY revision"),
      epoch_(database, "SELECT epoch FROM epoch") {}

ChangePage ChangeFeed::list(const support::Uuid& owner, std::int64_t since, std::int64_t limit) {
  ChangePage page;
  const UserNumber number = numbers_.of(owner);
  {
    LentStatement revisions = revisions_.lend();
    if (!revisions.bind(number).step()) return page;
    page.revision = revisions.integer();
    page.pruned_revision = revisions.integer();
  }
  if (since >= page.revision) return page;
  ByRevision tasks(tasks_, number, since);
  ByRevision tombstones(tombstones_, number, since);
  std::size_t text_bytes = 0;
  while (!tasks.at_end() || !tombstones.at_end()) {
    page.has_more = std::cmp_equal(page.changes.size(), limit) || text_bytes > max_text_bytes;
    if (page.has_more) break;
    if (tasks.revision() < tombstones.revision()) {
      Task& task = std::get<Task>(page.changes.emplace_back());
      read_task(tasks.row(), owner, task);
      text_bytes += text_bytes_of(task);
      tasks.next();
    } else {
      Tombstone tombstone{.revision = tombstones.revision()};
      tombstones.row().read(tombstone.id);
      tombstone.deleted_at = tombstones.row().timestamp();
      page.changes.emplace_back(tombstone);
      tombstones.next();
    }
  }
  return page;
}

support::Uuid ChangeFeed::epoch() {
  LentStatement epoch = epoch_.lend();
  epoch.step();
  support::Uuid uuid = epoch.uuid();
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x40);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
  return uuid;
}

}  // namespace taskdock::store::sqlite
