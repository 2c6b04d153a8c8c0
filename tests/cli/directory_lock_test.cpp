#include "cli/directory_lock.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <thread>

#include "cli/failure.h"
#include "cli/outcome.h"
#include "cli/server_file.h"
#include "system/file_lock.h"

namespace taskdock::cli {

namespace {

using testing::contains;
using testing::content_of;
using testing::TemporaryDirectory;

/// How taking `path` alone is refused; nothing if it is not.
std::optional<Failure> refusal(const std::filesystem::path& path) {
  try {
    const DataDirectory directory(path);
    const ExclusiveLock lock(directory, "taskdock serve", "stop it");
    return std::nullopt;
  } catch (const Failure& failure) {
    return failure;
  }
}

/// Whether it is so soon after `start` that whoever has begun to look since then still waits for a
/// server.
bool is_soon_after(std::chrono::steady_clock::time_point start) {
  return std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1500);
}

const ServerInfo info = {"http://127.0.0.1:8000", 8000,    static_cast<int>(::getpid()),
                         "some-instance",         "1.2.3", "2026-01-06T10:30:00.000000Z"};

}  // namespace

TEST_CASE("cli/directory_lock: one has the directory, by whichever path, and then it is free") {
  const TemporaryDirectory temporary;
  const auto path = temporary.path() / "data";
  const auto link = temporary.path() / "link";
  {
    const DataDirectory directory(path);
    const ExclusiveLock lock(directory, "taskdock serve", "stop it");
    std::filesystem::create_directory_symlink(path, link);
    for (const auto& way : {path, path / ".", link}) {
      const auto refused = refusal(way);
      REQUIRE(refused);
      CHECK(refused->status() == ExitStatus::data_in_use);
      CHECK(contains(refused->what(), way.string() + ": another taskdock"));
      CHECK(contains(refused->what(), "taskdock serve (process "));
      CHECK(contains(refused->what(), "; stop it"));
    }
    std::filesystem::remove(directory.lock_file());
    REQUIRE(refusal(path));
    CHECK(refusal(path)->status() == ExitStatus::data_in_use);
  }
  CHECK_FALSE(refusal(path));
}

TEST_CASE("cli/directory_lock: whoever has the directory is named, with where they are reached") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  {
    const ExclusiveLock lock(directory, "taskdock serve", "stop it");
    CHECK(contains(content_of(directory.lock_file()), R"("command":"taskdock serve")"));
    CHECK(testing::mode_of(directory.lock_file()) == 0600);
    const ServerFile file(directory, info);
    CHECK(
        contains(refusal(temporary.path())->what(),
                 "is reached at http://127.0.0.1:8000 (process " + std::to_string(info.pid) + ')'));
  }
  CHECK(content_of(directory.lock_file()).empty());
}

TEST_CASE(
    "cli/directory_lock: what a killed server left behind is not taken for the one that starts") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  testing::Process killed({"-c", "exit 0"}, {}, "/dev/null", "/bin/sh");
  ServerInfo left = info;
  left.url = "http://127.0.0.1:1";
  left.pid = killed.id();
  left.instance = "killed";
  killed.wait();
  // The one that starts has the lock, and has not come to remove the file.
  const system::Directory lock(temporary.path());
  REQUIRE(system::try_lock(lock.descriptor(), system::FileLock::exclusive));
  testing::write_file(temporary.path() / "server.json", '{' + to_json_members(left) + '}');
  std::optional<Failure> refused;
  const auto start = std::chrono::steady_clock::now();
  std::thread second([&] { refused = refusal(temporary.path()); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const ServerFile file(directory, info);
  const bool is_in_time = is_soon_after(start);
  second.join();
  REQUIRE(refused);
  CHECK(refused->status() == ExitStatus::data_in_use);
  if (is_in_time) CHECK(contains(refused->what(), "is reached at http://127.0.0.1:8000 "));
}

TEST_CASE("cli/directory_lock: a server whose process is not to be found is believed in the end") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  const ExclusiveLock lock(directory, "taskdock serve", "stop it");
  ServerInfo elsewhere = info;  // in a container with ids of its own
  elsewhere.pid = std::numeric_limits<int>::max();
  const ServerFile file(directory, elsewhere);
  CHECK(contains(refusal(temporary.path())->what(), "is reached at http://127.0.0.1:8000 "));
}

TEST_CASE(
    "cli/directory_lock: a second server waits for the first to be ready, or takes its place") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  std::optional<ExclusiveLock> lock(std::in_place, directory, "taskdock serve", "stop it");
  std::optional<Failure> refused;
  const auto start = std::chrono::steady_clock::now();
  std::thread second([&] { refused = refusal(temporary.path()); });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  SUBCASE("ready") {
    const ServerFile file(directory, info);
    const bool is_in_time = is_soon_after(start);
    second.join();
    REQUIRE(refused);
    if (is_in_time) CHECK(contains(refused->what(), "is reached at http://127.0.0.1:8000 "));
  }
  SUBCASE("given up") {
    lock.reset();
    const bool is_in_time = is_soon_after(start);
    second.join();
    if (is_in_time) CHECK_FALSE(refused);
  }
}

