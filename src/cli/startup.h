#pragma once

#include <cstddef>
#include <memory>

#include "cli/data_directory.h"
#include "store/store.h"

/// What the commands that use the database begin with.
namespace taskdock::cli {

/// Whatever this process makes is for its owner only, from now on.
void keep_files_private();

/// Opens the database of `directory` once its files are found good, with at most `readers`
/// connections for look-ups. Throws Failure, with what to do.
std::unique_ptr<store::Store> open_store(const DataDirectory& directory, std::size_t readers);

}  // namespace taskdock::cli
