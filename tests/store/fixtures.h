#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "store/connection.h"
#include "store/migrations.h"
#include "support/random.h"
#include "support/uuid.h"
#include "testing/fakes.h"
#include "testing/temporary_directory.h"

namespace taskdock::store {

/// The bytes of a file; empty if there is none.
inline std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// A hash that is the byte `value` all over.
inline TokenHash hash_of(std::uint8_t value) {
  TokenHash hash;
  hash.fill(value);
  return hash;
}

/// A directory for a database, and what users and tasks are made from: a clock that stands still,
/// and ids that rise all the same.
struct Workshop {
  testing::TemporaryDirectory directory;
  std::filesystem::path file = directory.path() / "taskdock.db";
  testing::FakeClock clock;
  support::SystemRandom random;
  support::UuidGenerator ids{clock, random};

  User new_user(const std::string& email) {
    return {.id = ids.next(), .email = email, .name = "Ann", .created_at = clock.now()};
  }

  Session new_session(const User& user) {
    return {.id = ids.next(),
            .user_id = user.id,
            .user_agent = "test",
            .created_at = clock.now(),
            .last_used_at = clock.now(),
            .expires_at = clock.now() + std::chrono::hours(30 * 24)};
  }

  Task new_task(const User& owner, const std::string& title, bool is_completed = false) {
    return {.id = ids.next(),
            .title = title,
            .description = std::nullopt,
            .is_completed = is_completed,
            .user_id = owner.id,
            .created_at = clock.now(),
            .updated_at = clock.now()};
  }
};

/// The writer's connection to a new database with our schema.
struct OpenDatabase : Workshop {
  Connection connection{file, Connection::Role::writer};

  OpenDatabase() {
    migrate(connection.database(), current_schema());
    connection.start_journal();
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
    return task;
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

inline bool same(const User& a, const User& b) {
  return a.id == b.id && a.email == b.email && a.name == b.name && a.created_at == b.created_at;
}

inline bool same(const Task& a, const Task& b) {
  return a.id == b.id && a.title == b.title && a.description == b.description &&
         a.is_completed == b.is_completed && a.user_id == b.user_id &&
         a.created_at == b.created_at && a.updated_at == b.updated_at;
}

/// The titles of a page, one after the other with spaces between.
inline std::string titles_of(const TaskPage& page) {
  std::string titles;
  for (const Task& task : page.tasks) titles += (titles.empty() ? "" : " ") + task.title;
  return titles;
}

}  // namespace taskdock::store
