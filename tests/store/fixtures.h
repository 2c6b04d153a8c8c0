#pragma once

#include <signal.h>
#include <sys/resource.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include "store/store.h"
#include "store/types.h"
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

/// The first version that has the tables, indexes and triggers of today's: those after it changed
/// settings alone.
inline constexpr int first_version_with_these_objects = 11;

/// The SQL that adds Ann to a database of this version.
inline std::string adding_ann(int version) {
  return "INSERT INTO users VALUES (zeroblob(16), 'ann@example.com', 'Ann', 'hash', 1" +
         std::string(version < 11 ? "" : ", 1") + ");";
}

/// A Progress that tells nobody.
inline void tell_nobody(std::string_view /*what*/, std::uint64_t /*done*/, std::uint64_t /*all*/) {}

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
    return {{.title = title}, ids.next(), is_completed, owner.id, clock.now(), clock.now()};
  }
};

/// A store with a new database, and what handlers do with it.
struct OpenStore : Workshop {
  std::unique_ptr<Store> store;

  OpenStore() { reopen(); }

  /// Waits for the first background work, which may empty the log: a case that looks into the log
  /// must not meet it.
  void reopen() {
    store.reset();
    store = std::make_unique<Store>(file, StoreOptions{.readers = 3});
    store->finish_background_work(std::chrono::seconds(30));
  }
  User add_user(const std::string& email = "ann@example.com") {
    const User user = new_user(email);
    store->change([&](Changes& changes) { changes.add_user(user, "hash"); });
    return user;
  }
  void log_in(const Session& session, const TokenHash& refresh_hash,
              const std::string& verified_hash, const std::optional<std::string>& new_hash) {
    store->change([&](Changes& changes) {
      changes.check_password_hash(session.user_id, verified_hash);
      if (new_hash) changes.set_password_hash(session.user_id, *new_hash);
      changes.add_session(session, refresh_hash);
    });
  }
  User change_user(const support::Uuid& id, const UserChange& change,
                   const std::optional<std::string>& verified_hash) {
    return store->change([&](Changes& changes) {
      if (verified_hash) changes.check_password_hash(id, *verified_hash);
      return changes.change_user(id, change);
    });
  }
  void change_password(const support::Uuid& id, const std::string& verified_hash,
                       const std::string& new_hash, const std::optional<support::Uuid>& kept) {
    store->change([&](Changes& changes) {
      changes.check_password_hash(id, verified_hash);
      changes.set_password_hash(id, new_hash);
      changes.end_sessions(id, kept);
    });
  }
  void remove_user(const support::Uuid& id, const std::string& verified_hash) {
    store->change([&](Changes& changes) {
      changes.check_password_hash(id, verified_hash);
      changes.remove_user(id);
    });
  }
  Task change_task(const support::Uuid& owner, const support::Uuid& id, const TaskChange& change,
                   support::Timestamp now) {
    return store->change(
        [&](Changes& changes) { return changes.change_task(owner, id, change, now); });
  }
  void remove_task(const support::Uuid& owner, const support::Uuid& id) {
    store->change([&](Changes& changes) { changes.remove_task(owner, id, clock.now()); });
  }
  void keep(const Task& task) {
    store->change([&](Changes& changes) { changes.add_task(task); });
  }
  Task add_task(const User& owner, const std::string& title, bool is_completed = false) {
    const Task task = new_task(owner, title, is_completed);
    keep(task);
    return task;
  }
};

/// For as long as this lives no file can grow past `bytes`, as on a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(std::uintmax_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

inline bool same(const User& a, const User& b) {
  return a.id == b.id && a.email == b.email && a.name == b.name && a.created_at == b.created_at;
}

inline bool same(const Task& a, const Task& b) {
  return a.id == b.id && a.title == b.title && a.description == b.description &&
         a.due_date == b.due_date && a.remind_at == b.remind_at && a.priority == b.priority &&
         a.tags == b.tags && a.recurrence == b.recurrence &&
         a.recurrence_from == b.recurrence_from && a.parent_task_id == b.parent_task_id &&
         a.next_task_id == b.next_task_id && a.is_completed == b.is_completed &&
         a.completed_at == b.completed_at && a.user_id == b.user_id &&
         a.created_at == b.created_at && a.updated_at == b.updated_at;
}

/// The titles of a page, one after the other with spaces between.
inline std::string titles_of(const TaskPage& page) {
  std::string titles;
  for (const Task& task : page.tasks) titles += (titles.empty() ? "" : " ") + task.title;
  return titles;
}

}  // namespace taskdock::store
