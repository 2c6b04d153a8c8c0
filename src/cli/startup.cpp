#include "cli/startup.h"

#include <sys/stat.h>

#include <fstream>
#include <stdexcept>

#include "store/errors.h"

namespace taskdock::cli {

void keep_files_private() {
  // The database, its log and the key are nobody else's business.
  ::umask(S_IRWXG | S_IRWXO);
}

security::PasswordPolicy load_password_policy(const std::filesystem::path& denylist) {
  if (denylist.empty()) return {};
  std::ifstream file(denylist);
  // A directory opens, too, and fails only when it is read.
  if (file && file.peek() != std::ifstream::traits_type::eof()) {
    security::PasswordPolicy policy(file);
    if (!file.bad()) return policy;
  }
  throw std::runtime_error(denylist.string() +
                           ": this list of passwords cannot be read, or is empty");
}

std::unique_ptr<store::Store> open_store(const std::filesystem::path& file,
                                         const store::StoreOptions& options) {
  try {
    return std::make_unique<store::Store>(file, options);
  } catch (const std::exception& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

void start_ids(support::UuidGenerator& ids, store::Store& store) {
  if (const auto largest = store.snapshot().largest_id()) ids.never_below(*largest);
}

}  // namespace taskdock::cli
