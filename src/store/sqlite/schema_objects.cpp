#include "store/sqlite/schema_objects.h"

#include <SQLiteCpp/Statement.h>

#include "store/sqlite/migrations.h"

namespace taskdock::store::sqlite {

std::map<std::string, std::string> schema_objects(SQLite::Database& database) {
  std::map<std::string, std::string> objects;
  SQLite::Statement all(database,
                        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema"
                        " WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'");
  while (all.executeStep()) {
    std::string evened;
    for (const char c : all.getColumn(2).getString()) {
      const bool is_space = c == ' ' || c == '\n';
      if ((c == ',' || c == ')') && evened.ends_with(' ')) evened.pop_back();
      if (!is_space || (!evened.empty() && evened.back() != ' ')) evened += is_space ? ' ' : c;
    }
    objects[all.getColumn(0).getString() + ' ' + all.getColumn(1).getString()] = evened;
  }
  return objects;
}

std::string find_schema_difference(SQLite::Database& database) {
  SQLite::Database fresh(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  fresh.exec(current_schema().sql);
  const auto expected = schema_objects(fresh);
  const auto found = schema_objects(database);
  for (const auto& [name, sql] : found) {
    const auto ours = expected.find(name);
    if (ours == expected.end()) return name + " is not Taskdock's";
    if (ours->second != sql) return name + " is not what Taskdock makes it";
  }
  for (const auto& [name, sql] : expected) {
    if (!found.contains(name)) return name + " is missing";
  }
  return {};
}

}  // namespace taskdock::store::sqlite
