#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <string>

#include "store/fixtures.h"
#include "testing/database.h"

namespace taskdock::store {

/// A store with every kind of row that there is, but for what background work is about to remove.
struct EveryRow : OpenStore {
  const User ann = add_user();
  const User bob = add_user("bob@example.com");
  const Session session = new_session(ann);
  Task tagged;

  EveryRow() {
    store->change([&](Changes& changes) {
      changes.find_or_add_local_user(new_user("local@example.com"));
      changes.add_session(session, hash_of(1));
      changes.refresh_session(hash_of(1), hash_of(2), {clock.now(), {}, ids.next()},
                              session.expires_at, std::chrono::seconds(0));
      changes.add_script_token({.id = ids.next(),
                                .user_id = ann.id,
                                .name = "backup",
                                .scope = TokenScope::write,
                                .created_at = clock.now(),
                                .expires_at = {}},
                               hash_of(3));
      tagged = new_task(ann, "Käse kaufen");
      tagged.description = "Two pieces, 牛乳を";
      tagged.tags = {"Shop", "at home"};
      tagged.remind_at = clock.now() + std::chrono::hours(1);
      tagged.priority = Priority::high;
      tagged.due_date = support::Date(std::chrono::days(20'000));
      tagged.recurrence = "FREQ=WEEKLY";
      tagged = changes.add_task(tagged);
      Task completed = new_task(ann, "done", true);
      completed.completed_at = clock.now();
      completed.tags = {"shop"};
      changes.add_task(completed);
      changes.add_task(new_task(bob, "his"));
      for (const char* title : {"in the trash", "purged"}) {
        const Task gone = changes.add_task(new_task(ann, title));
        changes.remove_task(ann.id, gone.id, clock.now());
        if (gone.title == "purged") changes.purge_task(ann.id, gone.id);
      }
      changes.note_imported(ann.id, ids.next(), tagged.id);
      changes.keep_answer(ann.id, "key", hash_of(4), {201, "{}", "body"}, clock.now());
    });
    store->finish_background_work(std::chrono::seconds(30));
  }

  /// What each table of the database `file` has, but for the parts of the search index.
  static std::map<std::string, std::string> rows_of(const std::filesystem::path& file) {
    SQLite::Database database = testing::open_database(file, SQLite::OPEN_READWRITE);
    std::map<std::string, std::string> rows;
    SQLite::Statement tables(database,
                             "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT"
                             " LIKE 'sqlite_%' UNION SELECT 'task_terms'");
    while (tables.executeStep()) {
      const std::string table = tables.getColumn(0).getString();
      std::string& text = rows[table];
      SQLite::Statement all(database, "SELECT * FROM " + table);
      while (all.executeStep()) {
        for (int i = 0; i < all.getColumnCount(); ++i) {
          const SQLite::Column column = all.getColumn(i);
          text += (column.isNull() ? "null" : column.getString()) + '|';
        }
        text += '\n';
      }
    }
    return rows;
  }
};

}  // namespace taskdock::store
