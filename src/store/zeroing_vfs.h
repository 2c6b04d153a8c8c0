#pragma once

namespace taskdock::store {

/// The name of SQLite's own way to the file system, with one thing added: of each page that is
/// written to a database, the space that nothing occupies is zeros.
///
/// PRAGMA secure_delete overwrites what is deleted, but where rows have moved from a page to its
/// neighbours as tables grow, their copies stay in its unallocated space
/// (sqlite.org/fileformat2.html, 1.6, "B-tree Pages"), and outlive the rows. What SQLite works with
/// is not touched. Any thread may call it.
const char* zeroing_vfs();

/// The most pages a database may have, so that no page number has a first byte other than zero. The
/// pages that are not of a b-tree begin with a page number (or, freed, with nothing but zeros),
/// those of a b-tree with another byte: that is how they are told apart. 64 GiB in pages of 4 KiB.
inline constexpr int most_pages = 0xffffff;

}  // namespace taskdock::store
