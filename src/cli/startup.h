#pragma once

#include <memory>

#include "cli/data_directory.h"
#include "store/store.h"
#include "support/uuid.h"

/// What the commands that use the database begin with.
namespace taskdock::cli {

/// Whatever this process makes is for its owner only, from now on.
void keep_files_private();

/// Opens the database of `directory` once its files are found good. Throws Failure, with what to
/// do.
std::unique_ptr<store::Store> open_store(const DataDirectory& directory,
                                         const store::StoreOptions& options);

/// Lets `ids` go on above all that `store` has, so that what is new sorts behind what is there,
/// also where the clock was set back meanwhile.
void start_ids(support::UuidGenerator& ids, store::Store& store);

}  // namespace taskdock::cli
