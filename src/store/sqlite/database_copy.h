#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "store/backup.h"

namespace taskdock::store::sqlite {

/// How large `database` is, with what its log has. Throws SQLite::Exception.
std::uint64_t size_of(SQLite::Database& database);

/// Writes the state of `database` that its transaction sees, which must have begun, as a file of
/// its own: see Backup::write; it rests if it `yields`. Throws SQLite::Exception.
void write_copy(SQLite::Database& database, const Sink& to, const Progress& progress, bool yields);

/// The same, to a file: see Backup::save. Calls `end_reading`, which ends the transaction, as soon
/// as it is no longer needed. Throws SQLite::Exception, Unavailable, Cancelled; Unusable where the
/// copy is damaged.
void save_copy(SQLite::Database& database, const std::filesystem::path& copy,
               const Backup::SaveOptions& options, const Progress& progress,
               const std::function<void()>& end_reading);

/// The first fault that SQLite finds in the structure of `database`, reading all of it; "ok" if
/// there is none. Throws SQLite::Exception; Unavailable if the disk fails.
std::string find_damage(SQLite::Database& database);

/// What SQLite says about the structure of a database, which can be several lines, as one.
std::string in_one_line(const std::string& damage);

}  // namespace taskdock::store::sqlite
