#pragma once

#include <SQLiteCpp/Database.h>

#include <span>

namespace taskdock::store::sqlite {

/// The step from one version of the schema to the next.
struct Migration {
  int to_version;   // PRAGMA user_version afterwards
  const char* sql;  // one or more statements, run in one transaction
};

/// The target of a migration: the whole schema of the newest version, and the steps that lead there
/// from older versions, in their order. The version is that of the last step, or 1 without any.
struct Schema {
  const char* sql;
  std::span<const Migration> migrations;

  int version() const { return migrations.empty() ? 1 : migrations.back().to_version; }
};

/// The schema of this executable: schema.sql, and the steps in migration_steps, both embedded. A
/// step that was released is never changed, since databases exist that were migrated by it. It may
/// call the SQL functions of functions.h.
Schema current_schema();

/// The version of `database`, 0 for an empty one. Only reads. Throws Unusable when the file is no
/// database, is damaged so that this is seen here, is another program's, or is newer than `schema`;
/// SQLite::Exception.
int find_version(SQLite::Database& database, const Schema& schema);

enum class MayMigrate { no, with_backup, without_backup };

/// Brings `database` to `schema`, each step in a transaction of its own that also raises
/// PRAGMA user_version, so that a crash leaves one version or the next. An empty database gets the
/// whole schema at once; any other is backed up first (migration_backup.h), unless it is said that
/// this is not needed. A step may drop and
/// rebuild tables: foreign keys are not enforced while it runs, and are checked before its commit.
///
/// Throws Unusable, having changed nothing, as find_version() does and if there is anything to do
/// but `may_migrate` is no. If a step fails (SQLite::Exception), does not fit the schema that is
/// there, or leaves a broken reference (Unusable), the database keeps the version before that step.
void migrate(SQLite::Database& database, const Schema& schema,
             MayMigrate may_migrate = MayMigrate::with_backup);

/// Throws Unusable unless the schema of `database`, of the older version `version`, is one that
/// migrate() makes this version's of: as found by doing so with an empty database in memory that
/// has the same schema. Only reads.
void check_older_schema(SQLite::Database& database, int version);

}  // namespace taskdock::store::sqlite
