#pragma once

#include <filesystem>
#include <memory>

#include "security/password_policy.h"
#include "store/store.h"
#include "support/uuid.h"

/// What every command begins with. All throw std::runtime_error, with what to do.
namespace taskdock::cli {

/// Whatever this process makes is for its owner only, from now on.
void keep_files_private();

/// The policy with the list of passwords in the file `denylist`, or, if that is empty, without one.
security::PasswordPolicy load_password_policy(const std::filesystem::path& denylist);

std::unique_ptr<store::Store> open_store(const std::filesystem::path& file,
                                         const store::StoreOptions& options);

/// Lets `ids` go on above all that `store` has, so that what is new sorts behind what is there,
/// also where the clock was set back meanwhile.
void start_ids(support::UuidGenerator& ids, store::Store& store);

}  // namespace taskdock::cli
