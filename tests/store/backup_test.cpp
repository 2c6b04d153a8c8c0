#include "store/backup.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <thread>

#include "store/errors.h"
#include "store/fixtures.h"
#include "system/file_descriptor.h"
#include "system/unfinished_file.h"
#include "testing/database.h"

namespace taskdock::store {

namespace {

void ignore(std::string_view /*what*/, std::uint64_t /*done*/, std::uint64_t /*all*/) {}

/// How many of the first `bytes` of `file` have not begun to go to the disk, in pages
/// (cachestat(2)); nothing where that cannot be known, or there is no disk.
std::optional<std::uint64_t> find_unsynced(const std::filesystem::path& file, std::uint64_t bytes) {
  struct Range {
    std::uint64_t offset;
    std::uint64_t size;
  } range{0, bytes};
  struct Pages {
    std::uint64_t cached, dirty, written_back, evicted, recently_evicted;
  } pages{};
  constexpr long cachestat = 451;
  struct statfs disk {};
  if (::statfs(file.c_str(), &disk) != 0 || disk.f_type == TMPFS_MAGIC) return std::nullopt;
  const system::FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (::syscall(cachestat, opened.get(), &range, &pages, 0) != 0) return std::nullopt;
  return pages.dirty;
}

/// A store with some MiB of tasks, so that a copy of it has several parts.
struct FullStore : OpenStore {
  const User ann = add_user();
  const std::filesystem::path copy = directory.path() / "copy.db";
  static constexpr int tasks = 2000;

  FullStore() {
    store->change([&](Changes& changes) {
      for (int i = 0; i < tasks; ++i) {
        Task task = new_task(ann, "task " + std::to_string(i));
        task.description = std::string(1500, 'x');
        changes.add_task(task);
      }
    });
  }

  /// How many tasks a copy has, which must be a whole database.
  static int tasks_in(const std::filesystem::path& file) {
    SQLite::Database database = testing::open_database(file, SQLite::OPEN_READONLY);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
    CHECK(database.execAndGet("PRAGMA journal_mode").getString() == "delete");
    return database.execAndGet("SELECT count(*) FROM tasks").getInt();
  }

  /// How many files there are of copies that are not complete.
  std::ptrdiff_t unfinished() const {
    const std::filesystem::directory_iterator entries(directory.path());
    return std::count_if(begin(entries), end(entries), [](const auto& entry) {
      return system::finished_path(entry.path()).has_value();
    });
  }

  std::filesystem::path unfinished_file() const {
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
      if (system::finished_path(entry.path())) return entry.path();
    }
    return {};
  }

  std::string refusal(const Backup::SaveOptions& options = {}) const {
    try {
      Backup(file).save(copy, options, ignore);
    } catch (const Unavailable& error) {
      return error.what();
    }
    return "nothing";
  }
};

}  // namespace

TEST_CASE_FIXTURE(FullStore,
                  "store/backup: a copy has what was there when it was begun, whatever is written "
                  "while it is made, also from the log") {
  Backup backup(file);
  add_task(ann, "too late");
  int written = 0;
  std::uint64_t last = 0;
  backup.save(copy, {}, [&](std::string_view what, std::uint64_t done, std::uint64_t all) {
    if (what != "backing up") return;
    CHECK(done >= last);
    CHECK(all == backup.bytes());
    last = done;
    add_task(ann, "too late as well");
    ++written;
  });
  CHECK(written > 3);
  CHECK(last == backup.bytes());
  CHECK(tasks_in(copy) == tasks);
  CHECK(std::filesystem::file_size(copy) == backup.bytes());
  CHECK(store->snapshot().task_totals(ann.id).total == tasks + 1 + written);
}

TEST_CASE_FIXTURE(FullStore, "store/backup: a copy is one file that a store can be opened with") {
  Backup(file).save(copy, {.is_verified = true}, ignore);
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    CHECK_FALSE(std::filesystem::exists(copy.string() + suffix));
  }
  Store restored(copy);
  CHECK(restored.snapshot().task_totals(ann.id).total == tasks);
  CHECK(restored.snapshot().find_credentials(ann.email));
}

