#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <regex>

#include "cli/outcome.h"
#include "store/store.h"
#include "testing/account.h"
#include "testing/client.h"

namespace taskdock::testing {

namespace {

/// `taskdock user arguments...` on the data directory `data`, with `input` to read.
Finished user(const std::filesystem::path& data, Process::Strings arguments,
              const std::string& input = account_password + '\n') {
  arguments.insert(arguments.begin(), "user");
  arguments.insert(arguments.end(), {"--data", data.string()});
  return run_with_input(input, arguments);
}

void check_done(const Finished& finished) {
  CHECK(finished.status == 0);
  CHECK(finished.output.empty());
  CHECK(finished.errors.empty());
}

std::string listed(const std::filesystem::path& data) {
  const Finished finished = user(data, {"list"});
  CHECK(finished.status == 0);
  CHECK(finished.errors.empty());
  return finished.output;
}

Answer log_in_with(Client& client, const std::string& with = account_password) {
  return client.post("/api/auth/login", {{"email", account_email}, {"password", with}});
}

std::size_t files_in(const std::filesystem::path& directory) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory),
                                                std::filesystem::directory_iterator()));
}

}  // namespace

TEST_CASE("cli/user_command: who is added to a new data directory can log in, sign-up closed") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "new" / "data";
  check_done(user(data, {"add", " Ann@Example.COM", "--name", " Ann B. "}));
  ServerProcess server(data, {"--signup", "closed"});
  Client client(server.port());
  const Answer answer = log_in_with(client);
  CHECK(answer.status == 200);
  CHECK(answer.json()["user"]["email"] == account_email);
  CHECK(answer.json()["user"]["name"] == "Ann B.");
  client.token = answer.json()["access_token"];
  client.create_task("Buy milk");
}

TEST_CASE("cli/user_command: a user is listed with email, name, time and tasks, oldest first") {
  const TemporaryDirectory data;
  check_done(user(data.path(), {"add", "zoe@example.com"}));
  {
    ServerProcess server(data.path());
    Client client(server.port());
    client.sign_up(account_email, account_password);
    client.create_task("one");
    client.create_task("two");
  }
  check_done(user(data.path(), {"add", "mia@example.com", "--name", "Mia"}));
  const std::string time = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)";
  const std::string list = listed(data.path());
  CAPTURE(list);
  CHECK(std::regex_match(
      list, std::regex("zoe@example\\.com\tzoe\t" + time + "\t0\n" + "ann@example\\.com\tann\t" +
                       time + "\t2\n" + "mia@example\\.com\tMia\t" + time + "\t0\n")));
}

TEST_CASE("cli/user_command: a list without users is empty") {
  const TemporaryDirectory data;
  CHECK(ServerProcess(data.path()).stop().status == 0);
  CHECK(listed(data.path()).empty());
}

TEST_CASE("cli/user_command: no control character of a name reaches the list") {
  const TemporaryDirectory data;
  check_done(
      user(data.path(), {"add", account_email, "--name", "A\x1b[2J\tB\nC\x7f\u0085\u009bD é水"}));
  CHECK(contains(listed(data.path()), "\tA?[2J?B?C???D é水\t"));
}

TEST_CASE("cli/user_command: an email that is taken is refused") {
  const TemporaryDirectory data;
  check_done(user(data.path(), {"add", account_email}));
  const std::string before = listed(data.path());
  check_refused(user(data.path(), {"add", "ANN@example.com", "--name", "Another"}), 1,
                account_email);
  CHECK(listed(data.path()) == before);
}

TEST_CASE("cli/user_command: a wrong email or name is refused before anything is made") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  for (const std::string wrong : {"ann", "ann@", "@example.com", "a b@example.com", "", " ",
                                  "ann@example.com\xff", "ann@example", "ann\n@example.com"}) {
    for (const char* command : {"add", "passwd", "delete"}) {
      CAPTURE(wrong);
      check_refused(user(data, {command, wrong}), 2, "EMAIL: ");
    }
  }
  for (const std::string& wrong : {std::string(" "), std::string(101, 'x'), std::string("\xff")}) {
    check_refused(user(data, {"add", account_email, "--name", wrong}), 2, "--name: ");
  }
  CHECK_FALSE(std::filesystem::exists(data));
}

TEST_CASE("cli/user_command: what is unknown, missing or too much is refused") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  for (const Process::Strings& wrong :
       std::vector<Process::Strings>{{},
                                     {"nonsense"},
                                     {"add"},
                                     {"passwd"},
                                     {"delete"},
                                     {"list", account_email},
                                     {"list", "list"},
                                     {"add", account_email, "more"},
                                     {"add", account_email, "--name"},
                                     {"add", account_email, "serve"},
                                     {"passwd", account_email, "--name", "Ann"},
                                     {"delete", account_email, "--nonsense"}}) {
    check_refused(user(data, wrong), 2, "");
  }
  CHECK_FALSE(std::filesystem::exists(data));
}

