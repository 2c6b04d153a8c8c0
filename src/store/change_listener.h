#pragma once

#include <vector>

#include "support/uuid.h"

namespace taskdock::store {

/// Whom a batch of changes concerns. Users may be named more than once, and in vain: what a change
/// did before it failed is not taken out again.
struct ChangedUsers {
  std::vector<support::Uuid> tasks;   // whose tasks have changed
  std::vector<support::Uuid> grants;  // whose sessions, or tokens for scripts, may have ended

  void note_tasks(const support::Uuid& user) { note(tasks, user); }
  void note_grants(const support::Uuid& user) { note(grants, user); }
  bool empty() const { return tasks.empty() && grants.empty(); }
  void clear() {
    tasks.clear();
    grants.clear();
  }

 private:
  /// Changes of one user often follow each other.
  static void note(std::vector<support::Uuid>& users, const support::Uuid& user) {
    if (users.empty() || users.back() != user) users.push_back(user);
  }
};

/// Is told by the store what has changed in it. It is called on the store's writer thread, for
/// which all changes wait: it must return at once, and must not call the store.
class ChangeListener {
 public:
  virtual ~ChangeListener() = default;

  /// A batch of changes, made in this process, is on the disk: the next snapshot shows it.
  virtual void on_commit(const ChangedUsers& users) noexcept = 0;

  /// Called once a second while Store::watch wants it. `others_wrote`: another process has changed
  /// the database since the last time; whom that concerns is not known.
  virtual void on_second(bool others_wrote) noexcept = 0;
};

}  // namespace taskdock::store