TEST_CASE("cli/directory_lock: what a killed server left behind excludes nobody, and goes") {
  const TemporaryDirectory temporary;
  testing::write_file(temporary.path() / "taskdock.lock",
                      R"({"command":"taskdock serve","pid":1})");
  testing::write_file(temporary.path() / "server.json", "{");
  const DataDirectory directory(temporary.path());
  const ExclusiveLock lock(directory, "taskdock serve", "stop it");
  CHECK_FALSE(std::filesystem::exists(temporary.path() / "server.json"));
}

TEST_CASE("cli/directory_lock: a command is not alone beside a server, and else it is") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  CHECK(SharedLock(directory).is_alone());
  {
    const ExclusiveLock lock(directory, "taskdock serve", "stop it");
    const ServerFile file(directory, info);
    CHECK_FALSE(SharedLock(directory).is_alone());
  }
  CHECK(SharedLock(directory).is_alone());
}

TEST_CASE("cli/directory_lock: a command waits for a server that is being started") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  std::optional<ExclusiveLock> lock(std::in_place, directory, "taskdock serve", "stop it");
  std::atomic<bool> has_begun{false};
  bool is_alone = false;
  std::thread command([&] {
    is_alone = SharedLock(directory).is_alone();
    has_begun = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  CHECK_FALSE(has_begun);
  SUBCASE("until it is ready") {
    const ServerFile file(directory, info);
    command.join();
    CHECK_FALSE(is_alone);
  }
  SUBCASE("or has given up") {
    lock.reset();
    command.join();
    CHECK(is_alone);
  }
}

TEST_CASE("cli/directory_lock: beside compact no command works") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  const ExclusiveLock lock(directory, "taskdock compact", "wait");
  try {
    const SharedLock shared(directory);
    FAIL_CHECK("it works");
  } catch (const Failure& failure) {
    CHECK(failure.status() == ExitStatus::data_in_use);
    CHECK(contains(failure.what(), "taskdock compact (process "));
  }
}

TEST_CASE("cli/directory_lock: whoever needs the directory alone waits for a command at work") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  std::optional<SharedLock> command(std::in_place, directory);
  bool taken = false;
  std::thread server([&] {
    const ExclusiveLock lock(directory, "taskdock serve", "stop it");
    taken = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  command.reset();
  server.join();
  CHECK(taken);
}

TEST_CASE("cli/directory_lock: of two commands one waits for the other") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  std::optional<SharedLock> first(std::in_place, directory);
  bool alone = false;
  std::thread second([&] { alone = SharedLock(directory).is_alone(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  first.reset();
  second.join();
  CHECK(alone);
}

TEST_CASE("cli/directory_lock: a lock file that is none is named") {
  for (const bool fifo : {true, false}) {
    const TemporaryDirectory temporary;
    const auto file = temporary.path() / "taskdock.lock";
    REQUIRE((fifo ? ::mkfifo(file.c_str(), 0600) : ::mkdir(file.c_str(), 0700)) == 0);
    const auto refused = refusal(temporary.path());
    REQUIRE(refused);
    CHECK(refused->status() == ExitStatus::failed);
    CHECK(contains(refused->what(), file.string() + ": this is no regular file"));
  }
}

TEST_CASE("cli/server_file: it is whole, its owner's alone, and gone with the server") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  const auto file = temporary.path() / "server.json";
  CHECK_FALSE(ServerFile::read(directory));
  testing::write_file(temporary.path() / "server.json.new", "left by a crash");
  {
    const ServerFile server_file(directory, info);
    CHECK(testing::mode_of(file) == 0600);
    CHECK_FALSE(std::filesystem::exists(temporary.path() / "server.json.new"));
    const auto read = ServerFile::read(directory);
    REQUIRE(read);
    CHECK(read->url == info.url);
    CHECK(read->port == info.port);
    CHECK(read->pid == info.pid);
    CHECK(read->instance == info.instance);
    CHECK(read->version == info.version);
    CHECK(read->started_at == info.started_at);
  }
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("cli/server_file: what is not whole is as good as none") {
  const TemporaryDirectory temporary;
  const DataDirectory directory(temporary.path());
  const auto file = temporary.path() / "server.json";
  for (const char* text :
       {"", "{", "[]", "{}", R"({"url":"http://127.0.0.1:1","port":1})",
        R"({"url":1,"port":"1","pid":1,"instance":"","version":""})",
        R"({"url":"u","port":1,"pid":4294967297,"instance":"","version":"","started_at":""})"}) {
    CAPTURE(text);
    testing::write_file(file, text);
    CHECK_FALSE(ServerFile::read(directory));
  }
  std::filesystem::remove(file);
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  CHECK_FALSE(ServerFile::read(directory));
}

}  // namespace taskdock::cli
