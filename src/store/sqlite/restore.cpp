#include "store/restore.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <array>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "store/errors.h"
#include "store/sqlite/database_copy.h"
#include "store/sqlite/database_files.h"
#include "store/sqlite/failure.h"
#include "store/sqlite/log_check.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema_objects.h"
#include "store/store.h"
#include "system/directory.h"
#include "system/durable_file.h"
#include "system/file_content.h"
#include "system/file_status.h"
#include "system/regular_file.h"

namespace taskdock::store {

namespace {

namespace fs = std::filesystem;
using system::file_status;

constexpr std::size_t part_bytes = 1024 * 1024;

/// The database that takes the place of the one that is there, until it does.
fs::path unfinished_of(const fs::path& file) {
  return file.string() + ".restoring";
}

fs::path log_of(const fs::path& file) {
  return file.string() + "-wal";
}

/// Opens `from` for reading. Throws Unusable where that cannot be.
system::FileDescriptor opened_source(const fs::path& from) {
  try {
    return system::open_regular_file(from);
  } catch (const std::system_error& error) {
    throw Unusable("it cannot be read: " + error.code().message());
  }
}

/// Copies `from` to the new file `to`. Throws Unusable where `from` cannot be read, or is changed
/// meanwhile; std::system_error where `to` cannot be written.
void copy_file(const fs::path& from, const fs::path& to, const Progress& progress) {
  try {
    const system::FileDescriptor source = opened_source(from);
    const system::FileStatus before = system::file_status(source);
    const system::FileDescriptor copy =
        system::Directory(to.parent_path()).create_file(to.filename());
    std::uint64_t done = 0;
    for (std::string part; !(part = system::read_all(source, part_bytes)).empty();) {
      system::write_all(copy, part);
      done += part.size();
      progress("copying", done, before.bytes);
    }
    const system::FileStatus after = system::file_status(source);
    if (after.bytes != done || after.changed_at != before.changed_at) {
      throw Unusable(
          "it is being changed; make a copy of it with taskdock backup, and restore that");
    }
  } catch (const system::NotARegularFile& error) {
    throw Unusable(std::string("this is ") + error.what() + ", not a database");
  }
}

/// The copy of a database, with its log, that is to take the place of another.
class UnfinishedDatabase {
 public:
  explicit UnfinishedDatabase(const fs::path& file) : file_(file), path_(unfinished_of(file)) {
    remove();
  }
  /// Makes it a copy of `from`.
  void copy(const fs::path& from, const Progress& progress) const {
    copy_file(from, path_, progress);
    if (const auto log = file_status(log_of(from)); log && log->bytes > 0) {
      copy_file(log_of(from), log_of(path_), progress);
    }
  }
  /// Makes it what `from` gives.
  void fill(const Source& from, const Progress& progress) const {
    const system::FileDescriptor copy =
        system::Directory(path_.parent_path()).create_file(path_.filename());
    std::uint64_t done = 0;
    for (std::string_view part; !(part = from()).empty();) {
      system::write_all(copy, part);
      done += part.size();
      progress("copying", done, 0);
    }
  }
  ~UnfinishedDatabase() { remove(); }
  UnfinishedDatabase(const UnfinishedDatabase&) = delete;
  UnfinishedDatabase& operator=(const UnfinishedDatabase&) = delete;

  const fs::path& path() const { return path_; }

 private:
  void remove() const noexcept {
    for (const fs::path& file : files_of_restore(file_)) {
      std::error_code none;
      fs::remove(file, none);
    }
  }

