#pragma once

#include <optional>

#include "store/sqlite/statement.h"
#include "store/sqlite/user_numbers.h"
#include "store/types.h"

namespace taskdock::store::sqlite {

/// The SQL about the keys by which imported tasks are known again, on one connection. Belongs to
/// one thread at a time, like the connection.
class ImportKeyTable {
 public:
  /// `numbers` are of the same connection, and outlive this.
  ImportKeyTable(SQLite::Database& database, UserNumbers& numbers);

  /// See Changes::find_imported and Changes::note_imported.
  std::optional<support::Uuid> find(const support::Uuid& owner, const support::Uuid& key);
  void set(const support::Uuid& owner, const support::Uuid& key, const support::Uuid& id);

 private:
  UserNumbers& numbers_;
  PreparedStatement find_;
  PreparedStatement set_;
};

}  // namespace taskdock::store::sqlite
