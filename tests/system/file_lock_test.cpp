#include "system/file_lock.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <system_error>

#include "system/directory.h"
#include "testing/process.h"
#include "testing/temporary_directory.h"

namespace taskdock::system {

TEST_CASE("system/file_lock: many may share a lock, and one alone has an exclusive one") {
  const testing::TemporaryDirectory temporary;
  const Directory one(temporary.path());
  const Directory other(temporary.path());
  CHECK(try_lock(one.descriptor(), FileLock::shared));
  CHECK(try_lock(other.descriptor(), FileLock::shared));
  CHECK_FALSE(try_lock(one.descriptor(), FileLock::exclusive));
  unlock(other.descriptor());
  CHECK(try_lock(one.descriptor(), FileLock::exclusive));
  CHECK_FALSE(try_lock(other.descriptor(), FileLock::shared));
  CHECK_FALSE(try_lock(other.descriptor(), FileLock::exclusive));
  CHECK(try_lock(one.descriptor(), FileLock::shared));  // it gives up a part
  CHECK(try_lock(other.descriptor(), FileLock::shared));
}

TEST_CASE("system/file_lock: a lock on a file ends with the opened file, not with its name") {
  const testing::TemporaryDirectory temporary;
  const Directory directory(temporary.path());
  FileDescriptor file = directory.open_or_create_file("file");
  const FileDescriptor again = directory.open_or_create_file("file");
  REQUIRE(try_lock(file, FileLock::exclusive));
  directory.rename("file", "moved");
  CHECK_FALSE(try_lock(again, FileLock::exclusive));
  file = FileDescriptor(-1);
  CHECK(try_lock(again, FileLock::exclusive));
}

TEST_CASE("system/file_lock: a lock of a process ends with it, even if it is killed") {
  const testing::TemporaryDirectory temporary;
  const Directory directory(temporary.path());
  testing::Process holder(
      {"-c", "exec 9<" + temporary.path().string() + " && flock 9 && echo locked; exec sleep 1000"},
      {}, "/dev/null", "/bin/sh");
  REQUIRE(holder.first_line() == "locked");
  CHECK_FALSE(try_lock(directory.descriptor(), FileLock::shared));
  holder.signal(SIGKILL);
  holder.wait();
  CHECK(try_lock(directory.descriptor(), FileLock::exclusive));
}

TEST_CASE("system/file_lock: what cannot be locked is told by the system's error") {
  CHECK_THROWS_AS(try_lock(FileDescriptor(), FileLock::shared), std::system_error);
}

}  // namespace taskdock::system
