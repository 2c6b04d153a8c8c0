#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The keys of tags with these names.
std::vector<std::string> tag_keys(const std::vector<std::string>& names);

/// The SQL about tags, on one connection. Belongs to one thread at a time, like the connection.
///
/// How many tasks have a tag is counted in memory by a transaction that changes tasks, and written
/// once, at its end (DatabaseConnection::write_noted).
class TagTable {
 public:
  /// `numbers` are of the same connection, and outlive this.
  TagTable(SQLite::Database& database, UserNumbers& numbers);

  /// How many changes of the numbers are noted; and forgets all but the first `count` of them, when
  /// what was done since is rolled back.
  std::size_t noted() const { return noted_.size(); }
  void forget_since(std::size_t count);
  /// Whether many changes are made in a transaction without savepoints: what is noted then takes
  /// memory for each tag and not for each change, and can be forgotten as a whole only.
  void expect_many(bool expected) { expects_many_ = expected; }
  /// Writes what is noted, in the caller's transaction.
  void write();

  /// Gives each name the spelling that its tag has; tags that the owner does not have are added,
  /// without tasks. Throws TooManyTags, before it has changed anything.
  void adopt(const support::Uuid& user, std::vector<std::string>& names);
  /// Adds the tag, without tasks, whatever the limit: it is to take the place of another.
  void add_unless_known(const support::Uuid& user, const std::string& key, const std::string& name);
  /// Notes the tags of `task`, which had those of `before`.
  void replace(const Task& task, const std::vector<std::string>& before);
  /// Notes the tags of tasks that have had none, in less time.
  void attach_all(const std::vector<Task>& tasks);
  /// Notes them for a task whose completion alone may have changed.
  void set_completion(const Task& task);

  /// The tasks that have the tag with this key. Throws TagNotFound if there is none.
  std::vector<support::Uuid> tasks_with(const support::Uuid& owner, const std::string& key);
  /// Gives the tag with this key another spelling.
  void respell(const support::Uuid& user, const std::string& key, const std::string& name);
  Tag find(const support::Uuid& user, const std::string& key);
  /// Most used first.
  std::vector<Tag> list(const support::Uuid& owner);

 private:
  /// How many tasks have a tag, or how many more.
  struct Count {
    std::int64_t open = 0;
    std::int64_t total = 0;
  };
  /// What the transaction in progress knows of a tag, and has noted of it.
  struct Known {
    std::optional<std::string> name;
    Count more;
  };
  struct Change {
    Known* of;
    Count more;
  };

  Known& known(UserNumber owner, const std::string& key);
  void note(Known& tag, Count more);
  void forget_all();
  void attach(UserNumber owner, const Task& task, const std::string& key);
  void note_attached(UserNumber owner, const Task& task, const std::string& key);
  void detach(UserNumber owner, const Task& task, const std::string& key);
  void set_completion(UserNumber owner, const Task& task, const std::string& key);

  UserNumbers& numbers_;
  std::map<std::pair<UserNumber, std::string>, Known> known_;
  std::vector<Change> noted_;
  bool expects_many_ = false;
  PreparedStatement find_;
  PreparedStatement is_above_;
  PreparedStatement insert_;
  PreparedStatement attach_;
  PreparedStatement attach_all_;
  PreparedStatement set_completion_;
  PreparedStatement detach_;
  PreparedStatement add_to_;
  PreparedStatement remove_;
  PreparedStatement tasks_with_;
  PreparedStatement respell_;
  PreparedStatement list_;
};

}  // namespace taskdock::store::sqlite
