#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <exception>
#include <new>

#include "store/errors.h"

namespace taskdock::store::sqlite {

/// Whether `error`, of `database`, may pass: then trying again later may work. Anything else is a
/// damaged database or a fault of ours.
bool is_transient(const SQLite::Exception& error, SQLite::Database& database);

/// What happened and what to do about it, in a line.
std::string explain(const SQLite::Exception& error, SQLite::Database& database);

/// In a handler: what was caught, as callers of the store are told of it. An error that may pass,
/// and a lack of memory, become Unavailable; everything else stays what it is.
std::exception_ptr as_store_error(SQLite::Database& database) noexcept;

/// Returns what `function` returns; what it throws, of `database`, becomes what callers are told.
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
