#include "store/sqlite/reminder_table.h"

namespace taskdock::store::sqlite {

ReminderTable::ReminderTable(SQLite::Database& database)
    : remind_at_(database, "SELECT remind_at FROM tasks NOT INDEXED WHERE user_id = ? AND id = ?"),
      set_(database,
           "INSERT INTO reminders (user_id, id, remind_at) VALUES (?, ?, ?)"
           " ON CONFLICT DO UPDATE SET remind_at = excluded.remind_at"),
      remove_(database, "DELETE FROM reminders NOT INDEXED WHERE user_id = ? AND id = ?"),
      next_(database,
            "SELECT min(remind_at) FROM reminders INDEXED BY reminders_by_user_and_time"
            " WHERE user_id = ?"),
      due_(database,
           "SELECT id FROM reminders INDEXED BY reminders_by_user_and_time"
           " WHERE user_id = ? AND remind_at <= ? ORDER BY remind_at LIMIT ?") {}

std::optional<support::Timestamp> ReminderTable::remind_at(const support::Uuid& owner,
                                                           const support::Uuid& id) {
  std::optional<support::Timestamp> moment;
  LentStatement row = remind_at_.lend();
  if (row.bind(owner).bind(id).step()) row.read(moment);
  return moment;
}

void ReminderTable::set(const Task& task) {
  set_.lend().bind(task.user_id).bind(task.id).bind(task.remind_at).step();
}

void ReminderTable::remove(const support::Uuid& owner, const support::Uuid& id) {
  remove_.lend().bind(owner).bind(id).step();
}

std::optional<support::Timestamp> ReminderTable::next(const support::Uuid& owner) {
  std::optional<support::Timestamp> moment;
  LentStatement row = next_.lend();
  if (row.bind(owner).step()) row.read(moment);
  return moment;
}

std::vector<support::Uuid> ReminderTable::take(const support::Uuid& owner, support::Timestamp now,
                                               std::int64_t limit) {
  std::vector<support::Uuid> due;
  {
    LentStatement rows = due_.lend();
    rows.bind(owner).bind(now).bind(limit);
    while (rows.step()) due.push_back(rows.uuid());
  }
  for (const support::Uuid& id : due) remove(owner, id);
  return due;
}

}  // namespace taskdock::store::sqlite
