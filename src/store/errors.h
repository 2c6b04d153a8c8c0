#pragma once

#include <stdexcept>

namespace taskdock::store {

/// Another user has this email.
class EmailTaken : public std::runtime_error {
 public:
  EmailTaken() : std::runtime_error("email taken") {}
};

/// There is somebody already, where a user was to be the first.
class NotTheFirstUser : public std::runtime_error {
 public:
  NotTheFirstUser() : std::runtime_error("not the first user") {}
};

/// There is no such user, or no longer.
class UserNotFound : public std::runtime_error {
 public:
  UserNotFound() : std::runtime_error("user not found") {}
};

/// The password given is not the user's, or no longer.
class WrongPassword : public std::runtime_error {
 public:
  WrongPassword() : std::runtime_error("wrong password") {}
};

/// The user has no session with this id.
class SessionNotFound : public std::runtime_error {
 public:
  SessionNotFound() : std::runtime_error("session not found") {}
};

/// There is no task with this id.
class TaskNotFound : public std::runtime_error {
 public:
  TaskNotFound() : std::runtime_error("task not found") {}
};

/// The task exists and belongs to another user.
class NotTheOwner : public std::runtime_error {
 public:
  NotTheOwner() : std::runtime_error("not the owner") {}
};

/// There are as many users as there may be.
class TooManyUsers : public std::runtime_error {
 public:
  TooManyUsers() : std::runtime_error("too many users") {}
};

/// The user has as many tasks as one may have.
class TooManyTasks : public std::runtime_error {
 public:
  TooManyTasks() : std::runtime_error("too many tasks") {}
};

/// The database cannot serve now (locked, full, failing, replaced, or closed); trying again later
/// may work.
/// Nothing of the call was kept.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The file is not a database this version of Taskdock can work with; it was left as it was.
class Unusable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace taskdock::store
