#include "security/signing_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

#include "security/token.h"
#include "system/durable_file.h"
#include "system/file_descriptor.h"
#include "system/regular_file.h"

namespace taskdock::security {

namespace {

using system::FileDescriptor;

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  throw std::runtime_error(file.string() + ": " + what + ": " + std::strerror(errno));
}

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

std::vector<std::uint8_t> read_key(const std::filesystem::path& file, int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) fail(file, "cannot be examined");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw std::runtime_error(file.string() +
                             ": the signing key is open to other users; chmod it to 0600");
  }
  // One byte more than a key has, to notice a file that is longer.
  std::vector<std::uint8_t> key(min_key_bytes + 1);
  const ssize_t got = ::read(fd, key.data(), key.size());
  if (got < 0) fail(file, "cannot be read");
  if (static_cast<std::size_t>(got) != min_key_bytes) {
    throw std::runtime_error(
        file.string() +
        ": not a signing key of 32 bytes; restore it from a backup, or remove it "
        "to have a new one made (everybody must then log in again)");
  }
  key.resize(min_key_bytes);
  return key;
}

/// Writes the key beside `file` and gives it its name only when it is whole and on the disk, so
/// that a crash never leaves half a key behind.
void create_key(const std::filesystem::path& file, const std::vector<std::uint8_t>& key) {
  const std::filesystem::path unfinished = file.string() + ".new";
  // What a crash left there may have another mode, or be a link that leads elsewhere.
  if (::unlink(unfinished.c_str()) != 0 && errno != ENOENT) fail(unfinished, "cannot be removed");
  const FileDescriptor fd(
      ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!fd.is_open()) fail(unfinished, "cannot be made");
  if (::write(fd.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
    fail(unfinished, "cannot be written (make room on the disk)");
  }
  try {
    system::rename_durably(unfinished, file);
  } catch (const std::system_error& error) {
    throw std::runtime_error(std::string("the signing key cannot be written: ") + error.what());
  }
}

}  // namespace

std::vector<std::uint8_t> load_or_create_signing_key(const std::filesystem::path& file,
                                                     support::RandomSource& random) {
  if (const auto fd = open_key(file)) return read_key(file, fd->get());
  std::vector<std::uint8_t> key(min_key_bytes);
  random.fill(key);
  create_key(file, key);
  return key;
}

}  // namespace taskdock::security