TEST_CASE("cli/user_command: a password that sign-up refuses is refused, and not shown") {
  const TemporaryDirectory data;
  check_done(user(data.path(), {"add", account_email}));
  const std::string before = listed(data.path());
  const std::string denylist = (data.path() / "denied").string();
  write_file(denylist, "password1\nhorse battery\n");
  struct Wrong {
    std::string input;
    std::string word;
  };
  for (const Wrong& wrong : std::vector<Wrong>{
           {"", "no password"},
           {"\n", "at least 8"},
           {"horse77\n", "at least 8"},
           {"horse77\r\n", "at least 8"},
           {std::string(129, 'h') + '\n', "at most 128"},
           {std::string(100'000, 'h') + '\n', "too long: it may have at most 128 characters"},
           {std::string("horse\0battery\n", 14), "U+0000"},
           {"horse\xff battery\n", "UTF-8"},
           {"horse battery\n", "denied"},
           {"BOB@example.com\n", "the same"},
       }) {
    const Finished added =
        user(data.path(), {"add", "bob@example.com", "--password-denylist", denylist}, wrong.input);
    check_refused(added, 2, wrong.word);
    CHECK_FALSE(contains(added.errors, "horse"));
    CHECK_FALSE(contains(added.errors, "hhh"));
  }
  check_refused(user(data.path(), {"passwd", account_email}, "ann@EXAMPLE.com\n"), 2, "the same");
  check_refused(user(data.path(), {"passwd", account_email}, "short\n"), 2, "at least 8");
  CHECK(listed(data.path()) == before);
  ServerProcess server(data.path());
  Client client(server.port());
  CHECK(log_in_with(client).status == 200);
}

TEST_CASE("cli/user_command: a list of passwords that cannot be read is refused before all else") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  const std::string denylist = (temporary.path() / "nowhere").string();
  check_refused(user(data, {"add", account_email, "--password-denylist", denylist}), 2,
                "--password-denylist: " + denylist + " cannot be read");
  CHECK_FALSE(std::filesystem::exists(data));
}

TEST_CASE("cli/user_command: the first line of standard input is the password, however it ends") {
  for (const std::string end : {"", "\n", "\r\n", "\nmore\n"}) {
    for (const std::string& chosen : {std::string("  two  spaces "), std::string(128, 'h'),
                                      std::string("пароль水🥛é")}) {
      CAPTURE(end);
      const TemporaryDirectory data;
      check_done(user(data.path(), {"add", account_email}, chosen + end));
      ServerProcess server(data.path());
      Client client(server.port());
      CHECK(log_in_with(client, chosen).status == 200);
    }
  }
}

TEST_CASE("cli/user_command: a command beside a running server counts there at once") {
  const TemporaryDirectory data;
  ServerProcess server(data.path());
  Client client(server.port());
  client.sign_up(account_email, account_password);
  client.create_task("Buy milk");
  const std::string session = client.token;

  check_done(user(data.path(), {"add", "bob@example.com"}));
  CHECK(
      client.post("/api/auth/login", {{"email", "bob@example.com"}, {"password", account_password}})
          .status == 200);
  CHECK(count_lines(listed(data.path())) == 2);

  check_done(user(data.path(), {"passwd", account_email}, "another horse\n"));
  CHECK(client.get("/api/auth/me").status == 401);
  CHECK(log_in_with(client).status == 401);
  const Answer answer = log_in_with(client, "another horse");
  CHECK(answer.status == 200);
  client.token = answer.json()["access_token"];
  CHECK(client.get("/api/tasks").json()["total"] == 1);

  check_done(user(data.path(), {"delete", account_email}));
  CHECK(client.get("/api/auth/me").status == 401);
  CHECK(log_in_with(client, "another horse").status == 401);
  CHECK(count_lines(listed(data.path())) == 1);
  CHECK(server.stop().status == 0);
}

TEST_CASE("cli/user_command: who is asked for a password keeps no server from starting") {
  const TemporaryDirectory data;
  const TemporaryDirectory files;
  const auto answers = files.path() / "answers";
  // So that the command does not come while the server makes the database.
  check_done(user(data.path(), {"add", "bob@example.com"}));
  REQUIRE(::mkfifo(answers.c_str(), 0600) == 0);
  Process command({"user", "add", account_email, "--data", data.path().string()}, {}, answers);
  const int typing = ::open(answers.c_str(), O_WRONLY | O_CLOEXEC);
  ServerProcess server(data.path());
  REQUIRE(::write(typing, "correct horse\n", 14) == 14);
  ::close(typing);
  check_done(command.wait());
  Client client(server.port());
  CHECK(log_in_with(client).status == 200);
}

TEST_CASE("cli/user_command: a list that cannot be written is an error") {
  const TemporaryDirectory data;
  check_done(user(data.path(), {"add", account_email}));
  const Finished finished = run_shell("exec \"$TASKDOCK\" user list >/dev/full",
                                      {"TASKDOCK_DATA=" + data.path().string()});
  CHECK(finished.status == 1);
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, "standard output"));
}

