#include "store/check.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <optional>
#include <string_view>
#include <system_error>

#include "store/errors.h"
#include "store/sqlite/content_check.h"
#include "store/sqlite/database_connection.h"
#include "store/sqlite/database_copy.h"
#include "store/sqlite/database_files.h"
#include "store/sqlite/derived_rows.h"
#include "store/sqlite/failure.h"
#include "store/sqlite/functions.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema_objects.h"
#include "store/sqlite/word_check.h"
#include "store/store.h"
#include "support/text.h"
#include "system/file_status.h"
#include "system/regular_file.h"

namespace taskdock::store {

namespace sqlite {

namespace {

// Of each kind: more would tell nobody more.
constexpr std::size_t max_findings = 100;

/// A URI of `file` for SQLite (sqlite.org/uri.html) which says that nobody changes it, so that
/// nothing is made beside it.
std::string immutable_uri(const std::filesystem::path& file) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '-' || c == '_';
    if (is_plain) {
      uri += c;
    } else {
      uri.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
  }
  return uri + "?immutable=1";
}

/// Throws Unusable where a copy cannot be opened at once: to open a FIFO, for one, would wait.
void require_readable_copy(const std::filesystem::path& file) {
  using Kind = system::FileStatus::Kind;
  try {
    system::open_regular_file(file);
  } catch (const system::NotARegularFile& error) {
    throw Unusable(std::string("this is ") + error.what() +
                   ", not a database; name a file, or a data directory with --data");
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::no_such_file_or_directory) return;
    throw Unusable("it cannot be read: " + error.code().message());
  }
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    const auto status = system::file_status(file.string() + suffix);
    if (!status || status->kind == Kind::regular) continue;
    throw Unusable("what is beside it, with " + std::string(suffix) +
                   " behind its name, is no regular file; move it away");
  }
}

/// A database that is to be checked, open.
class Opened {
 public:
  Opened(const std::filesystem::path& file, Usage usage) {
    DatabaseFiles files(file);
    usage == Usage::live ? files.check_kinds() : require_readable_copy(file);
    files.check_log();
    if (!system::file_status(file)) throw Unusable("there is no database");
    if (usage == Usage::live || system::file_status(files_of(file.string())[1])) {
      // What has a log may be in use. A writer removes the log that it has made.
      opened([&] { live_.emplace(file, DatabaseConnection::Role::writer); });
    } else {
      opened([&] { copy_.emplace(immutable_uri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI); });
      add_functions(*copy_);
    }
  }

  SQLite::Database& database() { return live_ ? live_->database() : *copy_; }

 private:
  std::optional<DatabaseConnection> live_;
  std::optional<SQLite::Database> copy_;
};

/// The checks, one after the other.
class Checker {
 public:
  Checker(SQLite::Database& database, support::Timestamp now, const Progress& progress)
      : database_(database), now_(now), progress_(progress) {}

  Checked check() {
    checked_.version = find_version(database_, current_schema());
    if (checked_.version == 0) throw Unusable("this database is empty");
    try {
      check_structure();
      if (is_sound()) check_references();
      if (is_sound()) check_content();
    } catch (const SQLite::Exception& error) {
      if (!is_damage(error) || is_transient(error, database_)) throw;
      report_damage("damaged: " + std::string(error.getErrorStr()));
    }
    if (is_sound_) checked_.mendable = checked_.findings.size() - checked_.advised;
    return checked_;
  }

  /// Whether what is not derived is as it should be, as far as that was checked.
  bool is_sound() const { return is_sound_; }

 private:
  void report(const std::string& finding) { checked_.findings.push_back(finding); }

  /// A finding about what cannot be made again.
  void report_damage(const std::string& finding) {
    report(finding);
    is_sound_ = false;
  }

  void check_structure() {
    progress_("checking the structure", 0, 0);
    SQLite::Statement rows(database_,
                           "PRAGMA integrity_check(" + std::to_string(max_findings) + ')');
    while (rows.executeStep()) {
      const std::string finding = rows.getColumn(0).getString();
      require_readable(database_);
      if (finding != "ok") report_damage("damaged: " + in_one_line(finding));
    }
  }

  void check_references() {
    progress_("checking references", 0, 0);
    SQLite::Statement rows(database_, "PRAGMA foreign_key_check");
    for (std::size_t i = 0; i < max_findings && rows.executeStep(); ++i) {
      report_damage("damaged: a row of " + rows.getColumn(0).getString() + " refers to one of " +
                    rows.getColumn(2).getString() + " that is not there");
    }
  }

  void check_content() {
    checked_.is_older = checked_.version < current_schema().version();
    if (checked_.is_older) {
      try {
        check_older_schema(database_, checked_.version);
      } catch (const Unusable& error) {
        report_damage(std::string("the schema: ") + error.what());
      }
      return;
    }
    if (const std::string difference = find_schema_difference(database_); !difference.empty()) {
      report_damage("the schema: " + difference);
      return;
    }
    if (database_.execAndGet("SELECT count(*) FROM users WHERE number <= 0").getInt64() > 0) {
      report_damage("damaged: there is a user without a number");
      return;
    }
    checked_.tasks =
        database_.execAndGet("SELECT coalesce(sum(total), 0) FROM task_totals").getInt64();
    check_derived();
    check_words();
  }

