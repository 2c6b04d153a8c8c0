#include "store/sqlite/import_key_table.h"

namespace taskdock::store::sqlite {

ImportKeyTable::ImportKeyTable(SQLite::Database& database)
    : find_(database, "SELECT id FROM import_keys WHERE user_id = ? AND key = ?"),
      set_(database,
           "INSERT INTO import_keys (user_id, key, id) VALUES (?, ?, ?)"
           " ON CONFLICT (user_id, key) DO UPDATE SET id = excluded.id") {}

std::optional<support::Uuid> ImportKeyTable::find(const support::Uuid& owner,
                                                  const support::Uuid& key) {
  LentStatement find = find_.lend();
  if (find.bind(owner).bind(key).step()) return find.uuid();
  return std::nullopt;
}

void ImportKeyTable::set(const support::Uuid& owner, const support::Uuid& key,
                         const support::Uuid& id) {
  set_.lend().bind(owner).bind(key).bind(id).step();
}

}  // namespace taskdock::store::sqlite
