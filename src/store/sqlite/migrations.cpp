#include "store/sqlite/migrations.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <array>
#include <string>

#include "store/errors.h"
#include "store/sqlite/failure.h"
#include "store/sqlite/migration_backup.h"
#include "store/sqlite/schema_sql.h"

namespace taskdock::store::sqlite {

namespace {

// Marks the file as ours (sqlite.org/pragma.html#pragma_application_id): "Task".
constexpr int our_application_id = 0x5461736b;

// The steps from version to version. A released step is never changed, since databases exist that
// were migrated by it.

constexpr const char* add_sessions = R"sql(
CREATE TABLE sessions (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  user_agent TEXT,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  refresh_hash BLOB NOT NULL UNIQUE CHECK (length(refresh_hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_user_and_expiry ON sessions (user_id, expires_at);

CREATE TABLE spent_refresh_tokens (
  hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  session_id BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER NOT NULL,
  next_seed BLOB NOT NULL CHECK (length(next_seed) = 32),
  access_token_id BLOB NOT NULL CHECK (length(access_token_id) = 16)
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_refresh_tokens_by_session ON spent_refresh_tokens (session_id, spent_at);
CREATE INDEX spent_refresh_tokens_by_expiry ON spent_refresh_tokens (expires_at);
)sql";

// The tasks of a deleted user and the spent tokens of an ended session are no longer deleted with
// them, but a few at a time.
constexpr const char* remove_later = R"sql(
CREATE TABLE user_total (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  total INTEGER NOT NULL CHECK (total >= 0)
) STRICT;

INSERT INTO user_total SELECT 1, count(*) FROM users;

CREATE TABLE deleted_users (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16)
) STRICT, WITHOUT ROWID;

CREATE TABLE ended_sessions (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16)
) STRICT, WITHOUT ROWID;

-- To rebuild a table the old one is renamed first, so that the text of the new one is that of
-- schema.sql.
ALTER TABLE spent_refresh_tokens RENAME TO old_spent_refresh_tokens;
DROP INDEX spent_refresh_tokens_by_session;
DROP INDEX spent_refresh_tokens_by_expiry;

CREATE TABLE spent_refresh_tokens (
  hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  session_id BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER NOT NULL,
  next_seed BLOB NOT NULL CHECK (length(next_seed) = 32),
  access_token_id BLOB NOT NULL CHECK (length(access_token_id) = 16)
) STRICT, WITHOUT ROWID;

INSERT INTO spent_refresh_tokens SELECT * FROM old_spent_refresh_tokens;
DROP TABLE old_spent_refresh_tokens;

CREATE INDEX spent_refresh_tokens_by_session ON spent_refresh_tokens (session_id, spent_at);
CREATE INDEX spent_refresh_tokens_by_expiry ON spent_refresh_tokens (expires_at);

DROP TRIGGER users_inserted;
DROP TRIGGER tasks_inserted;
DROP TRIGGER tasks_deleted;
DROP TRIGGER tasks_completion_changed;
ALTER TABLE tasks RENAME TO old_tasks;
DROP INDEX tasks_by_id;
DROP INDEX tasks_by_completion;

CREATE TABLE tasks (
  user_id BLOB NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  title TEXT NOT NULL,
  description TEXT,
  is_completed INTEGER NOT NULL DEFAULT 0 CHECK (is_completed IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

INSERT INTO tasks SELECT * FROM old_tasks;
DROP TABLE old_tasks;

CREATE UNIQUE INDEX tasks_by_id ON tasks (id);
CREATE INDEX tasks_by_completion ON tasks (user_id, is_completed, id);

CREATE TRIGGER users_inserted AFTER INSERT ON users
BEGIN
  INSERT INTO task_totals (user_id) VALUES (new.id);
  UPDATE user_total SET total = total + 1;
END;

CREATE TRIGGER users_deleted AFTER DELETE ON users
BEGIN
  UPDATE user_total SET total = total - 1;
  INSERT INTO deleted_users VALUES (old.id);
END;

CREATE TRIGGER sessions_deleted AFTER DELETE ON sessions
WHEN EXISTS (SELECT 1 FROM spent_refresh_tokens WHERE session_id = old.id)
BEGIN
  INSERT INTO ended_sessions VALUES (old.id);
END;

CREATE TRIGGER tasks_inserted AFTER INSERT ON tasks
BEGIN
  UPDATE task_totals SET total = total + 1, completed = completed + new.is_completed
  WHERE user_id = new.user_id;
  SELECT RAISE(ABORT, 'a task needs an owner') WHERE changes() = 0;
END;

CREATE TRIGGER tasks_deleted AFTER DELETE ON tasks
BEGIN
  UPDATE task_totals SET total = total - 1, completed = completed - old.is_completed
  WHERE user_id = old.user_id;
END;

CREATE TRIGGER tasks_completion_changed AFTER UPDATE OF is_completed ON tasks
WHEN new.is_completed <> old.is_completed
BEGIN
  UPDATE task_totals SET completed = completed + new.is_completed - old.is_completed
  WHERE user_id = new.user_id;
END;
)sql";

// A user need not have a password, and one of them may be the local user.
constexpr const char* add_local_user = R"sql(
DROP TRIGGER users_inserted;
DROP TRIGGER users_deleted;
-- Without the setting, what refers to the table would refer to it by its new name.
PRAGMA legacy_alter_table = ON;
ALTER TABLE users RENAME TO old_users;
PRAGMA legacy_alter_table = OFF;

CREATE TABLE users (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO users SELECT id, email, name, password_hash, created_at FROM old_users;
DROP TABLE old_users;

CREATE TABLE local_user (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE TRIGGER users_inserted AFTER INSERT ON users
BEGIN
  INSERT INTO task_totals (user_id) VALUES (new.id);
  UPDATE user_total SET total = total + 1;
END;

CREATE TRIGGER users_deleted AFTER DELETE ON users
BEGIN
  UPDATE user_total SET total = total - 1;
  INSERT INTO deleted_users VALUES (old.id);
END;
)sql";

// When a task was completed had not been kept: the last change is the best that is known.
constexpr const char* add_dates = R"sql(
ALTER TABLE tasks ADD COLUMN completed_at INTEGER;
ALTER TABLE tasks ADD COLUMN due_date INTEGER;
ALTER TABLE tasks ADD COLUMN remind_at INTEGER;
ALTER TABLE tasks ADD COLUMN priority INTEGER CHECK (priority BETWEEN 0 AND 3);

UPDATE tasks SET completed_at = updated_at WHERE is_completed = 1;
)sql";

constexpr const char* add_recurrence = R"sql(
ALTER TABLE tasks ADD COLUMN recurrence TEXT;
ALTER TABLE tasks ADD COLUMN recurrence_from INTEGER NOT NULL DEFAULT 0 CHECK (recurrence_from IN (0, 1));
ALTER TABLE tasks ADD COLUMN parent_task_id BLOB CHECK (length(parent_task_id) = 16);
ALTER TABLE tasks ADD COLUMN next_task_id BLOB CHECK (length(next_task_id) = 16);
)sql";

constexpr std::array<Migration, 5> steps = {{
    {2, add_sessions},
    {3, remove_later},
    {4, add_local_user},
    {5, add_dates},
    {6, add_recurrence},
}};

int pragma(SQLite::Database& database, const char* sql) {
  return database.execAndGet(sql).getInt();
}

/// Throws Unusable unless the database is empty or ours and not newer than `newest`; returns its
/// version, 0 for an empty one. Only reads.
int check_version(SQLite::Database& database, int newest) {
  const int version = pragma(database, "PRAGMA user_version");
  const int application_id = pragma(database, "PRAGMA application_id");
  const bool empty = pragma(database, "SELECT count(*) FROM sqlite_schema") == 0;
  if (version == 0 && application_id == 0 && empty) return 0;
  if (application_id != our_application_id) {
    throw Unusable("this is the database of another program; choose another --data directory");
  }
  if (version < 1) {
    throw Unusable("this database has version " + std::to_string(version) +
                   ", which no taskdock has ever made; restore it from a backup");
  }
  if (version > newest) {
    throw NewerDatabase("this database has version " + std::to_string(version) +
                        ", which is newer than this executable knows (" + std::to_string(newest) +
                        "); use a newer taskdock");
  }
  return version;
}

/// Brings the database from one version to another in one transaction; does nothing if another
/// process has already done it.
void apply(SQLite::Database& database, const char* sql, int from_version, int to_version) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  if (pragma(database, "PRAGMA user_version") != from_version) return;
  database.exec(sql);
  database.exec("PRAGMA user_version = " + std::to_string(to_version));
  database.exec("PRAGMA application_id = " + std::to_string(our_application_id));
  SQLite::Statement broken_references(database, "PRAGMA foreign_key_check");
  if (broken_references.executeStep()) {
    throw Unusable("a row of " + broken_references.getColumn(0).getString() + " refers to one of " +
                   broken_references.getColumn(2).getString() +
                   " that is not there, so the database cannot be brought to version " +
                   std::to_string(to_version) + "; restore it from a backup");
  }
  transaction.commit();
}

/// While this exists, foreign keys are not enforced, so that a table to which others refer can be
/// dropped and rebuilt (sqlite.org/lang_altertable.html, 7), and temporary data is kept in files,
/// since what a migration sorts can be as large as the database.
class MigrationSettings {
 public:
  explicit MigrationSettings(SQLite::Database& database) : database_(database) {
    database_.exec("PRAGMA foreign_keys = OFF; PRAGMA temp_store = FILE");
  }
  MigrationSettings(const MigrationSettings&) = delete;
  MigrationSettings& operator=(const MigrationSettings&) = delete;
  ~MigrationSettings() { database_.tryExec(usual); }