  fs::path file_;
  fs::path path_;
};

/// Throws Unusable unless all of `database` is whole.
void require_whole(SQLite::Database& database) {
  if (const std::string damage = sqlite::find_damage(database); damage != "ok") {
    throw Unusable("it is damaged (" + damage + "); use another backup");
  }
  SQLite::Statement broken_references(database, "PRAGMA foreign_key_check");
  if (broken_references.executeStep()) {
    throw Unusable("it is damaged (a row of " + broken_references.getColumn(0).getString() +
                   " refers to one that is not there); use another backup");
  }
}

/// Checks `database`, brings it to this version, and makes it one of its own.
Restored prepare(SQLite::Database& database, const RestoreOptions& options,
                 const Progress& progress) {
  progress("verifying", 0, 0);
  const sqlite::Schema schema = sqlite::current_schema();
  const int version = sqlite::find_version(database, schema);
  if (version == 0) throw Unusable("it is empty");
  // Moves what the log has into the file. A power cut in between does no harm: then it is not used.
  database.exec("PRAGMA synchronous = OFF");
  database.execAndGet("PRAGMA journal_mode = DELETE");
  require_whole(database);
  if (version < schema.version()) {
    progress("bringing it to this version", 0, 0);
    sqlite::migrate(database, schema, sqlite::MayMigrate::without_backup);
  }
  if (const std::string difference = sqlite::find_schema_difference(database);
      !difference.empty()) {
    throw Unusable("its schema was tampered with: " + difference);
  }
  const auto count = [&](const char* table) {
    return database.execAndGet(std::string("SELECT count(*) FROM ") + table).getInt64();
  };
  Restored restored{.kept = {},
                    .kept_log = {},
                    .tasks = count("tasks"),
                    .users = count("users"),
                    .script_tokens = count("script_tokens")};
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  // Clients may have been told of changes that were made after the copy. Their revisions are not
  // given out again, and who continues after one is told to begin anew, also without an epoch. It
  // is half of what a number of a first sync can tell apart (api::SyncPosition).
  database.exec(
      "UPDATE epoch SET epoch = randomblob(16);"
      "UPDATE task_totals SET revision = revision + 524288, pruned_revision = revision + 524288");
  if (!options.keeps_sessions) {
    restored.ended_sessions = count("sessions");
    database.exec(
        "DELETE FROM spent_refresh_tokens; DELETE FROM sessions; DELETE FROM ended_sessions");
  }
  transaction.commit();
  return restored;
}

/// Moves what the log of the database `file` has into it, so that the file alone is complete.
/// Returns whether that could be done: not where one of the two is damaged, or they do not belong
/// together; then nothing is changed. Throws Unavailable.
bool complete(const fs::path& file) {
  const auto status = file_status(file);
  if (!status || status->bytes == 0) return false;
  const auto log = file_status(log_of(file));
  if (log && log->bytes > 0 && !sqlite::is_whole_with_log(file)) return false;
  SQLite::Database database =
      sqlite::opened([&] { return SQLite::Database(file.string(), SQLite::OPEN_READWRITE); });
  try {
    if (database.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)").getInt() != 0) {
      throw Unavailable("another process is using the database; stop it first");
    }
  } catch (const SQLite::Exception& error) {
    if (sqlite::is_damage(error) && !sqlite::is_transient(error, database)) return false;
    throw Unavailable(sqlite::explain(error, database));
  }
  return true;
}

/// What would be taken for the log, or the rollback journal, of whatever is called `file` next. It
/// gets the name of that of `kept`, and gets its own back when this ends, unless it is to stay
/// there.
class LogTakenAway {
 public:
  LogTakenAway(const fs::path& file, const fs::path& kept) : file_(file), kept_(kept) {}
  ~LogTakenAway() {
    std::error_code none;
    for (const auto& [own, kept] : taken_) fs::rename(kept, own, none);
  }
  LogTakenAway(const LogTakenAway&) = delete;
  LogTakenAway& operator=(const LogTakenAway&) = delete;

  /// When this returns, it is away on the disk, too.
  void take() {
    for (const std::string suffix : {"-wal", "-journal"}) {
      const fs::path own = file_.string() + suffix;
      const auto status = file_status(own, system::Links::keep);
      if (status && status->bytes > 0) {
        taken_.emplace_back(own, kept_.string() + suffix);
        fs::rename(own, taken_.back().second);
      } else {
        fs::remove(own);
      }
    }
    fs::remove(file_.string() + "-shm");
    system::sync_directory_of(file_);
  }
  /// Returns where the log is, if there was one.
  std::optional<fs::path> leave() {
    const bool has_log = !taken_.empty() && taken_.front().first == log_of(file_);
    taken_.clear();
    if (!has_log) return std::nullopt;
    return log_of(kept_);
  }

