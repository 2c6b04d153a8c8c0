#pragma once

#include <SQLiteCpp/Database.h>

namespace taskdock::store::sqlite {

/// Makes the SQL functions of ours known to the connection:
///
///   taskdock_fold(text)  support::fold, by which titles are sorted and tags are compared
///
/// Throws SQLite::Exception.
void add_functions(SQLite::Database& database);

}  // namespace taskdock::store::sqlite
