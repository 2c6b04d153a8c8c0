#include "cli/startup.h"

#include <sys/stat.h>

#include <string>

#include "cli/failure.h"
#include "store/errors.h"

namespace taskdock::cli {

void keep_files_private() {
  // The database, its log and the key are nobody else's business.
  ::umask(S_IRWXG | S_IRWXO);
}

std::unique_ptr<store::Store> open_store(const DataDirectory& directory,
                                         const store::StoreOptions& options) {
  directory.check_files();
  const std::filesystem::path file = directory.database_file();
  try {
    auto store = std::make_unique<store::Store>(file, options);
    directory.make_files_private();  // those that were just made have the mode of the database
    return store;
  } catch (const store::Unusable& error) {
    throw Failure(ExitStatus::database_unusable, file.string() + ": " + error.what());
  } catch (const std::exception& error) {
    throw Failure(ExitStatus::failed, file.string() + ": " + error.what());
  }
}

void start_ids(support::UuidGenerator& ids, store::Store& store) {
  if (const auto largest = store.snapshot().largest_id()) ids.never_below(*largest);
}

}  // namespace taskdock::cli
