#include "cli/startup.h"

namespace taskdock::cli {

std::unique_ptr<store::Store> open_store(const DataDirectory& directory,
                                         const store::StoreOptions& options) {
  directory.check_files();
  const std::filesystem::path file = directory.database_file();
  return with_database(file, [&] {
    auto store = std::make_unique<store::Store>(file, options);
    directory.make_files_private();  // those that were just made have the mode of the database
    directory.give_files_to_owner();
    return store;
  });
}

void start_ids(support::UuidGenerator& ids, store::Store& store) {
  if (const auto largest = store.snapshot().largest_id()) ids.never_below(*largest);
}

}  // namespace taskdock::cli
