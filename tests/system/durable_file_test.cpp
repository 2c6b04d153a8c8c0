#include "system/durable_file.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <system_error>

#include "cli/outcome.h"

namespace taskdock::system {

namespace {

namespace fs = std::filesystem;
using testing::content_of;
using testing::write_file;

struct ReplacedFile {
  testing::TemporaryDirectory directory;
  fs::path from = directory.path() / "from";
  fs::path to = directory.path() / "to";
  fs::path kept = directory.path() / "kept";

  ReplacedFile() { write_file(from, "new"); }
};

}  // namespace

TEST_CASE_FIXTURE(ReplacedFile,
                  "system/durable_file: what has the name is kept under another one") {
  write_file(to, "old");
  replace_and_keep(from, to, kept);
  sync_directory_of(to);
  CHECK(content_of(to) == "new");
  CHECK(content_of(kept) == "old");
  CHECK_FALSE(fs::exists(from));
}

TEST_CASE_FIXTURE(
    ReplacedFile,
    "system/durable_file: where the names cannot be exchanged they are as they were") {
  SUBCASE("nothing has the name") {}
  SUBCASE("the name for what is kept is taken") {
    write_file(to, "old");
    write_file(kept, "kept");
  }
  const bool is_there = fs::exists(to);
  CHECK_THROWS_AS(replace_and_keep(from, to, kept), std::system_error);
  CHECK(content_of(from) == "new");
  CHECK(fs::exists(to) == is_there);
  CHECK(fs::exists(kept) == is_there);
  if (is_there) CHECK(content_of(kept) == "kept");
}

}  // namespace taskdock::system