TEST_CASE("cli/user_command: with standard streams closed no file takes their place") {
  const TemporaryDirectory data;
  const Process::Strings environment = {"TASKDOCK_DATA=" + data.path().string()};
  check_done(user(data.path(), {"add", account_email}));
  ServerProcess server(data.path());
  const std::string lock = content_of(data.path() / "taskdock.lock");
  const Finished no_input =
      run_shell("exec \"$TASKDOCK\" user add bob@example.com <&-", environment);
  check_refused(no_input, 2, "no password");
  CHECK(run_shell("exec \"$TASKDOCK\" user list >&- 2>&-", environment).status == 0);
  CHECK(run_shell("exec \"$TASKDOCK\" user nonsense <&- >&- 2>&-", environment).status == 2);
  CHECK(content_of(data.path() / "taskdock.lock") == lock);
  CHECK(count_lines(listed(data.path())) == 1);
}

TEST_CASE("cli/user_command: a password that cannot be read is an error") {
  const TemporaryDirectory data;
  const Process::Strings environment = {"TASKDOCK_DATA=" + data.path().string()};
  for (const char* input : {"0>/dev/null", "</"}) {  // opened for writing, and a directory
    const Finished finished =
        run_shell("exec \"$TASKDOCK\" user add ann@example.com " + std::string(input), environment);
    check_refused(finished, 1, "the password cannot be read from standard input");
  }
}

TEST_CASE("cli/user_command: without a database only adding a user makes one") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  const std::vector<Process::Strings> commands = {
      {"list"}, {"passwd", account_email}, {"delete", account_email}};
  for (const Process::Strings& command : commands) {
    check_refused(user(data, command), 5, data.string() + ": there is no database");
  }
  CHECK_FALSE(std::filesystem::exists(data));
  std::filesystem::create_directory(data);
  for (const Process::Strings& command : commands) {
    check_refused(user(data, command), 5, "there is no database");
  }
  CHECK(std::filesystem::is_empty(data));
}

TEST_CASE("cli/user_command: an email that nobody has is refused") {
  const TemporaryDirectory data;
  check_done(user(data.path(), {"add", account_email}));
  for (const char* command : {"passwd", "delete"}) {
    check_refused(user(data.path(), {command, "bob@example.com"}), 1,
                  "bob@example.com: no user has this email");
  }
  CHECK(contains(listed(data.path()), account_email));
}

TEST_CASE("cli/user_command: a new password ends all sessions, and the old one is no good") {
  const TemporaryDirectory data;
  nlohmann::json session;
  {
    ServerProcess server(data.path());
    Client client(server.port());
    client.sign_up(account_email, account_password);
    client.create_task("Buy milk");
    session = log_in_with(client).json();
  }
  check_done(user(data.path(), {"passwd", " ANN@example.com "}, "another horse\n"));
  ServerProcess server(data.path());
  Client client(server.port());
  client.token = session["access_token"];
  CHECK(client.get("/api/auth/me").status == 401);
  CHECK(client.post("/api/auth/refresh", {{"refresh_token", session["refresh_token"]}}).status ==
        401);
  CHECK(log_in_with(client).status == 401);
  const Answer answer = log_in_with(client, "another horse");
  CHECK(answer.status == 200);
  client.token = answer.json()["access_token"];
  CHECK(client.get("/api/auth/sessions").json()["total"] == 1);
  CHECK(client.get("/api/tasks").json()["total"] == 1);
}

