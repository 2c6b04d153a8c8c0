#include "store/sqlite/import_key_table.h"

namespace taskdock::store::sqlite {

ImportKeyTable::ImportKeyTable(SQLite::Database& database, UserNumbers& numbers)
    : numbers_(numbers),
      find_(database, "SELECT id FROM import_keys WHERE owner = ? AND key = ?"),
      set_(database,
           "INSERT INTO import_keys (owner, key, id) VALUES (?, ?, ?)"
           " ON CONFLICT (owner, key) DO UPDATE SET id = excluded.id") {}

std::optional<support::Uuid> ImportKeyTable::find(const support::Uuid& owner,
                                                  const support::Uuid& key) {
  LentStatement find = find_.lend();
  if (find.bind(numbers_.of(owner)).bind(key).step()) return find.uuid();
  return std::nullopt;
}

void ImportKeyTable::set(const support::Uuid& owner, const support::Uuid& key,
                         const support::Uuid& id) {
  set_.lend().bind(numbers_.of(owner)).bind(key).bind(id).step();
}

}  // namespace taskdock::store::sqlite
