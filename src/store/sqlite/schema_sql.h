#pragma once

namespace taskdock::store::sqlite {

/// The text of schema.sql, embedded at build time.
extern const char* const schema_sql;

}  // namespace taskdock::store::sqlite
