// A data directory whose database is not, or no longer, what a server could serve.

#include <doctest/doctest.h>
#include <signal.h>

#include <functional>
#include <map>
#include <random>

#include "cli/outcome.h"
#include "testing/account.h"
#include "testing/answers.h"
#include "testing/database.h"

namespace taskdock::testing {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int count = 150;
constexpr std::size_t page_bytes = 4096;

std::string random_bytes(std::size_t size) {
  std::mt19937_64 dice(1);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(dice());
  return bytes;
}

/// A data directory with a user and tasks, all in the database itself.
struct DamagedData {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  const fs::path file = data / "taskdock.db";
  const fs::path log = data / "taskdock.db-wal";

  DamagedData() {
    ServerProcess server(data);
    Client client(server.port());
    sign_up(client);
    for (int i = 0; i < count; ++i) {
      client.post("/api/tasks", {{"title", "task " + std::to_string(i)}, {"tags", {"home"}}});
    }
    CHECK(server.stop().status == 0);
    REQUIRE((!fs::exists(log) || fs::file_size(log) == 0));
  }

  /// The number of the first page of a table or an index.
  std::size_t root_of(const std::string& name) const {
    const TemporaryDirectory aside;  // so that nothing is left beside the database
    fs::copy(file, aside.path());
    SQLite::Database database = open_database(aside.path() / "taskdock.db");
    SQLite::Statement root(database, "SELECT rootpage FROM sqlite_schema WHERE name = ?");
    root.bind(1, name);
    REQUIRE(root.executeStep());
    return static_cast<std::size_t>(root.getColumn(0).getInt());
  }

  void overwrite(std::size_t offset, const std::string& bytes) const {
    std::string content = content_of(file);
    content.replace(offset, bytes.size(), bytes);
    write_file(file, content);
  }
  void clear_page(std::size_t number) const {
    overwrite((number - 1) * page_bytes, std::string(page_bytes, '\0'));
  }

  /// Leaves a log with changes beside the database, as a server that was killed does.
  void leave_log(const std::string& title) const {
    ServerProcess server(data);
    REQUIRE(empties_log(file));
    Client client(server.port());
    log_in(client);
    client.create_task(title);
    server.process().signal(SIGKILL);
    server.process().wait();
    REQUIRE(fs::file_size(log) > 0);
  }

