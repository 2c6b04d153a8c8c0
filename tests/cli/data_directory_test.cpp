#include "cli/data_directory.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "cli/failure.h"
#include "cli/outcome.h"

namespace taskdock::cli {

namespace {

using testing::contains;
using testing::mode_of;
using testing::TemporaryDirectory;

/// What taking `path` complains of; empty if it does not.
std::string complaint(const std::filesystem::path& path) {
  try {
    const DataDirectory directory(path);
    return {};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("cli/data_directory: it is made with all that is missing above it, for its owner only") {
  const TemporaryDirectory temporary;
  const auto path = temporary.path() / "one" / "two" / "three";
  const DataDirectory directory(path);
  CHECK(mode_of(path) == 0700);
  CHECK(mode_of(path.parent_path()) == 0700);
  CHECK(mode_of(temporary.path() / "one") == 0700);
  CHECK(directory.database_file() == path / "taskdock.db");
  CHECK(directory.key_file() == path / "secret.key");
}

TEST_CASE("cli/data_directory: one that is there is taken as it is") {
  const TemporaryDirectory temporary;
  const auto path = temporary.path() / "data";
  std::filesystem::create_directory(path);
  REQUIRE(::chmod(path.c_str(), 0750) == 0);
  testing::write_file(path / "other", "theirs");
  const DataDirectory directory(path);
  CHECK(mode_of(path) == 0750);
  CHECK(testing::content_of(path / "other") == "theirs");
}

TEST_CASE("cli/data_directory: a relative path and one with a slash at its end are as good") {
  const TemporaryDirectory temporary;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(temporary.path());
  CHECK(complaint("relative").empty());
  CHECK(complaint("deep/er/").empty());
  std::filesystem::current_path(before);
  CHECK(std::filesystem::is_directory(temporary.path() / "relative"));
  CHECK(std::filesystem::is_directory(temporary.path() / "deep" / "er"));
}

TEST_CASE("cli/data_directory: one that cannot be made or used is refused with advice") {
  const TemporaryDirectory temporary;
  const auto regular = temporary.path() / "file";
  testing::write_file(regular, "a file");
  for (const std::filesystem::path& path :
       {regular, regular / "data", regular / "a" / "b", std::filesystem::path("/proc/nowhere"),
        std::filesystem::path("/proc/self"), temporary.path() / std::string(300, 'x')}) {
    CAPTURE(path.string());
    const std::string what = complaint(path);
    CHECK(what.starts_with(path.string()));
    CHECK(contains(what, "--data"));
  }
  CHECK(testing::content_of(regular) == "a file");
}

TEST_CASE("cli/data_directory: whether it has a database is found out without making anything") {
  const TemporaryDirectory temporary;
  const auto path = temporary.path() / "data";
  CHECK_THROWS_AS(DataDirectory::require_database(path), Failure);
  CHECK_FALSE(std::filesystem::exists(path));
  const DataDirectory directory(path);
  CHECK_THROWS_AS(DataDirectory::require_database(path), Failure);
  testing::write_file(directory.database_file(), "");
  CHECK_NOTHROW(DataDirectory::require_database(path));
}

TEST_CASE(
    "cli/data_directory: where it may not be looked into, that is said, and not that it is "
    "empty") {
  if (::geteuid() != 0) return;
  const TemporaryDirectory temporary;
  const auto path = temporary.path() / "data";
  const DataDirectory directory(path);
  testing::write_file(directory.database_file(), "");
  REQUIRE(::seteuid(54321) == 0);
  std::string what;
  try {
    DataDirectory::require_database(path);
  } catch (const Failure& failure) {
    what = failure.what();
  }
  REQUIRE(::seteuid(0) == 0);
  CHECK(contains(what, "cannot be looked into: Permission denied; run taskdock as the user"));
}

TEST_CASE("cli/data_directory: it knows when its path leads elsewhere") {
  const TemporaryDirectory temporary;
  const auto path = temporary.path() / "data";
  const DataDirectory directory(path);
  CHECK(directory.is_still_there());
  std::filesystem::rename(path, temporary.path() / "moved");
  CHECK_FALSE(directory.is_still_there());
  std::filesystem::create_directory(path);
  CHECK_FALSE(directory.is_still_there());
}

TEST_CASE("cli/data_directory: files that others may use become the owner's alone") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  CHECK_NOTHROW(directory.check_files());  // there are none
  CHECK_NOTHROW(directory.make_files_private());
  const std::string database = directory.database_file().string();
  for (const std::string& file : {database, database + "-wal", database + "-shm"}) {
    testing::write_file(file, "x");
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
  }
  directory.make_files_private();
  for (const std::string& file : {database, database + "-wal", database + "-shm"}) {
    CHECK(mode_of(file) == 0600);
    CHECK(testing::content_of(file) == "x");
  }
}

}  // namespace taskdock::cli