 private:
  const fs::path file_;
  const fs::path kept_;
  std::vector<std::pair<fs::path, fs::path>>
      taken_;  // the names of each: its own, and of what is kept
};

/// Gives `restored`, which is complete, the name `file`. What had that name is called `kept` then;
/// `result` is told of it.
void put_in_place(const fs::path& restored, const fs::path& file, const fs::path& kept,
                  Restored& result) {
  const bool is_there = file_status(file, system::Links::keep).has_value();
  LogTakenAway log(file, kept);
  if (is_there && complete(file)) {
    // The last process that closes a database removes its log.
    if (file_status(log_of(file)) || file_status(file.string() + "-shm")) {
      throw Unavailable("another process is using the database; stop it first");
    }
  } else {
    log.take();
  }
  if (is_there) {
    system::replace_and_keep(restored, file, kept);
    result.kept = kept;
  } else {
    fs::rename(restored, file);
  }
  result.kept_log = log.leave();
  try {
    system::sync_directory_of(file);
  } catch (const std::system_error& error) {
    throw NotConfirmed(
        "the backup is in its place, but the disk has not confirmed it: " + error.code().message() +
        (is_there ? "; what was there before is " + kept.string() : std::string()) +
        "; look at the disk, and restore again");
  }
}

void check_source(const fs::path& from, const fs::path& file) {
  const auto source = file_status(from);
  if (!source) throw Unusable("there is no such file, or it cannot be reached");
  if (const auto present = file_status(file); present && present->identity == source->identity) {
    throw Unusable("this is the database itself");
  }
  if (const auto journal = file_status(from.string() + "-journal"); journal && journal->bytes > 0) {
    throw Unusable(
        "there is a -journal beside it: it was being changed when it was copied; use another "
        "backup");
  }
  if (sqlite::has_foreign_log(from)) {
    throw Unusable(
        "there is a -wal beside it that does not belong to it: it was copied to a place where "
        "another database had been; move it to where it is alone, and restore that");
  }
}

/// Restores what `fill` puts into the unfinished database.
template <class Fill>
Restored restore_filled(Fill fill, const fs::path& file, const fs::path& kept,
                        const RestoreOptions& options, const Progress& progress) {
  try {
    const UnfinishedDatabase unfinished(fs::absolute(file));
    fill(unfinished);
    Restored restored;
    {
      SQLite::Database database = sqlite::opened(
          [&] { return SQLite::Database(unfinished.path().string(), SQLite::OPEN_READWRITE); });
      try {
        restored =
            sqlite::translating(database, [&] { return prepare(database, options, progress); });
      } catch (const Damaged&) {
        throw Unusable("it is damaged; use another backup");
      }
    }
    progress("finishing", 0, 0);
    system::sync(system::open_regular_file(unfinished.path()));
    put_in_place(unfinished.path(), file, kept, restored);
    return restored;
  } catch (const Damaged& error) {
    throw Unusable(error.what());
  } catch (const std::system_error& error) {
    throw Unavailable(std::string("the database cannot be put in place: ") + error.what());
  }
}

}  // namespace

void require_replaceable(const fs::path& file) {
  sqlite::DatabaseFiles(file).check_kinds();
}

std::vector<fs::path> files_of_restore(const fs::path& file) {
  const std::string unfinished = unfinished_of(file).string();
  std::vector<fs::path> files = {unfinished + "-journal"};
  for (const std::string& each : files_of(unfinished)) files.emplace_back(each);
  return files;
}

Restored restore(const fs::path& from, const fs::path& file, const fs::path& kept,
                 const RestoreOptions& options, const Progress& progress) {
  check_source(from, file);
  return restore_filled(
      [&](const UnfinishedDatabase& unfinished) { unfinished.copy(from, progress); }, file, kept,
      options, progress);
}

Restored restore(const Source& from, const fs::path& file, const fs::path& kept,
                 const RestoreOptions& options, const Progress& progress) {
  return restore_filled(
      [&](const UnfinishedDatabase& unfinished) { unfinished.fill(from, progress); }, file, kept,
      options, progress);
}

}  // namespace taskdock::store
