#include "system/unfinished_file.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "cli/outcome.h"
#include "system/file_content.h"

namespace taskdock::system {

namespace {

namespace fs = std::filesystem;
using Existing = UnfinishedFile::Existing;
using testing::content_of;
using testing::mode_of;
using testing::write_file;

struct Place {
  testing::TemporaryDirectory directory;
  fs::path file = directory.path() / "file";
  // As a killed process leaves it.
  fs::path left = directory.path() / "file.unfinished-0123456789abcdef";

  void leave() const {
    write_file(left, "left");
    fs::permissions(left, fs::perms::owner_read | fs::perms::owner_write);
  }
  std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator());
  }
};

}  // namespace

TEST_CASE_FIXTURE(
    Place, "system/unfinished_file: a file has its name once it is complete, for its owner alone") {
  UnfinishedFile written(file);
  const fs::path unfinished = written.path();
  CHECK(finished_path(unfinished) == file);
  write_all(written.descriptor(), "content");
  CHECK(mode_of(unfinished) == 0600);
  CHECK_FALSE(fs::exists(file));
  written.finish(Existing::keep);
  CHECK(content_of(file) == "content");
  CHECK(files() == 1);
}

TEST_CASE_FIXTURE(Place, "system/unfinished_file: what is not finished leaves nothing") {
  write_file(file, "before");
  { const UnfinishedFile written(file); }
  CHECK(content_of(file) == "before");
  CHECK(files() == 1);
}

TEST_CASE_FIXTURE(
    Place,
    "system/unfinished_file: what has the name is replaced where that is wanted, only then") {
  write_file(file, "before");
  {
    UnfinishedFile written(file);
    std::error_code reason;
    try {
      written.finish(Existing::keep);
    } catch (const std::system_error& error) {
      reason = error.code();
    }
    CHECK(reason == std::errc::file_exists);
    CHECK(content_of(file) == "before");
    write_all(written.descriptor(), "after");
    written.finish(Existing::replace);
  }
  CHECK(content_of(file) == "after");
  CHECK(files() == 1);
}

TEST_CASE_FIXTURE(Place,
                  "system/unfinished_file: what a killed process has left of the same file is "
                  "removed") {
  leave();
  { const UnfinishedFile written(directory.path() / "another"); }
  CHECK(fs::exists(left));
  const UnfinishedFile written(file);
  CHECK_FALSE(fs::exists(left));
}

TEST_CASE_FIXTURE(Place,
                  "system/unfinished_file: what may be somebody's own file is never touched") {
  for (const char* name : {"file.new", "file.unfinished-", "file.unfinished-0123456789ABCDEF",
                           "file.unfinished-0123456789abcde", ".unfinished-0123456789abcdef"}) {
    write_file(directory.path() / name, "own");
    fs::permissions(directory.path() / name, fs::perms::owner_read | fs::perms::owner_write);
    remove_left_behind(directory.path() / name);
  }
  SUBCASE("one that others may read") {
    leave();
    fs::permissions(left, fs::perms::others_read, fs::perm_options::add);
  }
  SUBCASE("a link") {
    fs::create_symlink(directory.path() / "file.new", left);
  }
  SUBCASE("a directory") {
    fs::create_directory(left);
  }
  { const UnfinishedFile written(file); }
  CHECK(fs::exists(fs::symlink_status(left)));
  CHECK(files() == 6);
}

TEST_CASE_FIXTURE(Place,
                  "system/unfinished_file: two can write the same file at once, and what is being "
                  "written is not removed") {
  UnfinishedFile first(file);
  UnfinishedFile second(file);
  remove_left_behind(first.path());
  write_all(first.descriptor(), "first");
  write_all(second.descriptor(), "second");
  second.finish(Existing::keep);
  CHECK_THROWS_AS(first.finish(Existing::keep), std::system_error);
  CHECK(content_of(file) == "second");
  first.finish(Existing::replace);
  CHECK(content_of(file) == "first");
}

TEST_CASE_FIXTURE(Place, "system/unfinished_file: what was left behind can be removed") {
  leave();
  remove_left_behind(left);
  remove_left_behind(left);  // it is gone already
  CHECK_FALSE(fs::exists(left));
}

}  // namespace taskdock::system
