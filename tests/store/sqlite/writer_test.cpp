#include "store/sqlite/writer.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <atomic>
#include <stdexcept>

#include "store/errors.h"
#include "store/sqlite/notes.h"

namespace taskdock::store::sqlite {

namespace {

using namespace std::chrono_literals;

ChangeSize always_usual(std::size_t /*index*/) {
  return ChangeSize::usual;
}

/// Runs all `works` in one batch; returns what each threw. All but the first `usual` are of the
/// size `of_others`.
std::vector<std::exception_ptr> run_in_one_batch(Writer& writer, const std::vector<Work>& works,
                                                 std::size_t usual,
                                                 ChangeSize of_others = ChangeSize::large) {
  BusyWriter busy(writer);
  Crowd crowd(writer, works,
              [&](std::size_t i) { return i < usual ? ChangeSize::usual : of_others; });
  crowd.await_gathered();
  busy.release();
  return crowd.errors();
}

std::vector<std::exception_ptr> run_in_one_batch(Writer& writer, const std::vector<Work>& works) {
  return run_in_one_batch(writer, works, works.size());
}

std::vector<Work> notes(int first, int count) {
  std::vector<Work> works;
  for (int i = 0; i < count; ++i) works.push_back(note(first + i));
  return works;
}

constexpr int unavailable = -2;

/// SQLite's code of what was thrown; SQLITE_OK for nothing, `unavailable` for Unavailable, -1 for
/// something else.
int sqlite_code(const std::exception_ptr& error) {
  if (!error) return SQLITE_OK;
  try {
    std::rethrow_exception(error);
  } catch (const SQLite::Exception& exception) {
    return exception.getErrorCode();
  } catch (const Unavailable&) {
    return unavailable;
  } catch (...) {
    return -1;
  }
}

int sqlite_code_of_run(Writer& writer, const Work& work) {
  try {
    writer.run(work);
    return SQLITE_OK;
  } catch (...) {
    return sqlite_code(std::current_exception());
  }
}

/// Leaves the file room for `pages` more pages.
void leave_room(DatabaseConnection& connection, int pages) {
  SQLite::Database& database = connection.database();
  const int now = database.execAndGet("PRAGMA page_count").getInt();
  database.execAndGet("PRAGMA max_page_count = " + std::to_string(now + pages));
}

void leave_all_room(DatabaseConnection& connection) {
  connection.database().execAndGet("PRAGMA max_page_count = 1073741823");
}

}  // namespace

TEST_CASE_FIXTURE(Notes, "store/sqlite/writer: a call has been committed when it returns") {
  Writer writer(connection, files);
  for (int id = 1; id <= 20; ++id) {
    writer.run(note(id));
    REQUIRE(has(id));
    REQUIRE(writer.commits() == static_cast<std::uint64_t>(id));
  }
}

TEST_CASE_FIXTURE(Notes,
                  "store/sqlite/writer: calls that gather behind a busy writer share one commit") {
  Writer writer(connection, files);
  const auto errors = run_in_one_batch(writer, notes(1, 32));
  for (const auto& error : errors) CHECK_FALSE(error);
  CHECK(writer.commits() == 2);  // the busy one's, and theirs
  CHECK(committed() == 32);
}

TEST_CASE_FIXTURE(Notes, "store/sqlite/writer: nothing of a batch is seen before all of it is") {
  Writer writer(connection, files);
  std::vector<Work> works = notes(1, 8);
  works.push_back([this](DatabaseConnection&) { CHECK(committed() == 0); });
  for (const auto& error : run_in_one_batch(writer, works)) CHECK_FALSE(error);
  CHECK(committed() == 8);
}

TEST_CASE_FIXTURE(Notes,
                  "store/sqlite/writer: a failing call fails alone, and nothing of it is kept") {
  Writer writer(connection, files);
  std::vector<Work> works = notes(1, 8);
  works.push_back([](DatabaseConnection& to) {
    add_note(to, 100);
    throw EmailTaken();
  });
  works.push_back([](DatabaseConnection& to) {
    add_note(to, 101);
    to.database().exec("INSERT INTO notes VALUES (101, 'again')");
  });
  const auto errors = run_in_one_batch(writer, works);
  for (std::size_t i = 0; i < 8; ++i) CHECK_FALSE(errors[i]);
  CHECK_THROWS_AS(std::rethrow_exception(errors[8]), EmailTaken);
  CHECK(sqlite_code(errors[9]) == SQLITE_CONSTRAINT);
  CHECK(committed() == 8);
  CHECK(writer.commits() == 2);
}

TEST_CASE_FIXTURE(Notes,
                  "store/sqlite/writer: a large call shares its commit with no other, and its "
                  "failure with none") {
  Writer writer(connection, files);
  std::vector<Work> works = notes(1, 4);
  works.push_back(note(5));
  works.push_back(add_orphan);
  works.push_back([](DatabaseConnection& to) {
    add_note(to, 100);
    throw EmailTaken();
  });
  const auto errors = run_in_one_batch(writer, works, 4);
  for (std::size_t i = 0; i < 5; ++i) CHECK_FALSE(errors[i]);
  CHECK(sqlite_code(errors[5]) == SQLITE_CONSTRAINT);
  CHECK_THROWS_AS(std::rethrow_exception(errors[6]), EmailTaken);
  CHECK(committed() == 5);
  // The busy one's, that of the large one that succeeded, and those of the others: they came in
  // any order, with the large ones between them.
  CHECK(writer.commits() >= 3);
  CHECK(writer.commits() <= 6);
  writer.run(note(6));
  CHECK(committed() == 6);
}

TEST_CASE_FIXTURE(Notes,
                  "store/sqlite/writer: single calls share a commit with others, and one that "
                  "throws before it changes anything fails alone") {
  Writer writer(connection, files);
  std::vector<Work> works = notes(1, 12);
  works.push_back([](DatabaseConnection&) { throw EmailTaken(); });
  works.push_back([](DatabaseConnection& to) { add_note(to, 1); });  // in any order with the first
  const auto errors = run_in_one_batch(writer, works, 4, ChangeSize::single);
  for (std::size_t i = 1; i < 12; ++i) CHECK_FALSE(errors[i]);
  CHECK_THROWS_AS(std::rethrow_exception(errors[12]), EmailTaken);
  CHECK(sqlite_code(errors[0]) + sqlite_code(errors[13]) == SQLITE_CONSTRAINT);
  CHECK(committed() == 12);
  CHECK(writer.commits() == 2);
}

TEST_CASE_FIXTURE(Notes,
                  "store/sqlite/writer: of a transaction in which a single call fails halfway, "
                  "nothing is kept, and each of its calls says so") {
  Writer writer(connection, files);
  std::vector<Work> works = notes(1, 8);
  works.push_back([](DatabaseConnection& to) {
    add_note(to, 100);
    throw EmailTaken();
  });
  const auto errors = run_in_one_batch(writer, works, 4, ChangeSize::single);
  for (const auto& error : errors) CHECK(sqlite_code(error) == unavailable);
  CHECK(committed() == 0);
  writer.run(note(9), ChangeSize::single);
  CHECK(committed() == 1);
}

TEST_CASE_FIXTURE(Notes,
                  "store/sqlite/writer: who is concerned by a call is told, also where a large one "
                  "of the same batch fails") {
  struct Told final : ChangeListener {
    std::atomic<int> users = 0;
    void on_commit(const ChangedUsers& changed) noexcept override {
      users += static_cast<int>(changed.tasks.size());
    }
    void on_second(bool /*others_wrote*/) noexcept override {}
  };
  Told told;
  Writer writer(connection, files);
  writer.set_listener(&told);
  // The order of the two is not known.
  for (int i = 1; i <= 8; ++i) {
    const Work usual = [i](DatabaseConnection& to) {
      add_note(to, i);
      to.changed.note_tasks({});
    };
    run_in_one_batch(writer, {usual, [](DatabaseConnection&) { throw EmailTaken(); }}, 1);
    CHECK(committed() == i);
    while (told.users < i) std::this_thread::yield();
  }
  writer.set_listener(nullptr);
}

TEST_CASE_FIXTURE(
    Notes,
    "store/sqlite/writer: whatever a call throws reaches its caller, and the next call works") {
  Writer writer(connection, files);
  CHECK_THROWS_AS(writer.run([](DatabaseConnection&) { throw 42; }), int);
  CHECK_THROWS_WITH_AS(writer.run([](DatabaseConnection&) { throw std::logic_error("ours"); }),
                       "ours", std::logic_error);
  writer.run(note(1));
  CHECK(committed() == 1);
}

TEST_CASE_FIXTURE(
    Notes,
    "store/sqlite/writer: when the commit fails the whole batch fails, and nothing is kept") {
  Writer writer(connection, files);
  std::vector<Work> works = notes(1, 8);
  works.push_back(add_orphan);
  const auto errors = run_in_one_batch(writer, works);
  for (const auto& error : errors) CHECK(sqlite_code(error) == SQLITE_CONSTRAINT);
  CHECK(committed() == 0);
  CHECK(writer.commits() == 1);  // the busy one's
  writer.run(note(1));
  CHECK(committed() == 1);
}

TEST_CASE_FIXTURE(Notes,
                  "store/sqlite/writer: a call that fails takes its deferred faults with it") {
  Writer writer(connection, files);
  std::vector<Work> works = notes(1, 4);
  works.push_back([](DatabaseConnection& to) {
    add_orphan(to);
    throw EmailTaken();
  });
  const auto errors = run_in_one_batch(writer, works);
  CHECK_THROWS_AS(std::rethrow_exception(errors.back()), EmailTaken);
  CHECK(committed() == 4);
}

TEST_CASE_FIXTURE(
    Notes, "store/sqlite/writer: a call that lost the transaction fails its batch, not the next") {
  Writer writer(connection, files);
  std::vector<Work> works = notes(1, 4);
  works.push_back([](DatabaseConnection& to) { to.database().exec("ROLLBACK"); });
  const auto errors = run_in_one_batch(writer, works);
  for (std::size_t i = 0; i < errors.size(); ++i) CHECK(errors[i]);
  CHECK(committed() == 0);
  writer.run(note(1));
  CHECK(committed() == 1);
}

TEST_CASE_FIXTURE(
    Notes,
    "store/sqlite/writer: a full disk fails the call, and writes work again once there is room") {
  Writer writer(connection, files);
  writer.run([](DatabaseConnection& to) { leave_room(to, 10); });
  int kept = 0;
  int code = SQLITE_OK;
  while (code == SQLITE_OK && kept < 1000) {
    const int id = kept + 1;
    code = sqlite_code_of_run(writer, [id](DatabaseConnection& to) { add_note(to, id, 4000); });
    if (code == SQLITE_OK) ++kept;
  }
  CHECK(code == unavailable);
  CHECK(kept > 0);
  CHECK(committed() == kept);
  writer.run(Work(leave_all_room));
  writer.run([](DatabaseConnection& to) { add_note(to, 5000, 4000); });
  CHECK(committed() == kept + 1);
}

TEST_CASE_FIXTURE(Notes,
                  "store/sqlite/writer: on a full disk every call of a batch is told the truth") {
  Writer writer(connection, files);
  writer.run([](DatabaseConnection& to) { leave_room(to, 20); });
  SUBCASE("where SQLite gives up the whole transaction") {}
  SUBCASE("where SQLite takes back only the statement") {
    writer.run([](DatabaseConnection& to) {
      to.database().exec(
          "CREATE TRIGGER again AFTER INSERT ON notes BEGIN UPDATE notes SET text = text || '' "
          "WHERE id = new.id; END");
    });
  }
  std::vector<Work> works;
  for (int id = 0; id < 24; ++id) {
    works.push_back([id](DatabaseConnection& to) { add_note(to, id, 6000); });
  }
  const auto errors = run_in_one_batch(writer, works);
  bool any_failed = false;
  for (int id = 0; id < 24; ++id) {
    const int code = sqlite_code(errors[static_cast<std::size_t>(id)]);
    CAPTURE(id);
    CHECK((code == SQLITE_OK || code == unavailable));
    CHECK(has(id) == (code == SQLITE_OK));
    any_failed |= code != SQLITE_OK;
  }
  CHECK(any_failed);
  writer.run(Work(leave_all_room));
  writer.run(note(100));
  CHECK(has(100));
}

TEST_CASE_FIXTURE(Notes, "store/sqlite/writer: its end commits what was accepted before") {
  auto writer = std::make_unique<Writer>(connection, files);
  BusyWriter busy(*writer);
  Crowd crowd(*writer, notes(1, 16), always_usual);
  crowd.await_gathered();
  Sleepers ending(1);
  std::jthread end([&] {
    ending.about_to_sleep(0);
    writer.reset();
  });
  ending.await();  // for the thread that is still busy
  busy.release();
  for (const auto& error : crowd.errors()) CHECK_FALSE(error);
  end.join();
  CHECK(committed() == 16);
}

TEST_CASE_FIXTURE(
    Notes, "store/sqlite/writer: once it is ending a call is refused as Unavailable, and not run") {
  auto owned = std::make_unique<Writer>(connection, files);
  Writer& writer = *owned;
  BusyWriter busy(writer);
  Sleepers ending(1);
  std::jthread end([&] {
    ending.about_to_sleep(0);
    owned.reset();
  });
  ending.await();
  CHECK_THROWS_AS(writer.run(note(1)), Unavailable);
  busy.release();
  end.join();
  CHECK(committed() == 0);
}

TEST_CASE_FIXTURE(
    Notes, "store/sqlite/writer: what is posted is committed with the rest, and nobody waits") {
  {
    Writer writer(connection, files);
    BusyWriter busy(writer);
    writer.post(note(1));
    writer.post([](DatabaseConnection& c) {
      add_note(c, 2);
      throw std::runtime_error("nobody hears of it");
    });
    writer.post(note(3));
    CHECK(committed() == 0);
    busy.release();
    writer.run(note(4));
    CHECK(has(1));
    CHECK_FALSE(has(2));
    CHECK(has(3));
    CHECK(has(4));
    writer.post(note(5));
  }
  CHECK(has(5));  // its end commits that, too
}

TEST_CASE_FIXTURE(Notes, "store/sqlite/writer: what is posted does not gather without end") {
  Writer writer(connection, files);
  BusyWriter busy(writer);
  for (int i = 1; i <= 1100; ++i) writer.post(note(i));
  busy.release();
  writer.run(note(2000));
  CHECK(has(1000));
  CHECK_FALSE(has(1001));
  CHECK(has(2000));
  writer.post(note(3000));
  writer.run(note(2001));
  CHECK(has(3000));
}

TEST_CASE_FIXTURE(
    Notes, "store/sqlite/writer: a call can ask for the log to be emptied once it is committed") {
  const std::filesystem::path log = file.string() + "-wal";
  Writer writer(connection, files);
  CHECK(writer.finish_background_work(30s));  // what every start does
  writer.run(note(1));
  REQUIRE(std::filesystem::file_size(log) > 0);
  writer.run([](DatabaseConnection& c) {
    add_note(c, 2);
    c.requests.empty_log = true;
  });
  CHECK(writer.finish_background_work(30s));
  CHECK(std::filesystem::file_size(log) == 0);
  CHECK(has(2));
  writer.run(note(3));  // but only then
  CHECK(writer.finish_background_work(30s));
  CHECK(std::filesystem::file_size(log) > 0);
}

TEST_CASE_FIXTURE(Notes, "store/sqlite/writer: a writer nobody called ends, too") {
  { const Writer writer(connection, files); }
  { const Writer writer(connection, files); }
  CHECK(committed() == 0);
}

TEST_CASE_FIXTURE(
    Notes, "store/sqlite/writer: calls of many threads are each kept or refused as a whole") {
  constexpr int threads = 16;
  constexpr int calls = 100;
  std::atomic<int> wrong = 0;
  std::uint64_t commits = 0;
  {
    Writer writer(connection, files);
    std::vector<std::jthread> running;
    for (int thread = 0; thread < threads; ++thread) {
      running.emplace_back([&writer, &wrong, thread] {
        for (int call = 0; call < calls; ++call) {
          const bool fails = call % 3 == 0;
          const int id = thread * calls + call;
          try {
            writer.run([&](DatabaseConnection& to) {
              add_note(to, id);
              if (fails) throw EmailTaken();
            });
            wrong += fails;
          } catch (const EmailTaken&) {
            wrong += !fails;
          }
        }
      });
    }
    running.clear();
    commits = writer.commits();
  }
  CHECK(wrong == 0);
  CHECK(committed() == threads * 66);
  CHECK(commits <= threads * calls);
  for (int id = 0; id < calls; ++id) REQUIRE(has(id) == (id % 3 != 0));
}

TEST_CASE_FIXTURE(Notes,
                  "store/sqlite/writer: out of memory a call fails alone with Unavailable, or its "
                  "batch with it, and the writer goes on") {
  Writer writer(connection, files);
  std::vector<Work> works = notes(1, 4);
  SUBCASE("in a call") {
    works.push_back([](DatabaseConnection& to) {
      add_note(to, 100);
      throw std::bad_alloc();
    });
    const auto errors = run_in_one_batch(writer, works);
    for (std::size_t i = 0; i < 4; ++i) CHECK_FALSE(errors[i]);
    CHECK_THROWS_AS(std::rethrow_exception(errors[4]), Unavailable);
    CHECK(committed() == 4);
  }
  SUBCASE("in the transaction of all") {
    works.push_back([](DatabaseConnection& to) {
      to.roll_back();
      throw std::bad_alloc();
    });
    const auto errors = run_in_one_batch(writer, works);
    for (const auto& error : errors) CHECK_THROWS_AS(std::rethrow_exception(error), Unavailable);
    CHECK(committed() == 0);
  }
  writer.run(note(200));
  CHECK(has(200));
}

TEST_CASE_FIXTURE(Notes,
                  "store/sqlite/writer: background work goes on between calls, and is not done by "
                  "waiting for them") {
  const User ann = add_user("ann@example.com");
  connection.begin_immediate.lend().step();
  for (int i = 0; i < 20'000; ++i) add_task(ann, "task");
  connection.commit.lend().step();
  Writer writer(connection, files);
  writer.run([&](DatabaseConnection& c) {
    c.users.remove(ann.id);
    c.requests.remove_leftovers = true;
  });
  const auto left = [&] {
    SQLite::Database database = testing::open_database(file, SQLite::OPEN_READONLY);
    return database.execAndGet("SELECT count(*) FROM tasks").getInt();
  };
  int calls = 0;
  int before = left();
  CHECK(before > 0);
  // It takes more than a slice, so that calls get in between.
  while (before > 0) {
    writer.run(note(++calls));
    const int now = left();
    CHECK(now <= before);
    before = now;
  }
  CHECK(calls > 1);
  CHECK(committed() == calls);
  CHECK(writer.finish_background_work(30s));
}

TEST_CASE_FIXTURE(Notes, "store/sqlite/writer: its end does not wait for background work") {
  const User ann = add_user("ann@example.com");
  connection.begin_immediate.lend().step();
  for (int i = 0; i < 20'000; ++i) add_task(ann, "task");
  connection.commit.lend().step();
  connection.users.remove(ann.id);
  { Writer writer(connection, files); }
  CHECK(count("tasks") > 0);
  Writer next(connection, files);
  CHECK(next.finish_background_work(30s));
  CHECK_FALSE(connection.leftovers.any());
}

TEST_CASE_FIXTURE(
    Notes, "store/sqlite/writer: whoever waits for background work that is blocked gives up") {
  SQLite::Database reader = testing::open_database(file, SQLite::OPEN_READONLY);
  reader.exec("BEGIN");
  reader.execAndGet("SELECT count(*) FROM users");
  Writer writer(connection, files);
  writer.run([](DatabaseConnection& c) {
    add_note(c, 1);
    c.requests.empty_log = true;
  });
  CHECK_FALSE(writer.finish_background_work(10ms));
  reader.exec("COMMIT");
  CHECK(writer.finish_background_work(30s));
}

TEST_CASE_FIXTURE(
    Notes,
    "store/sqlite/writer: it counts what waits, the batches by their size, and the commits") {
  Writer writer(connection, files);
  CHECK(writer.waiting() == 0);
  {
    BusyWriter busy(writer);
    Crowd crowd(writer, {note(1), note(2), note(3)}, always_usual);
    crowd.await_gathered();
    CHECK(writer.waiting() == 3);
    busy.release();
    crowd.errors();
  }
  CHECK(writer.waiting() == 0);
  CHECK(writer.commits() == 2);
  CHECK(writer.batch_sizes().total() == 2);
  CHECK(writer.batch_sizes().sum == 4);
  // A batch that fails is not a commit.
  CHECK_THROWS(writer.run([](DatabaseConnection& of_writer) { add_orphan(of_writer); }));
  CHECK(writer.commits() == 2);
  CHECK(writer.batch_sizes().total() == 3);
}

}  // namespace taskdock::store::sqlite