TEST_CASE_FIXTURE(FullStore, "store/backup: what is written to a sink is the same as a file") {
  Backup backup(file);
  std::string bytes;
  backup.write([&](std::string_view part) { bytes += part; }, ignore);
  backup.save(copy, {}, ignore);
  CHECK(bytes == content_of(copy));
}

TEST_CASE_FIXTURE(
    FullStore, "store/backup: a database that no process has open is copied, and left as it is") {
  store.reset();
  const std::string before = content_of(file);
  Backup(file).save(copy, {}, ignore);
  CHECK(tasks_in(copy) == tasks);
  CHECK(content_of(file) == before);
  CHECK_FALSE(std::filesystem::exists(file.string() + "-wal"));
}

TEST_CASE_FIXTURE(FullStore,
                  "store/backup: a copy that ends early leaves nothing, and the next one works") {
  const auto stop = [](std::string_view /*what*/, std::uint64_t done, std::uint64_t all) {
    if (done > all / 2) throw std::runtime_error("enough");
  };
  CHECK_THROWS_AS(Backup(file).save(copy, {}, stop), std::runtime_error);
  CHECK_FALSE(std::filesystem::exists(copy));
  CHECK(unfinished() == 0);
  {
    const FullDisk disk(1024 * 1024);
    CHECK(refusal().find("cannot be written") != std::string::npos);
  }
  CHECK(unfinished() == 0);
  CHECK(refusal() == "nothing");
  CHECK(tasks_in(copy) == tasks);
}

TEST_CASE_FIXTURE(FullStore,
                  "store/backup: what has the name of the copy is replaced only where it may be") {
  std::ofstream(copy) << "precious";
  CHECK(refusal().find("cannot be written") != std::string::npos);
  CHECK(content_of(copy) == "precious");
  CHECK(refusal({.may_replace = true}) == "nothing");
  CHECK(tasks_in(copy) == tasks);
}

TEST_CASE_FIXTURE(FullStore,
                  "store/backup: of a damaged database a verified copy is not kept, and what was "
                  "there before is") {
  store.reset();
  std::ofstream(copy) << "an older backup";
  {
    // A page of the tasks' texts, in the middle.
    std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) / 8192 * 4096));
    damaged << std::string(4096, '\0');
  }
  CHECK(refusal({.may_replace = true, .is_verified = true}).find("damaged") != std::string::npos);
  CHECK(content_of(copy) == "an older backup");
}

TEST_CASE_FIXTURE(Workshop, "store/backup: only a database of ours is copied") {
  CHECK_THROWS_AS(Backup{file}, Unusable);
  CHECK_FALSE(std::filesystem::exists(file));
  std::ofstream(file) << std::string(5000, 'x');
  CHECK_THROWS_AS(Backup{file}, Unusable);
  std::ofstream(file, std::ios::trunc) << "";
  CHECK_THROWS_AS(Backup{file}, Unusable);
}

TEST_CASE_FIXTURE(
    FullStore, "store/backup: a copy goes to the disk while it is made, and not all at the end") {
  bool is_seen = false;
  // By itself the system begins after half a minute.
  const auto see = [&](std::string_view /*what*/, std::uint64_t done, std::uint64_t /*all*/) {
    constexpr std::uint64_t first = std::uint64_t{1} << 20U;
    if (done <= first || is_seen) return;
    is_seen = true;
    const std::filesystem::path unfinished = unfinished_file();
    if (!find_unsynced(unfinished, first)) {
      MESSAGE("it cannot be seen here");
      return;
    }
    bool is_begun = false;
    for (int tries = 0; tries < 1000 && !is_begun; ++tries) {
      is_begun = find_unsynced(unfinished, first) == 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    CHECK(is_begun);
  };
  Backup(file).save(copy, {}, see);
  CHECK(is_seen);
  CHECK(tasks_in(copy) == tasks);
}

}  // namespace taskdock::store
