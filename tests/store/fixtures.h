#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

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

  Task add_task(const User& owner, const std::string& title, bool is_completed = false) {
    const Task task = new_task(owner, title, is_completed);
    connection.tasks.add(task);
    return task;
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
