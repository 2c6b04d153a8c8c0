#include "system/regular_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <system_error>

#include "testing/temporary_directory.h"

namespace taskdock::system {

TEST_CASE("system/regular_file: a file is read whole, however long, or as far as is wanted") {
  const testing::TemporaryDirectory directory;
  const auto file = directory.path() / "file";
  for (const std::size_t size : {0, 1, 65536, 200'001}) {
    std::ofstream(file, std::ios::binary) << std::string(size, 'x');
    CHECK(read_regular_file(file) == std::string(size, 'x'));
  }
  CHECK(read_all(open_regular_file(file), 70'000).size() == 70'000);
}

TEST_CASE("system/regular_file: what would make a reader wait is refused at once") {
  const testing::TemporaryDirectory directory;
  const auto fifo = directory.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  for (const std::filesystem::path& path :
       {fifo, directory.path(), std::filesystem::path("/dev/zero")}) {
    CAPTURE(path.string());
    CHECK_THROWS_AS(read_regular_file(path), NotARegularFile);
  }
}

TEST_CASE("system/regular_file: a file that is not there is told by the system's error") {
  const testing::TemporaryDirectory directory;
  try {
    read_regular_file(directory.path() / "nowhere");
    FAIL_CHECK("it was read");
  } catch (const std::system_error& error) {
    CHECK(error.code() == std::errc::no_such_file_or_directory);
  }
}

}  // namespace taskdock::system