  /// Makes the usual settings again, and makes sure of it. Throws Unavailable if foreign keys stay
  /// off: SQLite ignores the PRAGMA inside a transaction
  /// (sqlite.org/pragma.html#pragma_foreign_keys).
  void end() {
    database_.exec(usual);
    if (pragma(database_, "PRAGMA foreign_keys") == 1) return;
    throw Unavailable("foreign keys cannot be turned on again after the migration; start again");
  }

 private:
  static constexpr const char* usual = "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY";

  SQLite::Database& database_;
};

}  // namespace

Schema current_schema() {
  return {schema_sql, steps};
}

int find_version(SQLite::Database& database, const Schema& schema) {
  try {
    return check_version(database, schema.version());
  } catch (const SQLite::Exception& error) {
    if (!is_damage(error) || is_transient(error, database)) throw;
    throw Unusable("this file is not a database; move it away, or choose another --data directory");
  }
}

void migrate(SQLite::Database& database, const Schema& schema, bool may_migrate) {
  const int found = find_version(database, schema);
  if (found == schema.version()) return;
  if (!may_migrate) {
    throw Unusable(
        "this database has version " + std::to_string(found) + ", and this executable works with " +
        std::to_string(schema.version()) +
        "; stop the server first, or use the taskdock that is running; if the server has "
        "just been started, try again when it is ready");
  }
  MigrationSettings settings(database);
  if (found == 0) {
    apply(database, schema.sql, 0, schema.version());
  } else {
    back_up_before_migration(database, found);
    int version = found;
    for (const Migration& migration : schema.migrations) {
      if (migration.to_version <= version) continue;
      apply(database, migration.sql, version, migration.to_version);
      version = migration.to_version;
    }
  }
  settings.end();
  find_version(database, schema);  // another process, perhaps a newer version, may have migrated it
}

}  // namespace taskdock::store::sqlite
