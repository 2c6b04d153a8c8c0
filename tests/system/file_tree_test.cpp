#include "system/file_tree.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "testing/temporary_directory.h"

namespace taskdock::system {

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

void write(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

/// A directory "root" with files in it, and what is not to be reached beside it.
struct Tree {
  Tree() {
    fs::create_directories(root / "sub/deep");
    write(root / "a.txt", "a");
    write(root / "sub/b.txt", "bb");
    write(root / "sub/deep/c.txt", "ccc");
    write(directory.path() / "secret", "secret");
    fs::create_directory(directory.path() / "other");
    write(directory.path() / "other/secret", "secret");
  }

  /// The content of what is found; "directory", or nothing.
  std::string content_of(const Names& names) const {
    const auto found = FileTree(root).find(names);
    if (found.is_directory) return "directory";
    if (!found.file) return "nothing";
    std::string content(static_cast<std::size_t>(found.file->size()) + 10, '\0');
    content.resize(found.file->read(0, content));
    return content;
  }

  testing::TemporaryDirectory directory;
  const fs::path root = directory.path() / "root";
};

}  // namespace

TEST_CASE_FIXTURE(Tree, "system/file_tree: files and directories are found by the way to them") {
  CHECK(content_of({}) == "directory");
  CHECK(content_of({"a.txt"}) == "a");
  CHECK(content_of({"sub"}) == "directory");
  CHECK(content_of({"sub", "b.txt"}) == "bb");
  CHECK(content_of({"sub", "deep", "c.txt"}) == "ccc");
  for (const Names& names :
       {Names{"nothing"}, Names{"a.txt", "a.txt"}, Names{"sub", "nothing", "c.txt"},
        Names{std::string(300, 'x')}, Names{"sub", std::string(5000, 'x'), "y"}, Names{"A.TXT"}}) {
    CHECK(content_of(names) == "nothing");
  }
}

TEST_CASE_FIXTURE(Tree, "system/file_tree: no name leads out, or to more than one entry") {
  for (const Names& names :
       {Names{".."}, Names{"..", "secret"}, Names{"sub", "..", "..", "secret"}, Names{"../secret"},
        Names{"sub/../../secret"}, Names{"sub/b.txt"}, Names{"/etc/passwd"}, Names{""}, Names{"."},
        Names{"", "a.txt"}, Names{".", "a.txt"}, Names{"sub", ""},
        Names{std::string("a.txt\0b", 7)}, Names{std::string(1, '\0')}}) {
    CHECK(content_of(names) == "nothing");
  }
}

TEST_CASE_FIXTURE(Tree, "system/file_tree: symbolic links below the root are not followed") {
  fs::create_symlink("../secret", root / "out");
  fs::create_symlink(directory.path() / "secret", root / "absolute");
  fs::create_directory_symlink("../other", root / "other");
  fs::create_symlink("a.txt", root / "within");
  fs::create_directory_symlink("sub", root / "within-too");
  fs::create_symlink("loop", root / "loop");
  for (const Names& names :
       {Names{"out"}, Names{"absolute"}, Names{"other"}, Names{"other", "secret"}, Names{"within"},
        Names{"within-too"}, Names{"within-too", "b.txt"}, Names{"loop"}}) {
    CHECK(content_of(names) == "nothing");
  }
}

TEST_CASE_FIXTURE(Tree, "system/file_tree: the root may be a link, and may be replaced") {
  const fs::path link = directory.path() / "link";
  fs::create_directory_symlink("root", link);
  const FileTree tree(link);
  CHECK(tree.find(Names{"a.txt"}).file);
  fs::remove(link);
  CHECK_FALSE(tree.find(Names{"a.txt"}).file);
  CHECK_FALSE(tree.find({}).is_directory);
  fs::create_directory_symlink("other", link);
  CHECK(tree.find(Names{"secret"}).file);
}

TEST_CASE_FIXTURE(Tree, "system/file_tree: what is no file is not there, and is not waited for") {
  REQUIRE(::mkfifo((root / "fifo").c_str(), 0600) == 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (root / "socket").string().copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  CHECK(content_of({"fifo"}) == "nothing");
  CHECK(content_of({"socket"}) == "nothing");
  ::close(socket);
  if (::mknod((root / "device").c_str(), S_IFCHR | 0600, makedev(1, 5)) == 0) {
    CHECK(content_of({"device"}) == "nothing");
  }
}

TEST_CASE_FIXTURE(Tree, "system/file_tree: a file is read in parts, and not beyond its end") {
  const auto found = FileTree(root).find(Names{"sub", "deep", "c.txt"});
  REQUIRE(found.file);
  CHECK(found.file->size() == 3);
  std::string part(2, '\0');
  CHECK(found.file->read(1, part) == 2);
  CHECK(part == "cc");
  CHECK(found.file->read(2, part) == 1);
  CHECK(found.file->read(3, part) == 0);
  CHECK(found.file->read(1'000'000, part) == 0);
  // Who has it open is not disturbed by what happens to the name.
  fs::remove(root / "sub/deep/c.txt");
  CHECK(found.file->read(0, part) == 2);
}

TEST_CASE_FIXTURE(Tree,
                  "system/file_tree: another content is another version, even of the same age") {
  const auto version = [&] { return FileTree(root).find(Names{"a.txt"}).file->version(); };
  const std::string before = version();
  CHECK(version() == before);
  const auto time = fs::last_write_time(root / "a.txt");
  write(root / "a.txt.new", "b");
  fs::last_write_time(root / "a.txt.new", time);
  fs::rename(root / "a.txt.new", root / "a.txt");
  CHECK(fs::last_write_time(root / "a.txt") == time);
  CHECK(version() != before);
}

}  // namespace taskdock::system
