#include "cli/data_directory.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

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
  CHECK(std::filesystem::exists(temporary.path() / "relative" / "taskdock.lock"));
  CHECK(std::filesystem::exists(temporary.path() / "deep" / "er" / "taskdock.lock"));
}

TEST_CASE("cli/data_directory: it has one owner at a time, and is free again after them") {
  const TemporaryDirectory temporary;
  {
    const DataDirectory owner(temporary.path());
    const std::string what = complaint(temporary.path());
    CHECK(contains(what, temporary.path().string()));
    CHECK(contains(what, "another taskdock"));
    CHECK(contains(what, "--data"));
    CHECK(contains(complaint(temporary.path() / "."), "another taskdock"));
  }
  CHECK(complaint(temporary.path()).empty());
}

TEST_CASE("cli/data_directory: a lock file that was left behind is nobody's") {
  const TemporaryDirectory temporary;
  testing::write_file(temporary.path() / "taskdock.lock", "left");
  CHECK(complaint(temporary.path()).empty());
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
  CHECK_FALSE(DataDirectory::has_database(path));
  CHECK_FALSE(std::filesystem::exists(path));
  const DataDirectory directory(path);
  CHECK_FALSE(DataDirectory::has_database(path));
  testing::write_file(directory.database_file(), "");
  CHECK(DataDirectory::has_database(path));
}

}  // namespace taskdock::cli
