#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>

namespace taskdock::testing {

/// Opens the database `file` as another program would, whether or not a store has it open. Where
/// the store's writer holds a lock that a statement needs, the statement waits for half a minute at
/// most and then throws SQLite::Exception. A file that is not there is made, unless `flags` say
/// otherwise.
inline SQLite::Database open_database(const std::filesystem::path& file,
                                      int flags = SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
  constexpr int patience = 30'000;  // milliseconds
  return {file.string(), flags, patience};
}

}  // namespace taskdock::testing
