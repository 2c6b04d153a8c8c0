#pragma once

#include <SQLiteCpp/Database.h>

#include <span>

namespace taskdock::store {

/// The step from one version of the schema to the next.
struct Migration {
  int to_version;   // PRAGMA user_version afterwards
  const char* sql;  // one or more statements, run in one transaction
};

/// What a database is brought to: the whole schema of the newest version, and the steps that lead
/// there from older ones, in their order. The version is that of the last step, or 1 without any.
struct Schema {
  const char* sql;
  std::span<const Migration> migrations;

  int version() const { return migrations.empty() ? 1 : migrations.back().to_version; }
};

/// The schema of this executable.
Schema current_schema();

/// Brings `database` to `schema`, each step in a transaction of its own that also raises
/// PRAGMA user_version, so that a crash leaves one version or the next. An empty database gets the
/// whole schema at once. Throws Unusable, having changed nothing, when the file is no database, is
/// another program's, or is newer than `schema`; SQLite::Exception when a step fails.
void migrate(SQLite::Database& database, const Schema& schema);

}  // namespace taskdock::store