  /// What users have written, and what is derived from it. Each user in a transaction of their own,
  /// so that the log of a server need not keep much.
  void check_derived() {
    DerivedRows derived(database_, now_);
    ContentCheck content(database_);
    const auto to_report = [this](const std::string& finding) { report(finding); };
    std::size_t faults = 0;
    const auto report_some = [this, &faults](const std::string& finding) {
      const bool is_reported = faults++ < max_findings;
      if (is_reported) report(finding);
      return is_reported;
    };
    const auto to_report_fault = [&](const std::string& finding) {
      if (report_some(finding)) ++checked_.advised;
    };
    const auto to_report_damage = [&](const std::string& finding) {
      report_some(finding);
      is_sound_ = false;
    };
    const std::int64_t all = database_.execAndGet("SELECT count(*) FROM users").getInt64();
    {
      const SQLite::Transaction reading(database_);
      derived.check_common(to_report);
      content.check_names(to_report_damage);
    }
    PreparedStatement next(
        database_,
        "SELECT id, number, email FROM users WHERE id > coalesce(?, '') ORDER BY id LIMIT 1");
    std::optional<support::Uuid> last;
    for (;;) {
      const SQLite::Transaction reading(database_);
      LentStatement user = next.lend();
      if (!user.bind(last).step()) break;
      const support::Uuid id = user.uuid();
      const auto number = user.column<UserNumber>();
      const std::string email = user.text();
      progress_("checking tasks and kept totals", static_cast<std::uint64_t>(checked_.users),
                static_cast<std::uint64_t>(all));
      if (checked_.findings.size() < max_findings) {
        derived.check_user(number, support::printable(email), to_report);
        content.check_user(number, support::printable(email), to_report_damage, to_report_fault);
      }
      ++checked_.users;
      last = id;
    }
  }

  void check_words() {
    WordCheck words(database_);
    PreparedStatement find_email(database_, "SELECT email FROM users WHERE number = ?");
    PreparedStatement is_deleted(database_, "SELECT 1 FROM deleted_users WHERE number = ?");
    PreparedStatement has_tasks(database_, "SELECT 1 FROM tasks WHERE owner = ? LIMIT 1");
    std::uint64_t done = 0;
    std::size_t wrong = 0;
    std::optional<UserNumber> owner;
    for (;;) {
      const SQLite::Transaction reading(database_);
      owner = words.next_owner(owner);
      if (!owner || wrong == max_findings) break;
      progress_("checking the search index", done++,
                std::max(done, static_cast<std::uint64_t>(checked_.users)));
      std::string whose = "somebody who is deleted";
      LentStatement email = find_email.lend();
      if (email.bind(*owner).step()) {
        whose = support::printable(email.text());
      } else if (!is_deleted.lend().bind(*owner).step() && has_tasks.lend().bind(*owner).step()) {
        report_damage("damaged: there are tasks of somebody who is not there");
      }
      if (words.is_right(*owner)) continue;
      report(whose + ": the search index has not the words that the tasks have");
      ++wrong;
    }
  }

  SQLite::Database& database_;
  const support::Timestamp now_;
  const Progress& progress_;
  Checked checked_;
  bool is_sound_ = true;
};

/// Makes all that is derived again.
void rebuild_all(SQLite::Database& database, support::Timestamp now, const Progress& progress) {
  progress("mending", 0, 0);
  // The sorting of all tasks takes a file, not memory.
  database.exec("PRAGMA temp_store = FILE");
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  DerivedRows(database, now).rebuild();
  WordCheck(database).rebuild();
  transaction.commit();
}

}  // namespace

}  // namespace sqlite

Checked check(const std::filesystem::path& file, Usage usage, support::Timestamp now,
              const Progress& progress) {
  sqlite::Opened opened(file, usage);
  return sqlite::translating(
      opened.database(), [&] { return sqlite::Checker(opened.database(), now, progress).check(); });
}

Checked repair(const std::filesystem::path& file, support::Timestamp now,
               const Progress& progress) {
  const sqlite::DatabaseFiles files(file);
  files.check_kinds();
  files.check_log();
  if (!system::file_status(file)) throw Unusable("there is no database");
  sqlite::DatabaseConnection connection = sqlite::opened(
      [&] { return sqlite::DatabaseConnection(file, sqlite::DatabaseConnection::Role::writer); });
  SQLite::Database& database = connection.database();
  return sqlite::translating(database, [&] {
    sqlite::Checker before(database, now, progress);
    Checked found = before.check();
    if (found.findings.empty() || found.is_older || !before.is_sound()) return found;
    connection.start_journal();
    sqlite::rebuild_all(database, now, progress);
    Checked mended = sqlite::Checker(database, now, progress).check();
    for (const std::string& finding : found.findings) {
      const auto& left = mended.findings;
      if (std::find(left.begin(), left.end(), finding) == left.end()) {
        mended.mended.push_back(finding);
      }
    }
    return mended;
  });
}

}  // namespace taskdock::store
