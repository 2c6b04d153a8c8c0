#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/clock.h"
#include "support/uuid.h"

namespace taskdock::store {

struct User {
  support::Uuid id;
  std::string email;  // in lower case; no two users share one
  std::string name;
  support::Timestamp created_at;
};

/// A user with what a log-in is checked against.
struct Credentials {
  User user;
  std::string password_hash;
};

struct Task {
  support::Uuid id;
  std::string title;
  std::optional<std::string> description;
  bool is_completed = false;
  support::Uuid user_id;
  support::Timestamp created_at;
  support::Timestamp updated_at;
};

/// What to change of a task; what is absent stays as it is.
struct TaskChange {
  enum class Completion { keep, open, completed, toggle };

  std::optional<std::string> title = {};
  std::optional<std::optional<std::string>> description = {};  // an inner nothing clears it
  Completion completion = Completion::keep;
};

/// Which tasks of a user to list, newest first.
struct TaskQuery {
  std::int64_t limit = 0;
  std::int64_t offset = 0;
  std::optional<bool> completed;  // nothing: both kinds
};

struct TaskPage {
  std::vector<Task> tasks;
  std::int64_t total = 0;  // of all tasks that match, whatever the page
};

}  // namespace taskdock::store
