#include "store/migrations.h"

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <array>
#include <string>

#include "store/errors.h"
#include "store/schema_sql.h"

namespace taskdock::store {

namespace {

// Marks the file as ours (sqlite.org/pragma.html#pragma_application_id): "Task".
constexpr int our_application_id = 0x5461736b;

// The steps from version to version. What has been released stays as it is: databases exist that
// took it, whatever schema.sql becomes.

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

constexpr std::array<Migration, 1> steps = {{
    {2, add_sessions},
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
  if (version > newest) {
    throw Unusable("this database has version " + std::to_string(version) +
                   ", which is newer than this executable knows (" + std::to_string(newest) +
                   "); use a newer taskdock");
  }
  return version;
}

void apply(SQLite::Database& database, const char* sql, int version) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  database.exec(sql);
  database.exec("PRAGMA user_version = " + std::to_string(version));
  database.exec("PRAGMA application_id = " + std::to_string(our_application_id));
  transaction.commit();
}

}  // namespace

Schema current_schema() {
  return {schema_sql, steps};
}

void migrate(SQLite::Database& database, const Schema& schema) {
  int version = 0;
  try {
    version = check_version(database, schema.version());
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() != SQLITE_NOTADB && error.getErrorCode() != SQLITE_CORRUPT) throw;
    throw Unusable("this file is not a database; move it away, or choose another --data directory");
  }
  if (version == 0) {
    apply(database, schema.sql, schema.version());
    return;
  }
  // Before version 2 what was deleted was not overwritten. The copy that is made is as large as the
  // database: too large for memory, where a Connection has its temporary tables.
  if (version < 2) {
    database.exec("PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY");
  }
  for (const Migration& migration : schema.migrations) {
    if (migration.to_version > version) apply(database, migration.sql, migration.to_version);
  }
}

}  // namespace taskdock::store
