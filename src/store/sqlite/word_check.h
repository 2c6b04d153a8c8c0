#pragma once

#include <SQLiteCpp/Database.h>

#include <optional>

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"

namespace taskdock::store::sqlite {

/// Compares the search index (word_index.h) with the tasks whose words it has, and makes it again.
/// Belongs to the connection's thread.
class WordCheck {
 public:
  explicit WordCheck(SQLite::Database& database);

  /// The first owner after `last`, in the order of their numbers, of whom there are tasks or words;
  /// the first of all without `last`. Nothing after the last one. Throws SQLite::Exception; with
  /// SQLITE_CORRUPT where the index has a word that is nobody's.
  std::optional<UserNumber> next_owner(const std::optional<UserNumber>& last);

  /// Whether the index has the words of the owner's tasks, each where it is in which task, and no
  /// others. Takes memory for one task. To be called in a transaction: both are read after each
  /// other. (It compares sums of hashes of 64 bits, by which different words are as good as never
  /// taken for the same.)
  bool is_right(UserNumber owner);

  /// Makes the index again, in the caller's transaction.
  void rebuild();

 private:
  PreparedStatement next_owner_of_tasks_;
  PreparedStatement next_word_;
  PreparedStatement words_;
  PreparedStatement tasks_;
  PreparedStatement clear_;
  PreparedStatement all_tasks_;
  PreparedStatement insert_;
};

}  // namespace taskdock::store::sqlite
