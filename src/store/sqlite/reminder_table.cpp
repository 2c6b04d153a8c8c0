#include "store/sqlite/reminder_table.h"

namespace taskdock::store::sqlite {

ReminderTable::ReminderTable(SQLite::Database& database, UserNumbers& numbers)
    : numbers_(numbers),
      set_(database, "INSERT OR IGNORE INTO reminders (owner, remind_at, id) VALUES (?, ?, ?)"),
      remove_(database, "DELETE FROM reminders WHERE owner = ? AND remind_at = ? AND id = ?"),
      next_(database, "SELECT min(remind_at) FROM reminders WHERE owner = ?"),
      due_(database,
           "SELECT remind_at, id FROM reminders"
           " WHERE owner = ? AND remind_at <= ? ORDER BY remind_at LIMIT ?") {}

void ReminderTable::set(const Task& task) {
  set_.lend().bind(numbers_.of(task.user_id)).bind(task.remind_at).bind(task.id).step();
}

void ReminderTable::remove(const support::Uuid& owner, const support::Uuid& id,
                           support::Timestamp moment) {
  remove_.lend().bind(numbers_.of(owner)).bind(moment).bind(id).step();
}

std::optional<support::Timestamp> ReminderTable::next(const support::Uuid& owner) {
  std::optional<support::Timestamp> moment;
  LentStatement row = next_.lend();
  if (row.bind(numbers_.of(owner)).step()) row.read(moment);
  return moment;
}

std::vector<support::Uuid> ReminderTable::take(const support::Uuid& owner, support::Timestamp now,
                                               std::int64_t limit) {
  std::vector<std::pair<support::Timestamp, support::Uuid>> due;
  {
    LentStatement rows = due_.lend();
    rows.bind(numbers_.of(owner)).bind(now).bind(limit);
    while (rows.step()) {
      const support::Timestamp moment = rows.timestamp();
      due.emplace_back(moment, rows.uuid());
    }
  }
  std::vector<support::Uuid> ids;
  for (const auto& [moment, id] : due) {
    remove(owner, id, moment);
    ids.push_back(id);
  }
  return ids;
}

}  // namespace taskdock::store::sqlite
