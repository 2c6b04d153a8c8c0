#pragma once

#include <stdexcept>

namespace taskdock::store {

/// Another user has this email.
class EmailTaken : public std::runtime_error {
 public:
  EmailTaken() : std::runtime_error("email taken") {}
};

/// There is a user already, where the new one had to be the first.
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

/// The user has no token for scripts with this id.
class TokenNotFound : public std::runtime_error {
 public:
  TokenNotFound() : std::runtime_error("token not found") {}
};

/// The user has the maximum number of tokens for scripts.
class TooManyTokens : public std::runtime_error {
 public:
  TooManyTokens() : std::runtime_error("too many tokens") {}
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

/// The maximum number of users is reached.
class TooManyUsers : public std::runtime_error {
 public:
  TooManyUsers() : std::runtime_error("too many users") {}
};

/// The user has the maximum number of tasks.
class TooManyTasks : public std::runtime_error {
 public:
  TooManyTasks() : std::runtime_error("too many tasks") {}
};

/// The user has the maximum number of different tags.
class TooManyTags : public std::runtime_error {
 public:
  TooManyTags() : std::runtime_error("too many tags") {}
};

/// The Idempotency-Key was used for another request.
class KeyTaken : public std::runtime_error {
 public:
  KeyTaken() : std::runtime_error("key taken") {}
};

/// None of the user's tasks has this tag.
class TagNotFound : public std::runtime_error {
 public:
  TagNotFound() : std::runtime_error("tag not found") {}
};

/// The database cannot be used now (locked, full, failing, replaced, or closed); trying again later
/// may work. Nothing of the call was kept.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The database is damaged, so that this call could not read or change it. Others may still work,
/// and trying again will not help: it must be restored from a backup.
class Damaged : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

/// The file is not a database that this version of Taskdock can use; it was not changed.
class Unusable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The same because a newer version of Taskdock has made or changed it.
class NewerDatabase : public Unusable {
 public:
  using Unusable::Unusable;
};

}  // namespace taskdock::store
