#include "store/sqlite/failure.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "store/errors.h"
#include "store/sqlite/fixtures.h"
#include "testing/allocations.h"
#include "testing/database.h"

namespace taskdock::store::sqlite {

namespace {

std::atomic<int> reading_error = 0;

ssize_t failing_pread(int fd, void* to, std::size_t size, off_t offset) {
  if (const int error = reading_error) {
    errno = error;
    return -1;
  }
  return ::pread(fd, to, size, offset);
}

/// For as long as this lives SQLite reads its files by way of failing_pread(), which fails with
/// reading_error unless that is 0.
class FailingDisk {
 public:
  FailingDisk() : vfs_(sqlite3_vfs_find(nullptr)) {
    vfs_->xSetSystemCall(vfs_, "pread", reinterpret_cast<sqlite3_syscall_ptr>(failing_pread));
  }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  ~FailingDisk() {
    reading_error = 0;
    vfs_->xSetSystemCall(vfs_, "pread", nullptr);
  }

 private:
  sqlite3_vfs* vfs_;
};

std::string failure_to_open(const std::filesystem::path& file) {
  try {
    Store store(file);
  } catch (const Unavailable& error) {
    return error.what();
  }
  return "nothing";
}

/// Whether `act` throws Unavailable, and not Damaged, which is one, too.
template <class Act>
bool is_unavailable_only(Act act) {
  try {
    act();
  } catch (const Damaged&) {
    return false;
  } catch (const Unavailable&) {
    return true;
  }
  return false;
}

/// Fills the database so that not all of it is in a connection's cache.
void fill(OpenStore& with, const User& owner) {
  with.store->change([&](Changes& changes) {
    for (int i = 0; i < 3000; ++i) {
      Task task = with.new_task(owner, "task");
      task.description = std::string(1900, 'x');
      changes.add_task(task);
    }
  });
}

}  // namespace

TEST_CASE_FIXTURE(OpenStore,
                  "store/sqlite/failure: a disk that fails to be read is Unavailable, not damage") {
  const User ann = add_user();
  fill(*this, ann);
  const auto read = [&] { store->snapshot().list_tasks(ann.id, {1000, 1500, {}}); };
  const FailingDisk disk;
  for (const int error : {EIO, ENXIO, EACCES}) {
    CAPTURE(error);
    reopen();
    reading_error = error;
    CHECK(is_unavailable_only(read));  // there is no connection yet that reads
    CHECK(is_unavailable_only([&] { store->check(); }));
    reading_error = 0;
    store->snapshot().list_tasks(ann.id, {1, 0, {}});
    reading_error = error;
    CHECK(is_unavailable_only(read));
    CHECK(is_unavailable_only([&] {
      store->change([&](Changes& changes) { changes.change_user(ann.id, {.name = "x"}); });
    }));
    reading_error = 0;
    CHECK(store->snapshot().list_tasks(ann.id, {1000, 1500, {}}).tasks.size() == 1000);
    CHECK_NOTHROW(add_task(ann, "after"));
  }
}

TEST_CASE_FIXTURE(OpenStore, "store/sqlite/failure: damage is reported as such, with what to do") {
  const User ann = add_user();
  fill(*this, ann);
  store.reset();
  {
    // Every page but the first few.
    std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
    for (std::streamoff at = std::streamoff{4096} * 60; at < size; at += 4096) {
      bytes.seekp(at);
      bytes << std::string(64, '\xee');
    }
  }
  reopen();
  std::string what;
  try {
    store->snapshot().list_tasks(ann.id, {1000, 0, {}});
  } catch (const Damaged& error) {
    what = error.what();
  }
  CAPTURE(what);
  CHECK(what.find("damaged") != std::string::npos);
  CHECK(what.find("restore it from a backup") != std::string::npos);
}

TEST_CASE_FIXTURE(OpenStore, "store/sqlite/failure: a value that the schema keeps out is damage") {
  {
    SQLite::Database database = testing::open_database(file);
    database.exec(
        "PRAGMA ignore_check_constraints = ON;"
        "INSERT INTO users VALUES (x'616263', 'ann@example.com', 'Ann', 'hash', 1, 1)");
  }
  CHECK_THROWS_AS(store->snapshot().list_users(), Damaged);
  CHECK_THROWS_AS(store->change([&](Changes& changes) {
    return changes.change_user(support::Uuid{}, {.email = "ann@example.com"});
  }),
                  UserNotFound);
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/failure: with no memory at all an error is still Unavailable") {
  std::exception_ptr error;
  {
    const testing::AllocationLimit none(0);
    try {
      throw std::bad_alloc();
    } catch (...) {
      error = as_store_error(connection.database());
    }
  }
  CHECK(is_unavailable_only([&] { std::rethrow_exception(error); }));
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/failure: a checkpoint that the disk fails is an error, and is not "
                  "taken for one that another connection blocks") {
  const FailingDisk disk;
  add_user("ann@example.com");
  reading_error = EIO;
  CHECK_THROWS_AS(connection.checkpoint(std::chrono::seconds(30)), SQLite::Exception);
  reading_error = 0;
  CHECK(connection.checkpoint(std::chrono::seconds(30)));
}

TEST_CASE_FIXTURE(Workshop, "store/sqlite/failure: a full disk at the start is named") {
  SUBCASE("where the database is new") {}
  SUBCASE("where it is there") {
    Store store(file);
  }
  const FullDisk full(2048);
  const std::string what = failure_to_open(file);
  CAPTURE(what);
  CHECK((what.find("full") != std::string::npos || what.find("may not grow") != std::string::npos));
}

TEST_CASE_FIXTURE(Workshop, "store/sqlite/failure: a database that cannot be written to is named") {
  if (::geteuid() == 0) {
    MESSAGE("permissions do not bind root");
    return;
  }
  { Store store(file); }
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  const std::string what = failure_to_open(file);
  CAPTURE(what);
  CHECK(what.find("cannot be written to") != std::string::npos);
  CHECK(what.find("permissions") != std::string::npos);
}

TEST_CASE_FIXTURE(OpenDatabase,
                  "store/sqlite/failure: what is handed on stays what it is, but for "
                  "what may pass, damage and a lack of memory") {
  const auto handed_on = [&](auto thrown) {
    try {
      throw thrown;
    } catch (...) {
      return as_store_error(connection.database());
    }
  };
  CHECK_THROWS_AS(std::rethrow_exception(handed_on(EmailTaken())), EmailTaken);
  CHECK_THROWS_AS(std::rethrow_exception(handed_on(42)), int);
  CHECK(is_unavailable_only([&] { std::rethrow_exception(handed_on(std::bad_alloc())); }));
  CHECK(is_unavailable_only(
      [&] { std::rethrow_exception(handed_on(SQLite::Exception("full", SQLITE_FULL))); }));
  CHECK_THROWS_AS(std::rethrow_exception(handed_on(SQLite::Exception("bug", SQLITE_MISUSE))),
                  SQLite::Exception);
  CHECK_THROWS_AS(std::rethrow_exception(handed_on(SQLite::Exception("bad", SQLITE_CORRUPT))),
                  Damaged);
}

}  // namespace taskdock::store::sqlite
