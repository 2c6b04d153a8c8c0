// Tasks move out and in by command, also while a server runs.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "cli/outcome.h"
#include "testing/account.h"
#include "testing/client.h"

namespace taskdock::testing {

using nlohmann::json;

namespace {

/// A data directory with a server that has one user with three tasks, one of them deleted; and
/// files beside it.
struct MovingServer {
  TemporaryDirectory data;
  TemporaryDirectory files;
  ServerProcess server{data.path()};
  Client client{server.port()};

  MovingServer() {
    sign_up(client);
    client.create_task("Milk, \"fresh\"");
    client.create_task("=1+1");
    const json gone = client.create_task("Gone");
    client.call("DELETE", "/api/tasks/" + gone["id"].get<std::string>());
  }

  std::string file(const std::string& name) const { return (files.path() / name).string(); }

  Process::Strings with_data(Process::Strings arguments) const {
    arguments.insert(arguments.end(), {"--data", data.path().string()});
    return arguments;
  }
  Finished command(const Process::Strings& arguments) const { return run(with_data(arguments)); }
  Finished command_with(const std::string& input, const Process::Strings& arguments) const {
    return run_with_input(input, with_data(arguments));
  }
  int total() { return client.get("/api/tasks").json()["total"]; }
};

void check_output(const Finished& finished, const std::string& output) {
  CAPTURE(finished.errors);
  CHECK(finished.status == 0);
  CHECK(finished.output == output);
  CHECK(finished.errors.empty());
}

}  // namespace

TEST_CASE_FIXTURE(MovingServer, "cli/move: an import that is interrupted says so") {
  const std::string input = file("input");
  REQUIRE(::mkfifo(input.c_str(), 0600) == 0);
  ShellProcess process("exec 3<>'" + input +
                       "'; exec \"$TASKDOCK\" import - --format json --data '" +
                       data.path().string() + "' <&3");
  // Until the signal is blocked, since a thread is to take it: before, it would end the process.
  // The threads themselves say nothing, because a sanitizer has one too, in the shell's place even.
  REQUIRE(becomes_true([&] {
    std::ifstream status("/proc/" + std::to_string(process.id()) + "/status");
    std::string line;
    while (std::getline(status, line) && !line.starts_with("SigBlk:")) {
    }
    return !line.empty() && (std::stoull(line.substr(7), nullptr, 16) >> (SIGTERM - 1) & 1) != 0;
  }));
  process.signal(SIGTERM);
  const Finished finished = process.wait();
  CHECK(finished.status == 1);
  CHECK(finished.errors == "taskdock: interrupted; what was not finished is not kept\n");
  CHECK(total() == 2);
}

TEST_CASE_FIXTURE(MovingServer,
                  "cli/move: a command exports what the API does, beside the server") {
  for (const char* format : {"json", "csv"}) {
    const std::string expected = client.get(std::string("/api/tasks/export?format=") + format).body;
    check_output(command({"export", "--format", format}), expected);
    check_output(command({"export", "--format", format, "-"}), expected);
    const std::string name = file(std::string("tasks.") + format);
    check_output(command({"export", "--user", "Ann@Example.com", name}), "");
    CHECK(content_of(name) == expected);
    CHECK(mode_of(name) == 0600);
  }
}

TEST_CASE_FIXTURE(
    MovingServer,
    "cli/move: a file is only replaced with --force, and nothing is left of one that failed") {
  const std::string name = file("tasks.json");
  write_file(name, "precious");
  write_file(name + ".new", "of the user");
  check_refused(command({"export", name}), 1, "--force");
  CHECK(content_of(name) == "precious");
  check_output(command({"export", "--force", name}), "");
  CHECK(content_of(name).starts_with("{\"format\":\"taskdock\""));
  check_refused(command({"export", files.path().string(), "--force"}), 2, "is a directory");
  check_refused(command({"export", file("none/tasks.json")}), 1, "cannot be written");
  CHECK(content_of(name + ".new") == "of the user");
  CHECK(std::distance(std::filesystem::directory_iterator(files.path()), {}) == 2);
}

TEST_CASE_FIXTURE(MovingServer,
                  "cli/move: what a command imports is there for the server at once, and once") {
  REQUIRE(command({"export", file("tasks.csv")}).status == 0);
  REQUIRE(run_with_input("correct horse\n", with_data({"user", "add", "bob@example.com"})).status ==
          0);
  check_refused(command({"import", file("tasks.csv")}), 2, "--user");
  check_refused(command({"export"}), 2, "--user");
  const Process::Strings import = {"import", "--user", "bob@example.com", file("tasks.csv")};
  Process::Strings dry = import;
  dry.push_back("--dry-run");
  check_output(command(dry), "3 tasks would be imported, 0 skipped\n");
  check_output(command(import), "3 tasks imported, 0 skipped\n");
  check_output(command(import),
               "0 tasks imported, 3 skipped: 2 there already, 1 deleted before (--deleted brings "
               "them back)\n");
  log_in(client, "bob@example.com");
  CHECK(total() == 2);
  CHECK(client.get("/api/tasks/trash").json()["total"] == 1);
  CHECK(client.get("/api/tasks?q=fresh").json()["total"] == 1);
}

TEST_CASE_FIXTURE(
    MovingServer,
    "cli/move: standard input is imported, and what it is, its beginning or --format says") {
  check_output(command_with(R"({"tasks":[{"title":"A"}]})", {"import", "-"}),
               "1 task imported, 0 skipped\n");
  check_output(command_with("title\nB\n", {"import", "-", "--format", "csv"}),
               "1 task imported, 0 skipped\n");
  check_refused(command_with("a text", {"import", "-"}), 2, "--format");
  check_refused(command_with("title\nB\n", {"import", "-", "--format", "xml"}), 2, "json");
  CHECK(total() == 4);
}

TEST_CASE_FIXTURE(MovingServer,
                  "cli/move: why tasks are skipped is said, and options import them") {
  const std::string name = file("tasks.csv");
  write_file(name, "title\nA\nB\n");
  check_output(command({"import", name}), "2 tasks imported, 0 skipped\n");
  check_output(command({"import", name}),
               "0 tasks imported, 2 skipped: 2 equal to imported ones (--equal import imports "
               "them)\n");
  check_output(command({"import", name, "--equal", "import", "--dry-run"}),
               "2 tasks would be imported, 0 skipped\n");
  check_refused(command({"import", name, "--equal", "both"}), 2, "import, skip");
  const std::string own = file("tasks.json");
  REQUIRE(command({"export", own}).status == 0);
  const json all = client.get("/api/tasks").json()["tasks"];
  for (const json& task : all) {
    REQUIRE(client.call("DELETE", "/api/tasks/" + task["id"].get<std::string>()).status == 204);
  }
  REQUIRE(client.call("DELETE", "/api/tasks/trash").status == 204);
  check_output(command({"import", own, "--deleted"}), "5 tasks imported, 0 skipped\n");
  CHECK(total() == 4);
}

TEST_CASE_FIXTURE(
    MovingServer,
    "cli/move: tasks without a time are the newest when they are imported, and are known again") {
  const auto titles = [this] {
    std::string all;
    const json list = client.get("/api/tasks").json()["tasks"];
    for (const json& task : list) all += task["title"].get<std::string>() + '|';
    return all;
  };
  const auto id_of = [this](const std::string& title) {
    return client.get("/api/tasks?q=" + title).json()["tasks"].at(0)["id"].get<std::string>();
  };
  const std::string todo = file("todo.txt");
  write_file(todo, "(A) Call Ann +phone\nWater the plants\n");
  const std::string todoist = file("Home.csv");
  write_file(todoist, "TYPE,CONTENT\ntask,Paint the door\ntask,Sweep\n");
  for (const std::string& each : {todo, todoist}) {
    check_output(command({"import", each}), "2 tasks imported, 0 skipped\n");
  }
  const std::string all = "Sweep|Paint the door|Water the plants|Call Ann|=1+1|Milk, \"fresh\"|";
  CHECK(titles() == all);
  const std::string known =
      "0 tasks imported, 2 skipped: 2 equal to imported ones (--equal import imports them)\n";
  for (const std::string& each : {todo, todoist}) check_output(command({"import", each}), known);
  CHECK(titles() == all);
  const json newest = client.get("/api/tasks").json()["tasks"][0];
  CHECK(newest["created_at"].get<std::string>() > "2020");
  CHECK(newest["created_at"] == newest["updated_at"]);

  REQUIRE(client.call("PATCH", "/api/tasks/" + id_of("Paint"), R"({"title":"Painted"})").status ==
          200);
  REQUIRE(client.call("PATCH", "/api/tasks/" + id_of("Sweep") + "/complete", "{}").status == 200);
  check_output(command({"import", todoist}), known);

  for (const char* title : {"Call", "Water"}) {
    REQUIRE(client.call("DELETE", "/api/tasks/" + id_of(title)).status == 204);
    // One stays in the trash, beside the one that was there before.
    if (title[0] == 'C') REQUIRE(client.call("DELETE", "/api/tasks/trash").status == 204);
  }
  const std::string deleted =
      "0 tasks imported, 2 skipped: 2 deleted before (--deleted brings them back)\n";
  check_output(command({"import", todo}), deleted);
  check_output(
      command({"import", todo, "--dry-run"}),
      "0 tasks would be imported, 2 skipped: 2 deleted before (--deleted brings them back)\n");
  CHECK(titles() == "Sweep|Painted|=1+1|Milk, \"fresh\"|");
  check_output(command({"import", todo, "--deleted", "--dry-run"}),
               "2 tasks would be imported, 0 skipped\n");
  check_output(command({"import", todo, "--deleted"}), "2 tasks imported, 0 skipped\n");
  // The one that was gone for good is created now.
  CHECK(titles() == "Call Ann|Sweep|Painted|Water the plants|=1+1|Milk, \"fresh\"|");
  check_output(command({"import", todo, "--deleted"}), known);
}

TEST_CASE_FIXTURE(
    MovingServer,
    "cli/move: each fault of a file is a line, with its place, and nothing is imported") {
  const std::string name = file("tasks.csv");
  write_file(name, "title,due_date\nGood,\n,\nA,tomorrow\n");
  const Finished finished = command({"import", name});
  CHECK(finished.status == 2);
  CHECK(finished.output.empty());
  CHECK(finished.errors ==
        "taskdock: " + name + ": Line 3: Title should have at least 1 character\n" +
            "taskdock: " + name +
            ": Line 4: Due date must be a date or time, as 2026-08-08, 2026-08-08T10:30 or "
            "2026-08-08T10:30:00Z\n" +
            "taskdock: " + name + ": nothing was imported: 2 faults\n");
  CHECK(total() == 2);
}

TEST_CASE_FIXTURE(MovingServer,
                  "cli/move: a file that cannot be read, or a user that is not there, is said") {
  check_refused(command({"import", file("none.csv")}), 2, "none.csv cannot be read");
  check_refused(command({"import", files.path().string()}), 2, "a directory");
  const std::string fifo = file("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  check_refused(command({"import", fifo}), 2, "as -");
  check_refused(command({"export", "--user", "nobody@example.com"}), 1, "no user has this email");
  const TemporaryDirectory empty;
  check_refused(run({"export", "--data", empty.path().string()}), 5, "");
}

TEST_CASE_FIXTURE(MovingServer, "cli/move: who reads no further ends an export with status 1") {
  const Finished finished =
      run_shell("exec \"$TASKDOCK\" export --data " + data.path().string() + " >/dev/full");
  check_refused(finished, 1, "standard output");
}

}  // namespace taskdock::testing
