#pragma once

#include <SQLiteCpp/Database.h>

namespace taskdock::store::sqlite {

/// Keeps `database`, which has schema version `version`, as it is before a migration: as
/// backups/taskdock-schema-VERSION.db beside its file, for its owner alone. The copy is consistent
/// whatever other processes write, it is checked, and it is on the disk when this returns; the log
/// names it. One of the same version that is there is replaced. Throws Unavailable where the copy
/// cannot be kept, Unusable where the database is damaged, and SQLite::Exception; then no copy has
/// been replaced.
void back_up_before_migration(SQLite::Database& database, int version);

}  // namespace taskdock::store::sqlite