  /// The bytes and the time of the last change of each file of the database.
  std::map<std::string, std::pair<std::string, fs::file_time_type>> files() const {
    std::map<std::string, std::pair<std::string, fs::file_time_type>> all;
    for (const auto& entry : fs::directory_iterator(data)) {
      if (!entry.path().filename().string().starts_with("taskdock.db")) continue;
      all[entry.path().filename().string()] = {
          entry.is_regular_file() ? content_of(entry.path()) : "", entry.last_write_time()};
    }
    return all;
  }
};

/// What is wrong with a database, and what the complaint names.
struct Damage {
  const char* what;
  const char* named;
  std::function<void(const DamagedData&)> make;
};

const std::vector<Damage> seen_at_the_start = {
    {"half of it is missing", "damaged",
     [](const DamagedData& d) { fs::resize_file(d.file, fs::file_size(d.file) / 2); }},
    {"the end of its last page is missing", "only a part of it",
     [](const DamagedData& d) { fs::resize_file(d.file, fs::file_size(d.file) - 100); }},
    {"more was appended to it", "bytes where it should have",
     [](const DamagedData& d) {
       write_file(d.file, content_of(d.file) + std::string(page_bytes, 'x'));
     }},
    {"a part of its header is missing", "damaged",
     [](const DamagedData& d) { fs::resize_file(d.file, 50); }},
    {"a bit of its first bytes is flipped", "not a database",
     [](const DamagedData& d) { d.overwrite(3, "H"); }},
    {"the size of its pages is flipped", "not a database",
     [](const DamagedData& d) { d.overwrite(16, "\x11"); }},
    {"its application id is flipped", "another program",
     [](const DamagedData& d) { d.overwrite(68, "X"); }},
    {"its version is flipped", "newer", [](const DamagedData& d) { d.overwrite(60, "\1"); }},
    {"its schema is not SQL any more", "damaged",
     [](const DamagedData& d) {
       d.overwrite(content_of(d.file).find("CREATE TABLE"), "CREATE TAXXX");
     }},
    {"its first page is zeros", "not a database", [](const DamagedData& d) { d.clear_page(1); }},
    {"the page of its number is zeros", "damaged",
     [](const DamagedData& d) { d.clear_page(d.root_of("epoch")); }},
    {"it is random bytes", "not a database",
     [](const DamagedData& d) { write_file(d.file, random_bytes(50'000)); }},
    {"it is a text", "not a database",
     [](const DamagedData& d) { write_file(d.file, "Dear diary,\n" + std::string(2000, 'x')); }},
    {"it is a directory", "not a regular file",
     [](const DamagedData& d) {
       fs::remove(d.file);
       fs::create_directory(d.file);
     }},
    {"it is another program's", "another program",
     [](const DamagedData& d) {
       fs::remove(d.file);
       open_database(d.file).exec("CREATE TABLE pets (name TEXT); INSERT INTO pets VALUES ('Mia')");
     }},
    {"it is a backup beside the log of the database before it", "does not belong to it",
     [](const DamagedData& d) {
       const fs::path backup = d.directory.path() / "backup.db";
       if (!fs::exists(backup)) {
         REQUIRE(run({"backup", backup.string(), "--data", d.data.string()}).status == 0);
       }
       d.leave_log("x");
       fs::copy_file(backup, d.file, fs::copy_options::overwrite_existing);
     }},
    {"only its log is there", "missing",
     [](const DamagedData& d) {
       d.leave_log("x");
       fs::remove(d.file);
     }},
    {"it is empty, and its log is not", "empty",
     [](const DamagedData& d) {
       d.leave_log("x");
       fs::resize_file(d.file, 0);
     }},
};

/// CHECKs that a server says of each task either what it is or that it cannot say it, and goes on;
/// or that it is refused with status 5.
void check_served(const DamagedData& damaged) {
  Process process({"--port", "0", "--data", damaged.data.string()});
  const std::string line = process.first_line();
  if (line.empty()) return check_refused(process.wait(), 5, "damaged");
  Client client(std::stoi(line.substr(line.rfind(':') + 1)));
  bool met_damage = false;
  const auto check_answer = [&met_damage](const Answer& answer) {
    if (answer.status >= 300) {
      met_damage = met_damage || contains(answer.body, "The database is damaged");
      CHECK((answer.status == 500 || answer.status == 503));
      check_error(answer, answer.status);
      return false;
    }
    return true;
  };
  const Answer session = client.post("/api/auth/login", account());
  if (check_answer(session)) client.token = session.json()["access_token"];
  for (const char* path :
       {"/api/tasks?limit=100", "/api/tasks?sort=title&limit=100", "/api/tasks?q=task&limit=100",
        "/api/tasks?tag=home&limit=100", "/api/tasks?completed=false&limit=100"}) {
    CAPTURE(path);
    const Answer list = client.get(path);
    if (client.token.empty() || !check_answer(list)) continue;
    const json page = list.json();
    for (const json& task : page["tasks"]) {
      CHECK(task["title"].get<std::string>().starts_with("task "));
      check_answer(client.get("/api/tasks/" + task["id"].get<std::string>()));
    }
  }
  const Answer added = client.post("/api/tasks", {{"title", "task added"}});
  if (!client.token.empty() && check_answer(added)) {
    const Answer found = client.get("/api/tasks/" + added.json()["id"].get<std::string>());
    if (check_answer(found)) CHECK(found.json()["title"] == "task added");
  }
  const Answer health = client.get("/health");
  check_answer(health);
  // Who has been told of damage is not told that all is well.
  if (met_damage) CHECK(health.status == 503);
  process.signal(SIGTERM);
  CHECK(process.wait().status == 0);
}

}  // namespace

TEST_CASE_FIXTURE(DamagedData,
                  "cli/damaged_database: what is damaged so that it shows at the start is refused "
                  "with status 5 and a reason, and not one of its files is touched") {
  const fs::path healthy = directory.path() / "healthy";
  fs::copy(data, healthy);
  for (const Damage& damage : seen_at_the_start) {
    CAPTURE(std::string(damage.what));
    fs::remove_all(data);
    fs::copy(healthy, data);
    damage.make(*this);
    const auto before = files();
    check_refused(run({"--port", "0", "--data", data.string()}), 5, damage.named);
    const Finished checked = run({"check", "--data", data.string()});
    CHECK(checked.status == 5);
    CHECK(!(checked.output + checked.errors).empty());
    const bool is_untouched = files() == before;
    CHECK(is_untouched);
  }
}

TEST_CASE_FIXTURE(
    DamagedData,
    "cli/damaged_database: what does not show at the start is an error where it is "
    "read, in the shape of all errors, the server goes on, and taskdock check names it") {
  const std::string healthy = content_of(file);
  // Of a tree that has more than one level the first page says only where the others are.
  for (const char* name : {"tasks", "tasks_by_title", "tasks_by_completion", "task_words_data",
                           "task_tags", "sessions", "task_totals"}) {
    CAPTURE(std::string(name));
    write_file(file, healthy);
    clear_page(root_of(name));
    const Finished checked = run({"check", "--data", data.string()});
    CHECK(checked.status == 5);
    CHECK(contains(checked.output + checked.errors, "damaged"));
    check_served(*this);
  }
  for (std::size_t page = healthy.size() / page_bytes; page > healthy.size() / page_bytes - 10;
       --page) {
    CAPTURE(page);
    write_file(file, healthy);
    clear_page(page);
    check_served(*this);
  }
}

TEST_CASE_FIXTURE(DamagedData,
                  "cli/damaged_database: an empty file is a database that was not begun yet") {
  write_file(file, "");
  ServerProcess server(data);
  Client client(server.port());
  sign_up(client);
  CHECK(client.get("/api/tasks").json()["total"] == 0);
}

TEST_CASE_FIXTURE(DamagedData,
                  "cli/damaged_database: with the log of another database, or of an older state, "
                  "the server serves or refuses, and does not crash") {
  const std::string older = content_of(file);
  leave_log("task of this log");
  SUBCASE("the log is of an older state") {
    const std::string older_log = content_of(log);
    make_data(data);  // the log is folded in
    for (int i = 0; i < 3; ++i) {
      ServerProcess server(data);
      Client client(server.port());
      log_in(client);
      for (int k = 0; k < 20; ++k) client.create_task("task later");
      REQUIRE(server.stop().status == 0);
    }
    write_file(log, older_log);
  }
  SUBCASE("the database is of an older state than the log") {
    write_file(file, older);
  }
  SUBCASE("the log is of another database") {
    const DamagedData other;
    other.leave_log("task of another log");
    fs::remove(data / "taskdock.db-shm");
    write_file(log, content_of(other.log));
  }
  Process process({"--port", "0", "--data", data.string()});
  const std::string line = process.first_line();
  if (line.empty()) return check_refused(process.wait(), 5, "damaged");
  Client client(std::stoi(line.substr(line.rfind(':') + 1)));
  const Answer session = client.post("/api/auth/login", account());
  CHECK(session.status >= 200);
  if (session.status == 200) client.token = session.json()["access_token"];
  for (const char* path : {"/api/tasks?limit=100", "/api/tasks?q=task", "/api/tasks?sort=title"}) {
    const Answer list = client.get(path);
    if (list.status != 200) check_error(list, list.status);
  }
  const Answer added = client.post("/api/tasks", {{"title", "task added"}});
  if (added.status != 201) check_error(added, added.status);
  process.signal(SIGTERM);
  CHECK(process.wait().status == 0);
}

}  // namespace taskdock::testing
