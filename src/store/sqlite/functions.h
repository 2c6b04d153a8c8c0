#pragma once

#include <SQLiteCpp/Database.h>

namespace taskdock::store::sqlite {

/// Makes the SQL functions of ours known to the connection:
///
///   taskdock_fold(text)           support::fold, by which titles are sorted and tags are compared
///   taskdock_search_id(id)        WordIndex::first_number
///   taskdock_words(owner, text)   WordIndex::indexed; with an id as the owner, what a database of
///                                 version 7 to 10 has
///   taskdock_tag_words(owner, tags) WordIndex::indexed_tags, of the column of that name
///   taskdock_pack(value, ...)     all of the values as one (column_value.h)
///
/// Throws SQLite::Exception.
void add_functions(SQLite::Database& database);

}  // namespace taskdock::store::sqlite
