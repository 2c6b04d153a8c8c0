#include "store/sqlite/failure.h"

#include <sqlite3.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace taskdock::store::sqlite {

namespace {

/// The last error that the system gave for the file which `request` leads to; 0 if there was none.
int last_errno(SQLite::Database& database, int request) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database.getHandle(), "main", request, static_cast<void*>(&file));
  if (!file || !file->pMethods) return 0;
  int error = 0;
  file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
  return error;
}

/// Whether reading the database or its log has failed in the system. SQLite reports such an error
/// as damage to the database when the device says EIO (sqlite3.c, SQLITE_IOERR_CORRUPTFS).
bool reading_failed(SQLite::Database& database) {
  return last_errno(database, SQLITE_FCNTL_FILE_POINTER) != 0 ||
         last_errno(database, SQLITE_FCNTL_JOURNAL_POINTER) != 0;
}

constexpr const char* unreadable = "the database cannot be read: the disk reports an error";

// Made when the program starts: later there may be no memory to make it from.
const std::exception_ptr out_of_memory = std::make_exception_ptr(Unavailable("out of memory"));

}  // namespace

void require_readable(SQLite::Database& database) {
  if (reading_failed(database)) throw Unavailable(unreadable);
}

bool is_transient(const SQLite::Exception& error, SQLite::Database& database) {
  switch (error.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL:
    case SQLITE_PERM:
      return true;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return reading_failed(database);
    default:
      return false;
  }
}

bool is_damage(const SQLite::Exception& error) {
  return error.getErrorCode() == SQLITE_CORRUPT || error.getErrorCode() == SQLITE_NOTADB;
}

std::string explain(const SQLite::Exception& error, SQLite::Database& database) {
  const int code = error.getErrorCode();
  // SQLite keeps it for these two alone (sqlite3_system_errno); it may be of an earlier error of
  // the same kind, never of another.
  const int system_error = code == SQLITE_IOERR || code == SQLITE_CANTOPEN
                               ? sqlite3_system_errno(database.getHandle())
                               : 0;
  const std::string cause =
      system_error == 0 ? "" : " (" + std::generic_category().message(system_error) + ')';
  if (code == SQLITE_FULL || system_error == ENOSPC || system_error == EDQUOT) {
    return "the disk is full; make room on it";
  }
  if (system_error == EFBIG) {
    return "a file of the database may not grow further; raise the limit on the size of files "
           "(ulimit -f)";
  }
  switch (code) {
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "the database, or a file beside it (-wal, -shm), cannot be written to" + cause +
             "; check the owner and the permissions of the files and of their directory";
    case SQLITE_BUSY:
      return "another process is using the database; try again later";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      if (reading_failed(database)) return unreadable;
      return std::string("the database is damaged (") + error.getErrorStr() +
             "); restore it from a backup";
    default:
      break;
  }
  return error.getErrorStr() + cause;
}

std::exception_ptr as_store_error(SQLite::Database& database) noexcept {
  try {
    throw;
  } catch (const SQLite::Exception& error) {
    const bool is_passing = is_transient(error, database);
    if (!is_passing && !is_damage(error)) return std::current_exception();
    try {
      const std::string cause = explain(error, database);
      return is_passing ? std::make_exception_ptr(Unavailable(cause))
                        : std::make_exception_ptr(Damaged(cause));
    } catch (const std::bad_alloc&) {
    }
  } catch (const std::bad_alloc&) {
  } catch (...) {
    return std::current_exception();
  }
  return out_of_memory;
}

}  // namespace taskdock::store::sqlite
