#pragma once

#include <string>
#include <vector>

#include "store/sqlite/statement.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The keys of tags with these names.
std::vector<std::string> tag_keys(const std::vector<std::string>& names);

/// The SQL about tags, on one connection. Belongs to one thread at a time, like the connection.
class TagTable {
 public:
  explicit TagTable(SQLite::Database& database);

  /// Gives each name the spelling that its tag has; tags that the owner does not have are added,
  /// without tasks. Throws TooManyTags.
  void adopt(const support::Uuid& owner, std::vector<std::string>& names);
  /// Adds the tag, without tasks, whatever the limit: it is to take the place of another.
  void add_unless_known(const support::Uuid& owner, const std::string& key,
                        const std::string& name);
  /// Notes the tags of `task`, which had those of `before`.
  void replace(const Task& task, const std::vector<std::string>& before);
  /// The same for a task whose completion alone may have changed.
  void set_completion(const Task& task);

  /// The tasks that have the tag with this key. Throws TagNotFound if there is none.
  std::vector<support::Uuid> tasks_with(const support::Uuid& owner, const std::string& key);
  /// Gives the tag with this key another spelling.
  void respell(const support::Uuid& owner, const std::string& key, const std::string& name);
  Tag find(const support::Uuid& owner, const std::string& key);
  /// Most used first.
  std::vector<Tag> list(const support::Uuid& owner);

 private:
  void set_completion(const Task& task, const std::string& key);

  PreparedStatement find_;
  PreparedStatement is_above_;
  PreparedStatement insert_;
  PreparedStatement attach_;
  PreparedStatement set_completion_;
  PreparedStatement detach_;
  PreparedStatement tasks_with_;
  PreparedStatement respell_;
  PreparedStatement list_;
};

}  // namespace taskdock::store::sqlite
