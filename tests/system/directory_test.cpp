#include "system/directory.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "cli/outcome.h"
#include "system/file_content.h"
#include "system/regular_file.h"

namespace taskdock::system {

namespace {

namespace fs = std::filesystem;
using testing::content_of;
using testing::mode_of;
using testing::TemporaryDirectory;
using testing::write_file;

/// The system's reason for what `call` throws.
template <class Call>
std::error_code reason_of(Call call) {
  try {
    call();
  } catch (const std::system_error& error) {
    return error.code();
  }
  return {};
}

}  // namespace

TEST_CASE(
    "system/directory: what is done goes on in the opened directory, wherever its path leads") {
  const TemporaryDirectory temporary;
  const fs::path path = temporary.path() / "data";
  fs::create_directory(path);
  const Directory directory(path);
  fs::rename(path, temporary.path() / "moved");
  fs::create_directory(path);
  write_all(directory.create_file("file"), "here");
  CHECK(content_of(temporary.path() / "moved" / "file") == "here");
  CHECK(read_all(directory.open_file("file")) == "here");
  directory.rename("file", "other");
  CHECK(fs::exists(temporary.path() / "moved" / "other"));
  directory.remove("other");
  directory.remove("other");  // it is gone already
  CHECK(fs::is_empty(temporary.path() / "moved"));
  CHECK(fs::is_empty(path));
  CHECK(directory.status().identity != Directory(path).status().identity);
  CHECK(directory.status().identity == Directory(directory, ".").status().identity);
}

TEST_CASE("system/directory: what is no directory is not opened as one, and below it no link is") {
  const TemporaryDirectory temporary;
  const Directory directory(temporary.path());
  write_file(temporary.path() / "file", "");
  fs::create_directory(temporary.path() / "inner");
  fs::create_directory_symlink("inner", temporary.path() / "link");
  CHECK(reason_of([&] { Directory(temporary.path() / "file"); }) == std::errc::not_a_directory);
  CHECK(reason_of([&] { Directory(temporary.path() / "nothing"); }) ==
        std::errc::no_such_file_or_directory);
  CHECK(reason_of([&] { Directory(directory, "link"); }) == std::errc::not_a_directory);
  CHECK(Directory(temporary.path() / "link").status().identity ==
        Directory(directory, "inner").status().identity);
}

TEST_CASE("system/directory: new files are their owner's alone, and never take another's place") {
  const TemporaryDirectory temporary;
  const Directory directory(temporary.path());
  const mode_t mask = ::umask(0);
  directory.create_file("created");
  directory.open_or_create_file("opened");
  ::umask(mask);
  CHECK(mode_of(temporary.path() / "created") == 0600);
  CHECK(mode_of(temporary.path() / "opened") == 0600);
  CHECK(reason_of([&] { directory.create_file("created"); }) == std::errc::file_exists);
  write_file(temporary.path() / "opened", "kept");
  CHECK(read_all(directory.open_or_create_file("opened")) == "kept");
  fs::create_symlink(temporary.path() / "elsewhere", temporary.path() / "link");
  CHECK(reason_of([&] { directory.create_file("link"); }) == std::errc::file_exists);
  CHECK(reason_of([&] { directory.open_or_create_file("link"); }) ==
        std::errc::too_many_symbolic_link_levels);
  CHECK_FALSE(fs::exists(temporary.path() / "elsewhere"));
}

TEST_CASE("system/directory: an entry's status is its own, or that of what it leads to") {
  const TemporaryDirectory temporary;
  const Directory directory(temporary.path());
  write_file(temporary.path() / "file", "three");
  fs::permissions(temporary.path() / "file", fs::perms(0640));
  fs::create_symlink("file", temporary.path() / "link");
  CHECK_FALSE(directory.status("nothing"));
  const auto file = directory.status("file");
  REQUIRE(file);
  CHECK(file->kind == FileStatus::Kind::regular);
  CHECK(file->bytes == 5);
  CHECK(file->names == 1);
  CHECK(file->mode == 0640);
  CHECK(file->is_open_to_others);
  CHECK(file->owner == current_user());
  CHECK(directory.status("link")->identity == file->identity);
  CHECK(directory.status("link", Links::keep)->kind == FileStatus::Kind::symbolic_link);
  CHECK_FALSE(directory.make_private("file"));
  CHECK_FALSE(directory.status("file")->is_open_to_others);
  CHECK(directory.make_private("nothing") == std::errc::no_such_file_or_directory);
}

TEST_CASE("system/directory: whether files can be written is known without an attempt") {
  const TemporaryDirectory temporary;
  const Directory directory(temporary.path());
  write_file(temporary.path() / "file", "");
  CHECK_FALSE(directory.check_access());
  CHECK_FALSE(directory.check_access("file"));
  CHECK(directory.check_access("nothing") == std::errc::no_such_file_or_directory);
  if (current_user() == 0) return;  // who may do everything
  fs::permissions(temporary.path() / "file", fs::perms(0400));
  CHECK(directory.check_access("file") == std::errc::permission_denied);
  fs::permissions(temporary.path(), fs::perms(0500));
  CHECK(directory.check_access() == std::errc::permission_denied);
  fs::permissions(temporary.path(), fs::perms(0700));
}

TEST_CASE("system/directory: a name is given to another file in one step") {
  const TemporaryDirectory temporary;
  const Directory directory(temporary.path());
  write_file(temporary.path() / "new", "new");
  write_file(temporary.path() / "old", "old");
  directory.rename("new", "old");
  CHECK(content_of(temporary.path() / "old") == "new");
  CHECK_FALSE(fs::exists(temporary.path() / "new"));
  CHECK(reason_of([&] { directory.rename("new", "old"); }) == std::errc::no_such_file_or_directory);
}

TEST_CASE("system/directory: a private directory is made with what is missing above it") {
  const TemporaryDirectory temporary;
  const fs::path path = temporary.path() / "one" / "two";
  const mode_t mask = ::umask(0);
  create_private_directory(path);
  ::umask(mask);
  CHECK(mode_of(temporary.path() / "one") == 0700);
  CHECK(mode_of(path) == 0700);
  fs::permissions(path, fs::perms(0750));
  create_private_directory(path);
  CHECK(mode_of(path) == 0750);  // as it was
  write_file(temporary.path() / "file", "");
  CHECK(reason_of([&] { create_private_directory(temporary.path() / "file" / "below"); }) ==
        std::errc::not_a_directory);
}

}  // namespace taskdock::system
