#pragma once

#include <SQLiteCpp/Database.h>

#include <map>
#include <string>

namespace taskdock::store::sqlite {

/// Everything the schema of `database` consists of, each by its kind and name, with white space
/// evened out: where a migration adds a column, some stands before its comma. Without the
/// statistics that ANALYZE makes. Throws SQLite::Exception.
std::map<std::string, std::string> schema_objects(SQLite::Database& database);

/// The first thing in which the schema of `database` is not that of this version, such as "trigger
/// x is not ours"; empty if there is none. Throws SQLite::Exception.
std::string find_schema_difference(SQLite::Database& database);

}  // namespace taskdock::store::sqlite