TEST_CASE("cli/user_command: nothing of a deleted user stays, and nothing of others goes") {
  const TemporaryDirectory data;
  const auto database = data.path() / "taskdock.db";
  const auto is_kept = [&](const std::string& text) {
    return contains(content_of(database), text) ||
           contains(content_of(database.string() + "-wal"), text);
  };
  std::string token;
  {
    ServerProcess server(data.path());
    Client client(server.port());
    client.sign_up("bob@example.com", account_password);
    client.create_task("Theirs to keep");
    client.sign_up(account_email, account_password);
    token = client.token;
    for (int i = 0; i < 100; ++i) client.create_task("Buy milk " + std::to_string(i));
    SUBCASE("after the server was asked to stop") {}
    SUBCASE("after it was killed") {
      server.process().signal(SIGKILL);
      server.process().wait();
    }
  }
  REQUIRE(is_kept(account_email));
  REQUIRE(is_kept("Buy milk"));
  check_done(user(data.path(), {"delete", "Ann@example.com"}));
  CHECK_FALSE(is_kept("ann@"));
  CHECK_FALSE(is_kept("Buy milk"));
  CHECK(is_kept("Theirs to keep"));
  const std::string list = listed(data.path());
  CHECK(count_lines(list) == 1);
  CHECK(contains(list, "bob@example.com"));
  ServerProcess server(data.path());
  Client client(server.port());
  client.token = token;
  CHECK(client.get("/api/auth/me").status == 401);
  CHECK(log_in_with(client).status == 401);
}

TEST_CASE("cli/user_command: what it makes is for its owner only") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  check_done(user(data, {"add", account_email}));
  CHECK(mode_of(data) == 0700);
  CHECK(files_in(data) == 2);  // the database and the lock
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    CHECK(mode_of(entry.path()) == 0600);
  }
}

TEST_CASE("cli/user_command: the data directory and the list of passwords may be variables") {
  const TemporaryDirectory data;
  const auto denylist = data.path() / "denied";
  write_file(denylist, account_password);
  const Process::Strings environment = {"TASKDOCK_DATA=" + data.path().string(),
                                        "TASKDOCK_PASSWORD_DENYLIST=" + denylist.string()};
  check_refused(run_with_input(account_password, {"user", "add", account_email}, environment), 2,
                "denied");
  check_done(run_with_input("another horse", {"user", "add", account_email}, environment));
  CHECK(contains(run({"user", "list"}, environment).output, account_email));
}

TEST_CASE("cli/user_command: options may stand before the command and behind it") {
  const TemporaryDirectory data;
  check_done(run_with_input(account_password,
                            {"--data", data.path().string(), "user", "add", account_email}));
  CHECK(contains(run({"user", "--data", data.path().string(), "list"}).output, account_email));
}

TEST_CASE("cli/user_command: --help names the commands and what they take") {
  CHECK(contains(run({"--help"}).output, "\n  user "));
  const std::string help = run({"user", "--help"}).output;
  for (const char* command : {"list", "add", "passwd", "delete"}) {
    CHECK(contains(help, std::string("\n  ") + command + ' '));
    const Finished finished = run({"user", command, "--help"});
    CHECK(finished.status == 0);
    CHECK(contains(finished.output, "EMAIL") == (std::string(command) != "list"));
    CHECK(contains(finished.output, "--name") == (std::string(command) == "add"));
  }
}

TEST_CASE("cli/user_command: what is wrong with a value is said in a sentence about it") {
  const TemporaryDirectory data;
  check_refused(user(data.path(), {"add", account_email}, "short\n"), 2,
                "Password should have at least 8 characters");
  check_refused(user(data.path(), {"add", account_email}, "\xff\xff\xff\xff\xff\xff\xff\xff\n"), 2,
                "password is not valid UTF-8");
  check_refused(user(data.path(), {"add", "ann"}), 2, "Email is not a valid email address");
  check_refused(user(data.path(), {"add", account_email, "--name", std::string(101, 'x')}), 2,
                "Name should have at most 100 characters");
}

TEST_CASE("cli/user_command: delete says where copies of what it deleted could not be removed") {
  const TemporaryDirectory data;
  check_done(user(data.path(), {"add", account_email}));
  store::Store store(data.path() / "taskdock.db", {.readers = 2, .may_migrate = false});
  store::Snapshot reader = store.snapshot();
  REQUIRE(reader.has_users());
  const Finished finished = user(data.path(), {"delete", account_email});
  CHECK(finished.status == 0);
  CHECK(contains(finished.errors, "stays in its write-ahead log"));
  CHECK_FALSE(store.snapshot().has_users());
}

TEST_CASE("cli/user_command: a database with a second name is refused with status 5") {
  const TemporaryDirectory data;
  const TemporaryDirectory other;
  check_done(user(data.path(), {"add", account_email}));
  std::filesystem::create_hard_link(data.path() / "taskdock.db", other.path() / "taskdock.db");
  check_refused(user(other.path(), {"list"}), 5, "a second name (a hard link)");
  check_refused(run({"--port", "0", "--data", other.path().string()}), 5,
                "a second name (a hard link)");
}

}  // namespace taskdock::testing
