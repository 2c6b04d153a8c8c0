#pragma once

#include <exception>
#include <functional>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "store/sqlite/fixtures.h"
#include "store/sqlite/threads.h"
#include "store/sqlite/writer.h"
#include "testing/database.h"

/// What the tests of the writer write, and how they make batches of it.
namespace taskdock::store::sqlite {

using Work = std::function<void(DatabaseConnection&)>;

/// A database with a table of notes, too, and one that must refer to a note.
struct Notes : OpenDatabase {
  Notes() {
    connection.database().exec(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text);"
        "CREATE TABLE answers (note_id NOT NULL REFERENCES notes (id))");
  }

  /// How many notes another connection sees, which is how many are committed.
  int committed() const {
    SQLite::Database database = testing::open_database(file, SQLite::OPEN_READONLY);
    return database.execAndGet("SELECT count(*) FROM notes").getInt();
  }

  bool has(int id) const {
    SQLite::Database database = testing::open_database(file, SQLite::OPEN_READONLY);
    return database.execAndGet("SELECT count(*) FROM notes WHERE id = " + std::to_string(id))
               .getInt() == 1;
  }
};

inline void add_note(DatabaseConnection& connection, int id, int bytes = 1) {
  connection.database().exec("INSERT INTO notes VALUES (" + std::to_string(id) + ", zeroblob(" +
                             std::to_string(bytes) + "))");
}

inline Work note(int id) {
  return [id](DatabaseConnection& connection) { add_note(connection, id); };
}

/// Inserts a row that refers to nothing, which SQLite notices only when the transaction commits.
inline void add_orphan(DatabaseConnection& connection) {
  connection.database().exec("PRAGMA defer_foreign_keys = ON; INSERT INTO answers VALUES (-1)");
}

/// Keeps the writer busy inside one call, so that others gather behind it.
class BusyWriter {
 public:
  explicit BusyWriter(Writer& writer)
      : thread_([this, &writer] {
          writer.run([this](DatabaseConnection&) {
            entered_.count_down();
            released_.wait();
          });
        }) {
    entered_.wait();
  }
  ~BusyWriter() { release(); }

  void release() {
    if (!released_.try_wait()) released_.count_down();
  }

 private:
  std::latch entered_{1};
  std::latch released_{1};
  std::jthread thread_;
};

/// What the calls of many threads, one each, threw; null for those that returned. `size_of(i)` is
/// what the writer is told of the one with the index i.
class Crowd {
 public:
  template <class SizeOf>
  Crowd(Writer& writer, const std::vector<Work>& works, SizeOf size_of)
      : sleepers_(works.size()), errors_(works.size()) {
    for (std::size_t i = 0; i < works.size(); ++i) {
      threads_.emplace_back([this, &writer, i, work = works[i], size = size_of(i)] {
        sleepers_.about_to_sleep(i);
        try {
          writer.run(work, size);
        } catch (...) {
          errors_[i] = std::current_exception();
        }
      });
    }
  }

  /// Waits until all calls are accepted and wait for the busy writer.
  void await_gathered() const { sleepers_.await(); }

  const std::vector<std::exception_ptr>& errors() {
    threads_.clear();
    return errors_;
  }

 private:
  Sleepers sleepers_;
  std::vector<std::exception_ptr> errors_;
  std::vector<std::jthread> threads_;
};

}  // namespace taskdock::store::sqlite
