#pragma once

#include "store/changes.h"
#include "store/sqlite/database_connection.h"
#include "store/store.h"

namespace taskdock::store {

/// Where a change is made: the writer's connection, in the transaction of the change.
struct Changes::Writing {
  sqlite::DatabaseConnection& connection;
  const Limits& limits;
};

}  // namespace taskdock::store
