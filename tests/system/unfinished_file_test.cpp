#include "system/unfinished_file.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>
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
  fs::path unfinished = directory.path() / "file.new";
};

}  // namespace

TEST_CASE_FIXTURE(
    Place, "system/unfinished_file: a file has its name once it is complete, for its owner alone") {
  UnfinishedFile written(file);
  CHECK(written.path() == unfinished);
  write_all(written.descriptor(), "content");
  CHECK(mode_of(unfinished) == 0600);
  CHECK_FALSE(fs::exists(file));
  written.finish(Existing::keep);
  CHECK(content_of(file) == "content");
  CHECK_FALSE(fs::exists(unfinished));
}

TEST_CASE_FIXTURE(Place, "system/unfinished_file: what is not finished leaves nothing") {
  write_file(file, "before");
  { const UnfinishedFile written(file); }
  CHECK(content_of(file) == "before");
  CHECK_FALSE(fs::exists(unfinished));
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
  CHECK_FALSE(fs::exists(unfinished));
}

TEST_CASE_FIXTURE(
    Place,
    "system/unfinished_file: what a killed process has left is replaced, be it a link, and what it "
    "leads to stays") {
  const fs::path other = directory.path() / "other";
  write_file(other, "other");
  SUBCASE("a file") {
    write_file(unfinished, "left");
  }
  SUBCASE("a link") {
    fs::create_symlink(other, unfinished);
  }
  UnfinishedFile written(file);
  written.finish(Existing::keep);
  CHECK(content_of(file).empty());
  CHECK(fs::is_regular_file(fs::symlink_status(file)));
  CHECK(content_of(other) == "other");
}

TEST_CASE_FIXTURE(Place,
                  "system/unfinished_file: what another process is writing is neither taken over "
                  "nor removed") {
  const UnfinishedFile written(file);
  CHECK_THROWS_AS(UnfinishedFile{file}, std::system_error);
  remove_unfinished(unfinished);
  CHECK(fs::exists(unfinished));
}

TEST_CASE_FIXTURE(Place, "system/unfinished_file: what was left behind can be removed") {
  write_file(unfinished, "left");
  remove_unfinished(unfinished);
  remove_unfinished(unfinished);  // it is gone already
  CHECK_FALSE(fs::exists(unfinished));
}

}  // namespace taskdock::system
