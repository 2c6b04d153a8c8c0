#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "store/sqlite/statement.h"

namespace taskdock::store::sqlite {

/// Statements whose SQL depends on what is asked for, on one connection: those that were used last
/// are kept. Belongs to one thread at a time, like the connection.
class StatementsByShape {
 public:
  /// Keeps up to `max_kept` statements.
  StatementsByShape(SQLite::Database& database, std::size_t max_kept)
      : database_(database), max_kept_(max_kept) {}

  /// The statement of this shape, until the next call; `make_sql()` gives its text if it is not
  /// kept. Throws SQLite::Exception.
  template <class MakeSql>
  LentStatement lend(std::uint64_t shape, MakeSql make_sql) {
    auto found = kept_.find(shape);
    if (found == kept_.end()) found = keep(shape, make_sql());
    found->second.last_use = ++uses_;
    return found->second.statement.lend();
  }

 private:
  struct Kept {
    Kept(SQLite::Database& database, const std::string& text)
        : sql(text), statement(database, sql.c_str()) {}
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;

    const std::string sql;
    PreparedStatement statement;
    std::uint64_t last_use = 0;
  };
  using KeptByShape = std::map<std::uint64_t, Kept>;

  KeptByShape::iterator keep(std::uint64_t shape, const std::string& sql);

  SQLite::Database& database_;
  const std::size_t max_kept_;
  KeptByShape kept_;
  std::uint64_t uses_ = 0;
};

}  // namespace taskdock::store::sqlite
