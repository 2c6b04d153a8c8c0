#include "security/signing_key.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

#include "security/token.h"
#include "system/file_content.h"
#include "system/file_status.h"
#include "system/regular_file.h"
#include "system/unfinished_file.h"

namespace taskdock::security {

namespace {

using system::FileDescriptor;

/// The key's file, or nothing where there is none.
std::optional<FileDescriptor> open_key(const std::filesystem::path& file) {
  try {
    return system::open_regular_file(file);
  } catch (const system::NotARegularFile& error) {
    throw std::runtime_error(file.string() + ": this is " + error.what() +
                             ", not the file with the signing key; move it away, and restore the "
                             "file from a backup or have a new one made");
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::no_such_file_or_directory) return std::nullopt;
    const char* advice = error.code() == std::errc::permission_denied
                             ? "; run taskdock as the user whose file it is, or give it to yours"
                             : "";
    throw std::runtime_error(
        file.string() + ": the signing key cannot be opened: " + error.code().message() + advice);
  }
}

std::vector<std::uint8_t> read_key(const std::filesystem::path& file, const FileDescriptor& key) {
  if (system::file_status(key).is_open_to_others) {
    throw std::runtime_error(file.string() +
                             ": the signing key is open to other users; chmod it to 0600");
  }
  // One byte more than a key has, to notice a file that is longer.
  const std::string bytes = system::read_all(key, min_key_bytes + 1);
  if (bytes.size() != min_key_bytes) {
    throw std::runtime_error(
        file.string() +
        ": not a signing key of 32 bytes; restore it from a backup, or remove it "
        "to have a new one made (everybody must then log in again)");
  }
  return {bytes.begin(), bytes.end()};
}

/// Writes the key beside `file` and gives it its name only when it is whole and on the disk, so
/// that a crash never leaves half a key behind.
void create_key(const std::filesystem::path& file, const std::vector<std::uint8_t>& key) {
  try {
    system::UnfinishedFile unfinished(file);
    system::write_all(unfinished.descriptor(),
                      {reinterpret_cast<const char*>(key.data()), key.size()});
    unfinished.finish(system::UnfinishedFile::Existing::replace);
  } catch (const std::system_error& error) {
    throw std::runtime_error(file.string() +
                             ": the signing key cannot be written: " + error.code().message() +
                             "; make room on the disk, or correct the permissions");
  }
}

}  // namespace

std::vector<std::uint8_t> load_or_create_signing_key(const std::filesystem::path& file,
                                                     support::RandomSource& random) {
  if (const auto fd = open_key(file)) return read_key(file, *fd);
  std::vector<std::uint8_t> key(min_key_bytes);
  random.fill(key);
  create_key(file, key);
  return key;
}

}  // namespace taskdock::security
