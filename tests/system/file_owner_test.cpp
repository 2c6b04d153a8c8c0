#include "system/file_owner.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "system/directory.h"
#include "testing/temporary_directory.h"

namespace taskdock::system {

namespace {

namespace fs = std::filesystem;

constexpr uid_t somebody = 54321;
constexpr gid_t some_group = 12345;

uid_t owner_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_uid;
}

void make_file(const fs::path& path) {
  std::ofstream(path) << "x";
}

/// A directory of somebody else with a file, a directory, a link and a file of two names by root.
struct Fixture {
  testing::TemporaryDirectory temporary;
  const fs::path directory = temporary.path() / "data";
  const fs::path outside = temporary.path() / "outside";
  const std::vector<std::string> names = {"file", "folder", "link", "second", "missing", "theirs"};

  Fixture() {
    fs::create_directories(directory / "folder");
    make_file(directory / "file");
    make_file(directory / "other");
    make_file(directory / "theirs");
    make_file(outside);
    fs::create_symlink(outside, directory / "link");
    fs::create_hard_link(outside, directory / "second");
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "system/file_owner: root's own directory stays as it is") {
  give_to_owner(Directory(directory), names);
  CHECK(owner_of(directory / "file") == ::geteuid());
}

TEST_CASE_FIXTURE(Fixture,
                  "system/file_owner: what root makes in another's directory becomes the other's") {
  if (::geteuid() != 0) {
    MESSAGE("only root can try it");
    return;
  }
  REQUIRE(::chown(directory.c_str(), somebody, some_group) == 0);
  REQUIRE(::chown((directory / "theirs").c_str(), somebody + 1, some_group) == 0);
  give_to_owner(Directory(directory), names);
  CHECK(owner_of(directory / "file") == somebody);
  CHECK(owner_of(directory / "folder") == somebody);
  struct stat status {};
  REQUIRE(::stat((directory / "file").c_str(), &status) == 0);
  CHECK(status.st_gid == some_group);
  // What was not named, what others own, and what a link could lead to.
  CHECK(owner_of(directory / "other") == 0);
  CHECK(owner_of(directory / "theirs") == somebody + 1);
  CHECK(owner_of(directory / "link") == 0);
  CHECK(owner_of(outside) == 0);
}

TEST_CASE_FIXTURE(Fixture, "system/file_owner: a lock on the file stays") {
  if (::geteuid() != 0) {
    MESSAGE("only root can try it");
    return;
  }
  REQUIRE(::chown(directory.c_str(), somebody, some_group) == 0);
  const system::FileDescriptor file(::open((directory / "file").c_str(), O_RDWR | O_CLOEXEC));
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  REQUIRE(::fcntl(file.get(), F_SETLK, &whole) == 0);
  give_to_owner(Directory(directory), {"file"});
  // Another process is asked, since a process does not see its own locks.
  const pid_t child = ::fork();
  if (child == 0) {
    struct flock question = whole;
    ::_exit(::fcntl(file.get(), F_GETLK, &question) == 0 && question.l_type == F_WRLCK ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

}  // namespace taskdock::system
