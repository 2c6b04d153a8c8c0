#pragma once

#include <memory>

#include "cli/data_directory.h"
#include "cli/failure.h"
#include "store/errors.h"
#include "store/store.h"
#include "support/uuid.h"

/// What the commands that use the database begin with.
namespace taskdock::cli {

/// Calls `work`, which opens the database `file`; what it throws becomes a Failure about the file.
template <class Work>
auto with_database(const std::filesystem::path& file, Work work) {
  try {
    return work();
  } catch (const store::NewerDatabase& error) {
    throw Failure(ExitStatus::database_unusable, file.string() + ": " + error.what(),
                  failure_code::newer_database);
  } catch (const store::Unusable& error) {
    throw Failure(ExitStatus::database_unusable, file.string() + ": " + error.what());
  } catch (const store::Damaged& error) {
    throw Failure(ExitStatus::database_unusable, file.string() + ": " + error.what());
  } catch (const std::exception& error) {
    fail(file, error.what());
  }
}

/// Checks the files of the database of `directory`, and opens it. Throws Failure, which says what
/// to do.
std::unique_ptr<store::Store> open_store(const DataDirectory& directory,
                                         const store::StoreOptions& options);

/// Makes `ids` continue above all ids in `store`, so that what is new sorts after what is there,
/// even if the clock was set back.
void start_ids(support::UuidGenerator& ids, store::Store& store);

}  // namespace taskdock::cli
