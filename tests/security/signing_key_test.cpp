#include "security/signing_key.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "testing/fakes.h"
#include "testing/temporary_directory.h"

namespace taskdock::security {

namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& file, const std::string& content, mode_t mode) {
  std::ofstream(file) << content;
  REQUIRE(::chmod(file.c_str(), mode) == 0);
}

mode_t mode_of(const std::filesystem::path& file) {
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

struct KeyDirectory {
  testing::TemporaryDirectory directory;
  std::filesystem::path file = directory.path() / "secret.key";
  // As a process that was killed leaves it.
  std::filesystem::path unfinished = file.string() + ".unfinished-0123456789abcdef";
  testing::CountingRandom random{7};

  std::vector<std::uint8_t> load() { return load_or_create_signing_key(file, random); }

  /// What loading complains of, having left the file as it was.
  std::string refusal() {
    const std::string before = content_of(file);
    const mode_t mode = mode_of(file);
    std::string what;
    try {
      load();
    } catch (const std::runtime_error& error) {
      what = error.what();
    }
    CHECK(what.find(file.string()) != std::string::npos);
    CHECK(content_of(file) == before);
    CHECK(mode_of(file) == mode);
    return what;
  }
};

}  // namespace

TEST_CASE_FIXTURE(KeyDirectory,
                  "security/signing_key: a key is made of 32 random bytes, for its owner only") {
  const auto key = load();
  REQUIRE(key.size() == 32);
  for (std::size_t i = 0; i < key.size(); ++i) CHECK(key[i] == 7 + i);
  CHECK(content_of(file) == std::string(key.begin(), key.end()));
  CHECK(mode_of(file) == 0600);
}

TEST_CASE_FIXTURE(
    KeyDirectory,
    "security/signing_key: the key is the same at the second load, and the file untouched") {
  const auto key = load();
  const auto written = std::filesystem::last_write_time(file);
  CHECK(load() == key);
  CHECK(std::filesystem::last_write_time(file) == written);
}

TEST_CASE_FIXTURE(KeyDirectory, "security/signing_key: keys of two directories differ") {
  KeyDirectory other;
  support::SystemRandom system;
  CHECK(load_or_create_signing_key(file, system) != load_or_create_signing_key(other.file, system));
}

TEST_CASE_FIXTURE(KeyDirectory, "security/signing_key: nothing but the key is left beside it") {
  load();
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    CHECK(entry.path() == file);
  }
}

TEST_CASE_FIXTURE(
    KeyDirectory,
    "security/signing_key: a file of another length is refused with advice, and left as it is") {
  for (const std::size_t length : {0, 1, 16, 31, 33, 64, 4096}) {
    CAPTURE(length);
    write_file(file, std::string(length, 'k'), 0600);
    CHECK(refusal().find("restore it from a backup") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(KeyDirectory,
                  "security/signing_key: a key that others may touch is refused with advice") {
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0601, 0644, 0666, 0777}) {
    CAPTURE(mode);
    write_file(file, std::string(32, 'k'), mode);
    CHECK(refusal().find("chmod") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(KeyDirectory, "security/signing_key: a key its owner may only read is as good") {
  write_file(file, std::string(32, 'k'), 0400);
  CHECK(load() == std::vector<std::uint8_t>(32, 'k'));
}

TEST_CASE_FIXTURE(KeyDirectory, "security/signing_key: without its directory no key is made") {
  file = directory.path() / "missing" / "secret.key";
  CHECK_THROWS_AS(load(), std::runtime_error);
  CHECK_FALSE(std::filesystem::exists(directory.path() / "missing"));
}

TEST_CASE_FIXTURE(KeyDirectory, "security/signing_key: a directory in the key's place is refused") {
  std::filesystem::create_directory(file);
  ::chmod(file.c_str(), 0700);
  CHECK_THROWS_AS(load(), std::runtime_error);
  CHECK(std::filesystem::is_directory(file));
}

TEST_CASE_FIXTURE(
    KeyDirectory,
    "security/signing_key: a FIFO in the key's place is refused, and not waited for") {
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  try {
    load();
    FAIL_CHECK("it was taken");
  } catch (const std::runtime_error& error) {
    CHECK(std::string(error.what()).starts_with(file.string() + ": this is a FIFO"));
  }
}

TEST_CASE_FIXTURE(KeyDirectory, "security/signing_key: a device in the key's place is refused") {
  std::filesystem::create_symlink("/dev/zero", file);
  CHECK_THROWS_WITH_AS(load(), doctest::Contains("this is a device"), std::runtime_error);
}

TEST_CASE_FIXTURE(
    KeyDirectory,
    "security/signing_key: a path below a regular file is refused, and that file stays") {
  write_file(file, std::string(32, 'k'), 0600);
  CHECK_THROWS_AS(load_or_create_signing_key(file / "secret.key", random), std::runtime_error);
  CHECK(content_of(file) == std::string(32, 'k'));
}

TEST_CASE_FIXTURE(KeyDirectory, "security/signing_key: what a crash left half-made does no harm") {
  for (const std::string& left : {std::string(), std::string(5, 'x'), std::string(100, 'x')}) {
    write_file(unfinished, left, 0600);
    const auto key = load();
    CHECK(key.size() == 32);
    CHECK(content_of(file) == std::string(key.begin(), key.end()));
    CHECK_FALSE(std::filesystem::exists(unfinished));
    std::filesystem::remove(file);
  }
}

TEST_CASE_FIXTURE(KeyDirectory,
                  "security/signing_key: a leftover open to others does not open the key to them") {
  write_file(unfinished, "x", 0666);
  const auto key = load();
  CHECK(mode_of(file) == 0600);
  CHECK(load() == key);
}

TEST_CASE_FIXTURE(KeyDirectory, "security/signing_key: a leftover link is not followed") {
  const std::filesystem::path elsewhere = directory.path() / "elsewhere";
  write_file(elsewhere, "precious", 0600);
  std::filesystem::create_symlink(elsewhere, unfinished);
  const auto key = load();
  CHECK(content_of(elsewhere) == "precious");
  CHECK_FALSE(std::filesystem::is_symlink(file));
  CHECK(load() == key);
}

TEST_CASE_FIXTURE(KeyDirectory,
                  "security/signing_key: when there is no randomness there is no key") {
  class Broken final : public support::RandomSource {
   public:
    void fill(std::span<std::uint8_t>) override { throw std::runtime_error("none"); }
  };
  Broken broken;
  CHECK_THROWS_AS(load_or_create_signing_key(file, broken), std::runtime_error);
  CHECK_FALSE(std::filesystem::exists(file));
}

}  // namespace taskdock::security
