#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <string>

#include "store/fixtures.h"
#include "store/sqlite/functions.h"
#include "testing/database.h"
#include "testing/paths.h"

namespace taskdock::testing {

/// Makes the database `file` as version `version` of the schema had it, with `count` tasks: "Käse
/// Nr. 1" and so on, of the user ann@example.com, whose id is zero.
inline void make_old_database(const std::filesystem::path& file, int version, int count) {
  SQLite::Database database = open_database(file);
  database.exec(store::content_of(source_directory() / "tests/store/sqlite/schemas" /
                                  (std::to_string(version) + ".sql")));
  database.exec("PRAGMA application_id = 1415672683; PRAGMA user_version = " +
                std::to_string(version));
  database.exec("BEGIN");
  database.exec(store::adding_ann(version));
  const std::string owner = version < 11 ? "user_id" : "owner";
  store::sqlite::add_functions(database);
  SQLite::Statement add(
      database,
      "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
      " INSERT INTO tasks (" +
          owner + ", id, title, description, is_completed, created_at, updated_at" +
          (version < 7 ? "" : ", revision, search_id, title_key") + ") SELECT " +
          (version < 11 ? "zeroblob(16)" : "1") +
          ", unhex(printf('019b92c51a1b70008000%012x', i)),"
          " 'Käse Nr. ' || i, iif(i % 2, 'Zwei Stück', NULL), i % 3 = 0, i, i + 1" +
          (version < 7 ? "" : ", i, i, taskdock_fold('Käse Nr. ' || i)") + " FROM n");
  add.bind(1, count);
  add.exec();
  if (version >= 7) {
    database.exec(
        "INSERT INTO task_words (rowid, title, description) SELECT search_id, taskdock_words(" +
        owner + ", title), taskdock_words(" + owner +
        ", description) FROM tasks ORDER BY search_id");
  }
  if (version >= 10) {  // until then triggers counted
    database.exec(
        "UPDATE task_totals SET (total, completed, revision) ="
        " (SELECT count(*), sum(is_completed), max(revision) FROM tasks)");
  }
  if (version >= 5) {
    database.exec(
        "UPDATE tasks SET completed_at = iif(is_completed, updated_at, NULL),"
        " due_date = iif(created_at % 5, created_at * 4, NULL),"
        " priority = iif(created_at % 5, created_at % 4, NULL)");
  }
  database.exec("COMMIT");
}

}  // namespace taskdock::testing
