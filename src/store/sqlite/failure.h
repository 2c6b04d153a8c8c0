#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <exception>
#include <new>
#include <string>

#include "store/errors.h"

namespace taskdock::store::sqlite {

/// Whether `error`, of `database`, is one after which trying again later may work. Any other is a
/// damaged database or a bug of ours.
bool is_transient(const SQLite::Exception& error, SQLite::Database& database);

/// Whether `error` says that the file is damaged, or that its disk could not read it
/// (is_transient).
bool is_damage(const SQLite::Exception& error);

/// Throws Unavailable if reading the database or its log has failed in the system: what SQLite then
/// says about the structure of the database is no finding.
void require_readable(SQLite::Database& database);

/// What happened and what to do about it, in one line.
std::string explain(const SQLite::Exception& error, SQLite::Database& database);

/// To be called in a catch block: the exception that callers of the store get for the one that was
/// caught. A transient error and a lack of memory become Unavailable, damage to the database
/// becomes Damaged; all others stay unchanged.
std::exception_ptr as_store_error(SQLite::Database& database) noexcept;

/// Returns what `open` returns, which opens a connection. Throws Unavailable if that fails.
template <class Open>
auto opened(Open open) {
  try {
    return open();
  } catch (const SQLite::Exception& error) {
    throw Unavailable(error.getErrorStr() +
                      std::string("; check that the file and its directory can be written to"));
  }
}

/// Returns what `function` returns; what it throws is converted by as_store_error().
template <class Function>
auto translating(SQLite::Database& database, Function function) {
  try {
    return function();
  } catch (const SQLite::Exception&) {
    std::rethrow_exception(as_store_error(database));
  } catch (const std::bad_alloc&) {
    std::rethrow_exception(as_store_error(database));
  }
}

}  // namespace taskdock::store::sqlite
