#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <string>
#include <utility>
#include <vector>

#include "store/fixtures.h"
#include "store/sqlite/database_connection.h"
#include "store/sqlite/database_files.h"
#include "store/sqlite/migrations.h"

namespace taskdock::store::sqlite {

/// The writer's connection to a new database with our schema.
struct OpenDatabase : Workshop {
  DatabaseConnection connection{file, DatabaseConnection::Role::writer};
  DatabaseFiles files{file};

  OpenDatabase() {
    migrate(connection.database(), current_schema());
    connection.start_journal();
    connection.try_writing();
    files.remember();
  }

  User add_user(const std::string& email) {
    const User user = new_user(email);
    connection.users.add(user, "hash");
    return user;
  }

  Session add_session(const User& user, std::uint8_t token) {
    const Session session = new_session(user);
    connection.sessions.add(session, hash_of(token));
    return session;
  }

  Task add_task(const User& owner, const std::string& title, bool is_completed = false) {
    const Task task = new_task(owner, title, is_completed);
    connection.tasks.add(task);
    connection.write_noted();
    return task;
  }

  /// What the writer does in the background.
  void remove_leftovers() {
    while (connection.leftovers.remove_some().more) {
    }
  }

  int count(const std::string& table) {
    return connection.database().execAndGet("SELECT count(*) FROM " + table).getInt();
  }

  /// How SQLite will run each query that this connection has prepared, by its text.
  std::vector<std::pair<std::string, std::string>> plans() {
    std::vector<std::string> queries;
    sqlite3* const handle = connection.database().getHandle();
    for (sqlite3_stmt* s = sqlite3_next_stmt(handle, nullptr); s;
         s = sqlite3_next_stmt(handle, s)) {
      const std::string sql = sqlite3_sql(s);
      const std::string verb = sql.substr(0, 6);
      if (verb == "SELECT" || verb == "UPDATE" || verb == "DELETE") queries.push_back(sql);
    }
    std::vector<std::pair<std::string, std::string>> result;
    for (const std::string& sql : queries) {
      SQLite::Statement explain(connection.database(), "EXPLAIN QUERY PLAN " + sql);
      std::string plan;
      while (explain.executeStep()) plan += explain.getColumn(3).getString() + '\n';
      result.emplace_back(sql, plan);
    }
    return result;
  }
};

}  // namespace taskdock::store::sqlite
