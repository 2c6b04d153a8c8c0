#include "system/process.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include "testing/process.h"
#include "testing/temporary_directory.h"

namespace taskdock::system {

namespace {

using std::chrono::seconds;

}  // namespace

TEST_CASE("system/process: a process is watched until it ends, and asked to stop by its handle") {
  testing::Process child({"-c", "echo here; exec sleep 1000"}, {}, "/dev/null", "/bin/sh");
  CHECK(child.first_line() == "here");
  const auto process = Process::open(child.id());
  REQUIRE(process);
  CHECK(process->id() == child.id());
  CHECK_FALSE(process->wait_for_end(std::chrono::milliseconds(0)));
  process->ask_to_stop();
  CHECK(process->wait_for_end(seconds(30)));
  CHECK(child.wait().status == -SIGTERM);
  process->ask_to_stop();  // it has gone, and nobody else is asked
  CHECK_FALSE(Process::open(child.id()));
}

TEST_CASE("system/process: an id that no process can have is none") {
  for (const std::int64_t id : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 40}) {
    CHECK_FALSE(Process::open(id));
  }
}

TEST_CASE("system/process: the parent is the process that started this one") {
  const auto parent = Process::open_parent();
  REQUIRE(parent);
  CHECK(parent->id() == ::getppid());
}

TEST_CASE(
    "system/process: whether a process has a directory open is known, whatever path it took") {
  const testing::TemporaryDirectory directory;
  const testing::TemporaryDirectory other;
  testing::Process child(
      {"-c", "exec 3<" + directory.path().string() + "/.; echo open; exec sleep 1000"}, {},
      "/dev/null", "/bin/sh");
  REQUIRE(child.first_line() == "open");
  const auto process = Process::open(child.id());
  REQUIRE(process);
  CHECK(process->has_open(Directory(directory.path())) == true);
  CHECK(process->has_open(Directory(other.path())) == false);
}

}  // namespace taskdock::system
