#include "cli/command_line.h"

#include <doctest/doctest.h>

#include <cstdio>

#include "cli/build_info.h"
#include "cli/outcome.h"
#include "testing/client.h"

namespace taskdock::testing {

namespace {

/// CHECKs that the command line is refused with status 2 and one line, and that nothing was begun.
void check_refused(const Process::Strings& arguments, const Process::Strings& environment = {}) {
  const TemporaryDirectory directory;
  Process::Strings all_environment = {"TASKDOCK_DATA=" + (directory.path() / "data").string()};
  all_environment.insert(all_environment.end(), environment.begin(), environment.end());
  std::string shown;
  for (const std::string& text : arguments) shown += ' ' + text;
  for (const std::string& text : environment) shown += ' ' + text;
  CAPTURE(shown);
  const Finished finished = run(arguments, all_environment);
  CHECK(finished.status == 2);
  CHECK(finished.output.empty());
  CAPTURE(finished.errors);
  CHECK(is_one_complaint(finished.errors));
  CHECK_FALSE(std::filesystem::exists(directory.path() / "data"));
}

struct Setting {
  const char* flag;
  const char* variable;
  std::vector<std::string> wrong;
};

const std::vector<std::string> wrong_ttls = {
    "0", "-1", "x", "30m", "1.5", "315360001", "99999999999999999999"};

const std::vector<std::string> wrong_allowances = {
    "20",    "20/",  "/30",   "/",         "0/30",      "20/0",   "-1/30", "20/-1",
    "x/30",  "20/x", "1.5/2", "1000001/1", "1/1000001", "20/3/5", " ",     "99999999999999999999/1",
    "20/30s"};

const std::vector<std::string> wrong_limits = {"0",   "-1", "x", "1.5", "99999999999999999999",
                                               "None"};

const std::vector<Setting> settings = {
    {"--host",
     "TASKDOCK_HOST",
     {"example.com", "127.0.0", "127.0.0.1:80", "256.1.1.1", "[::1]", "::g", " ", "0.0.0.0 "}},
    {"--port",
     "TASKDOCK_PORT",
     {"x", "80x", "-1", "65536", "99999999999999999999", "1.5", " ", "http"}},
    {"--listen",
     "TASKDOCK_LISTEN",
     {"8000",
      "127.0.0.1:8000",
      "http://127.0.0.1",
      "http://127.0.0.1:",
      "http://127.0.0.1:x",
      "http://127.0.0.1:65536",
      "http://127.0.0.1:80/",
      "http://:80",
      "http://::1:80",
      "http://[::1]",
      "http://[127.0.0.1]:80",
      "http://tasks.example:80",
      "https://127.0.0.1:80",
      "HTTP://127.0.0.1:80",
      "unix:",
      "unix",
      "unix:a\nb",
      "/run/taskdock",
      "http://",
      " "}},
    {"--trusted-proxies",
     "TASKDOCK_TRUSTED_PROXIES",
     {"localhost", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/-1", "fd00::/129",
      "fd00::1/8", "[::1]", "127.0.0.1:80", "Unix", "*", "none,unix", "10.0.0.0/8/8",
      "::ffff:10.0.0.0/104"}},
    {"--log-level", "TASKDOCK_LOG_LEVEL", {"loud", "INFO", "warn", "2", " "}},
    {"--log-format", "TASKDOCK_LOG_FORMAT", {"JSON", "plain", "1", " "}},
    {"--log-size", "TASKDOCK_LOG_SIZE", {"0", "-1", "x", "10M", "1048577"}},
    {"--log-keep", "TASKDOCK_LOG_KEEP", {"0", "-1", "x", "1001"}},
    {"--ready", "TASKDOCK_READY", {"JSON", "yes", " ", "text,json"}},
    {"--exit-on", "TASKDOCK_EXIT_ON", {"parents", "pid:0", "pid:", "pid:x", "stdin parent", "1"}},
    {"--access-token-ttl", "TASKDOCK_ACCESS_TOKEN_TTL", wrong_ttls},
    {"--refresh-token-ttl", "TASKDOCK_REFRESH_TOKEN_TTL", wrong_ttls},
    {"--signup", "TASKDOCK_SIGNUP", {"Open", "on", "nobody", "open,closed", " "}},
    {"--throttle", "TASKDOCK_THROTTLE", {"ON", "true", "1", "20/30", " "}},
    {"--throttle-account", "TASKDOCK_THROTTLE_ACCOUNT", wrong_allowances},
    {"--throttle-address", "TASKDOCK_THROTTLE_ADDRESS", wrong_allowances},
    {"--throttle-signup", "TASKDOCK_THROTTLE_SIGNUP", wrong_allowances},
    {"--cors-origins", "TASKDOCK_CORS_ORIGINS", {"localhost",     "http://",      "://x",
                                                 "http://a/",     "http://a,b",   "*",
                                                 "http://*",      "http://a b",   "http://u@a",
                                                 "http://a?b",    "http://a#b",   "http://é",
                                                 "http://a,none", "http://a:x",   "http://a:65536",
                                                 "http://a:1:2",  "http://[::g]", "http://1.2.3",
                                                 "1http://a",     "null"}},
    {"--allowed-hosts",
     "TASKDOCK_ALLOWED_HOSTS",
     {"http://a", "a/", "*", "*.a", "a b", "a:x", "a:65536", "a,:80", "u@a", "::1", "é"}},
    {"--max-body-memory", "TASKDOCK_MAX_BODY_MEMORY", {"0", "-1", "x", "64M", "1048577"}},
    {"--max-users", "TASKDOCK_MAX_USERS", wrong_limits},
    {"--max-tasks-per-user", "TASKDOCK_MAX_TASKS_PER_USER", wrong_limits},
    {"--max-connections", "TASKDOCK_MAX_CONNECTIONS", {"0", "-1", "x", "65537", "1.5"}},
};

Answer post_sign_up(Client& client, const std::string& email,
                    const std::string& password = "correct horse") {
  return client.post("/api/auth/signup", {{"email", email}, {"password", password}});
}

/// The status of a log-in with a wrong password.
int fail_to_log_in(Client& client, const std::string& email) {
  return client.post("/api/auth/login", {{"email", email}, {"password", "wrong"}}).status;
}

}  // namespace

TEST_CASE(
    "cli/command_line: --version names this version, the commit and the libraries, and nothing "
    "else "
    "happens") {
  const Finished finished = run({"--version"});
  CHECK(finished.status == 0);
  CHECK(finished.errors.empty());
  CHECK(finished.output.starts_with(std::string("taskdock ") + cli::version() + " ("));
  // From 3.51.3 on several processes may use one database at once.
  int minor = 0;
  int patch = 0;
  const std::size_t sqlite = finished.output.find("\nSQLite 3.");
  REQUIRE(sqlite != std::string::npos);
  REQUIRE(std::sscanf(finished.output.c_str() + sqlite, "\nSQLite 3.%d.%d", &minor, &patch) == 2);
  CHECK(std::pair(minor, patch) >= std::pair(51, 3));
  CHECK(contains(finished.output, "\ncpp-httplib 0."));
}

TEST_CASE("cli/command_line: --help lists every option, its environment variable and its default") {
  for (const char* flag : {"--help", "-h"}) {
    const Finished finished = run({flag});
    CHECK(finished.status == 0);
    CHECK(finished.errors.empty());
    for (const Setting& setting : settings) {
      CHECK(contains(finished.output, setting.flag));
      CHECK(contains(finished.output, setting.variable));
    }
    for (const std::string text : {"--data",
                                   "TASKDOCK_DATA",
                                   "TASKDOCK_SECRET",
                                   "--launch-token-file",
                                   "TASKDOCK_LAUNCH_TOKEN_FILE",
                                   "TASKDOCK_LAUNCH_TOKEN:",
                                   "--version",
                                   "--password-denylist",
                                   "TASKDOCK_PASSWORD_DENYLIST",
                                   "serve",
                                   "user",
                                   "127.0.0.1",
                                   "8000",
                                   "1800",
                                   "2592000",
                                   "20/30",
                                   "http://localhost:3000",
                                   "http://localhost:1420",
                                   "http://127.0.0.1:4200",
                                   "http://localhost:8080"}) {
      CAPTURE(text);
      CHECK(contains(finished.output, text));
    }
  }
}

TEST_CASE("cli/command_line: the help of a command lists what it takes, and nothing else") {
  const std::string serve = run({"serve", "--help"}).output;
  for (const Setting& setting : settings) {
    CHECK(contains(serve, setting.flag));
    CHECK(contains(serve, setting.variable));
  }
  CHECK(contains(serve, "TASKDOCK_SECRET"));
  for (const char* command : {"list", "add", "passwd", "delete"}) {
    CAPTURE(command);
    const std::string text = run({"user", command, "--help"}).output;
    const bool takes_password = command == std::string("add") || command == std::string("passwd");
    CHECK(contains(text, "--data"));
    CHECK(contains(text, "--log-level"));
    CHECK(contains(text, "--password-denylist") == takes_password);
    CHECK_FALSE(contains(text, "--port"));
    CHECK_FALSE(contains(text, "TASKDOCK_SECRET"));
  }
}

TEST_CASE(
    "cli/command_line: a wrong value of any option is refused in one line that names the option") {
  for (const Setting& setting : settings) {
    for (const std::string& value : setting.wrong) {
      check_refused({std::string(setting.flag) + '=' + value});
      check_refused({"serve", std::string(setting.flag) + '=' + value});
    }
    CHECK(contains(run({std::string(setting.flag) + '=' + setting.wrong[0]}).errors, setting.flag));
  }
}

TEST_CASE("cli/command_line: a wrong value of any environment variable is refused in one line") {
  for (const Setting& setting : settings) {
    for (const std::string& value : setting.wrong) {
      check_refused({}, {std::string(setting.variable) + '=' + value});
    }
  }
}

TEST_CASE("cli/command_line: what gave a wrong value is named, and not what did not") {
  for (const Setting& setting : settings) {
    CAPTURE(setting.flag);
    const std::string& value = setting.wrong[0];
    const std::string by_flag = run({setting.flag + ('=' + value)}).errors;
    CHECK(by_flag.starts_with("taskdock: " + std::string(setting.flag) + ": '"));
    CHECK_FALSE(contains(by_flag, setting.variable));
    const std::string by_variable = run({}, {setting.variable + ('=' + value)}).errors;
    CHECK(by_variable.starts_with("taskdock: " + std::string(setting.variable) + ": '"));
    CHECK_FALSE(contains(by_variable, setting.flag));
  }
}

TEST_CASE("cli/command_line: a complaint says what was wrong and what would do") {
  struct Case {
    Process::Strings arguments;
    std::string complaint;
  };
  for (const Case& wrong : std::vector<Case>{
           {{"--port", "80x"},
            "--port: '80x' is not a number; give a whole number from 0 to 65535"},
           {{"--port", "65536"}, "--port: '65536' is not in the range from 0 to 65535"},
           {{"--port"}, "--port needs a value: --port NUMBER"},
           {{"serve", "--port"}, "--port needs a value: --port NUMBER"},
           {{"user", "list", "--data"}, "--data needs a value: --data DIR"},
           {{"--port="}, "--port: the value behind '=' is empty"},
           {{"--data", "--port", "1"}, "--data needs a value: --data DIR, and not --port"},
           {{"--port", "1", "--port", "2"}, "--port is given more than once"},
           {{"--port", "1", "serve", "--port", "2"}, "--port is given more than once"},
           {{"--data", ""}, "--data: the path is empty; name a place in the file system"},
           {{"--password-denylist", ""},
            "--password-denylist: the path is empty; name a place in the file system"},
           {{"--log-level", "warn"},
            "--log-level: 'warn' is not one of debug, error, info, off, warning"},
           {{"--signup", "Open"},
            "--signup: 'Open' is not one of closed, first, open; did you mean 'open'?"},
           {{"--prot", "1"},
            "serve has no option --prot; did you mean '--port'? (taskdock serve --help lists what "
            "it takes)"},
           {{"usr"}, "'usr' is not one of the commands, which are "},
           {{"user"}, "user needs a command: taskdock user list|add|passwd|delete"},
           {{"user", "lst"},
            "user: 'lst' is not one of its commands, which are list, add, passwd, delete; did you "
            "mean 'list'?"},
           {{"user", "add"}, "user add needs EMAIL: taskdock user add EMAIL"},
           {{"token"}, "token needs a command: taskdock token list|add|revoke"},
           {{"token", "add", "--read-only"}, "token add needs EMAIL: taskdock token add EMAIL"},
           {{"token", "revoke", "ann@example.com"},
            "token revoke needs ID: taskdock token revoke ID"},
           {{"token", "add", "ann@example.com", "--name", "--read-only"},
            "--name needs a value: --name NAME, and not --read-only"},
           {{"token", "add", "ann@example.com", "--expires-in", "0"},
            "--expires-in: '0' is not in the range from 1 to 3650"},
           {{"token", "revoke", "ann@example.com", "1"},
            "ID: '1' is no id; token list prints the ids"},
           {{"user", "list", "--port", "1"},
            "user list does not take --port (taskdock user list --help lists what it takes)"},
           {{"--port", "1", "user", "list"},
            "user list does not take --port (taskdock user list --help lists what it takes)"},
           {{"user", "list", "ann@example.com"},
            "user list does not take the argument 'ann@example.com'"},
       }) {
    const Finished finished = run(wrong.arguments);
    CAPTURE(finished.errors);
    CAPTURE(wrong.complaint);
    CHECK(finished.status == 2);
    CHECK(is_one_complaint(finished.errors));
    CHECK(finished.errors.starts_with("taskdock: " + wrong.complaint));
  }
}

TEST_CASE("cli/command_line: a variable of another command does no harm") {
  const TemporaryDirectory data;
  CHECK(ServerProcess(data.path()).stop().status == 0);
  CHECK(run({"user", "list", "--data", data.path().string()},
            {"TASKDOCK_PORT=x", "TASKDOCK_SECRET=short"})
            .status == 0);
}

TEST_CASE("cli/command_line: help that cannot be written is an error") {
  const Finished finished = run_shell("exec \"$TASKDOCK\" --help >/dev/full");
  CHECK(finished.status == 1);
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, "standard output"));
}

TEST_CASE("cli/command_line: a complaint is one line, though the value has several") {
  check_refused({"--host=a\nb"});
  check_refused({}, {"TASKDOCK_LOG_LEVEL=a\r\nb\n"});
  check_refused({"one\ntwo"});
}

TEST_CASE("cli/command_line: what is unknown, missing or too much is refused") {
  check_refused({"--nonsense"});
  check_refused({"--nonsense=1"});
  check_refused({"-x"});
  check_refused({"nonsense"});
  check_refused({"serve", "serve"});
  check_refused({"serve", "nonsense"});
  check_refused({"--port"});
  check_refused({"--port="});
  check_refused({"--host="});
  check_refused({"--data"});
  check_refused({"--password-denylist"});
  check_refused({"--port", "1", "2"});
}

TEST_CASE(
    "cli/command_line: behind -- all words are arguments, also those that begin with a dash") {
  const TemporaryDirectory temporary;
  const auto data = temporary.path() / "data";
  make_data(data);
  const auto in_place = [&](const std::string& command) {
    return run_shell("cd '" + temporary.path().string() + "' && export TASKDOCK_DATA='" +
                     data.string() + "' && exec \"$TASKDOCK\" " + command);
  };
  for (const std::string name : {"-file", "--force", "--help", "--", "--port=", "check"}) {
    CAPTURE(name);
    const Finished made = in_place("backup --log-level off -- " + name);
    CAPTURE(made.errors);
    CHECK(made.status == 0);
    CHECK(made.output == name + '\n');
    CHECK(std::filesystem::exists(temporary.path() / name));
    CHECK(in_place("check -- " + name).status == 0);
  }
  CHECK(contains(in_place("backup --help").output, "Behind -- all words are arguments"));
  CHECK_FALSE(contains(in_place("user list --help").output, "Behind --"));
  CHECK(in_place("-- backup -other").output == "-other\n");
  CHECK(in_place("user list --").status == 0);
  CHECK(in_place("backup -- -").output.starts_with("SQLite format 3"));
  struct Case {
    std::string command;
    std::string complaint;
  };
  for (const Case& wrong :
       std::vector<Case>{{"user list -- --data", "user list does not take the argument '--data'"},
                         {"backup -- a -b", "backup does not take the argument '-b'"},
                         {"backup -file", "backup has no option -file"},
                         {"backup --data -- x", "--data needs a value: --data DIR"},
                         {"restore --", "restore needs FILE: taskdock restore FILE"},
                         {"user add -- -x", "EMAIL: "},
                         {"user -- -x", "user: '-x' is not one of its commands"},
                         {"-- -x", "'-x' is not one of the commands"}}) {
    CAPTURE(wrong.command);
    check_refused(in_place(wrong.command), 2, wrong.complaint);
  }
}

TEST_CASE("cli/command_line: a secret that is too short is refused, and not shown") {
  for (const std::string secret : {"", "x", "hunter2hunter2", "0123456789012345678901234567890"}) {
    const Finished finished = run({"--port", "0"}, {"TASKDOCK_SECRET=" + secret});
    CHECK(finished.status == 2);
    CHECK(is_one_complaint(finished.errors));
    CHECK(contains(finished.errors, "TASKDOCK_SECRET"));
    CHECK(contains(finished.errors, "32"));
    if (secret.size() > 1) CHECK_FALSE(contains(finished.errors, secret));
  }
}

TEST_CASE(
    "cli/command_line: a secret of 32 bytes signs, so that two servers with it know each other's "
    "tokens") {
  const Process::Strings secret = {"TASKDOCK_SECRET=01234567890123456789012345678901"};
  const TemporaryDirectory data;
  std::string token;
  {
    ServerProcess server(data.path(), {}, secret);
    Client client(server.port());
    client.sign_up();
    token = client.token;
    CHECK(server.stop().status == 0);
  }
  CHECK_FALSE(std::filesystem::exists(data.path() / "secret.key"));
  {
    ServerProcess server(data.path(), {}, secret);
    Client client(server.port());
    client.token = token;
    CHECK(client.get("/api/auth/me").status == 200);
  }
  ServerProcess server(data.path(), {}, {"TASKDOCK_SECRET=another 89012345678901234567890123"});
  Client client(server.port());
  client.token = token;
  CHECK(client.get("/api/auth/me").status == 401);
}

TEST_CASE("cli/command_line: a flag wins over its environment variable") {
  const TemporaryDirectory wrong;
  ServerProcess server(
      Process::Strings{"--access-token-ttl", "77", "--cors-origins", "http://flag.example",
                       "--host", "localhost", "--log-level", "off", "--max-connections", "50"},
      {"TASKDOCK_ACCESS_TOKEN_TTL=5", "TASKDOCK_CORS_ORIGINS=http://variable.example",
       "TASKDOCK_HOST=::1", "TASKDOCK_PORT=1", "TASKDOCK_LOG_LEVEL=debug",
       "TASKDOCK_DATA=" + (wrong.path() / "data").string(), "TASKDOCK_MAX_CONNECTIONS=1"});
  Client client(server.port());
  const Answer answer = client.call("POST", "/api/auth/signup",
                                    R"({"email":"ann@example.com","password":"correct horse"})",
                                    {{"Origin", "http://flag.example"}});
  CHECK(answer.status == 201);
  CHECK(answer.json()["expires_in"] == 77);
  CHECK(answer.header("access-control-allow-origin") == "http://flag.example");
  CHECK_FALSE(std::filesystem::exists(wrong.path() / "data"));
  const Finished finished = server.stop();
  CHECK(finished.errors.empty());
}

TEST_CASE("cli/command_line: an environment variable counts where there is no flag") {
  const TemporaryDirectory data;
  Process process({}, {"TASKDOCK_PORT=0", "TASKDOCK_DATA=" + data.path().string(),
                       "TASKDOCK_ACCESS_TOKEN_TTL=5", "TASKDOCK_LOG_LEVEL=off"});
  const std::string line = process.first_line();
  REQUIRE(line.starts_with("listening on http://127.0.0.1:"));
  Client client(std::stoi(line.substr(line.rfind(':') + 1)));
  const Answer answer = client.post("/api/auth/signup",
                                    {{"email", "ann@example.com"}, {"password", "correct horse"}});
  CHECK(answer.json()["expires_in"] == 5);
  CHECK(std::filesystem::exists(data.path() / "taskdock.db"));
}

TEST_CASE("cli/command_line: an empty environment variable is one that is not set") {
  ServerProcess server(
      Process::Strings{},
      {"TASKDOCK_PORT=", "TASKDOCK_HOST=", "TASKDOCK_LOG_LEVEL=", "TASKDOCK_ACCESS_TOKEN_TTL=",
       "TASKDOCK_MAX_CONNECTIONS=", "TASKDOCK_SIGNUP=", "TASKDOCK_THROTTLE=",
       "TASKDOCK_THROTTLE_ACCOUNT=", "TASKDOCK_PASSWORD_DENYLIST="});
  CHECK(Client(server.port()).get("/health").status == 200);
}

TEST_CASE("cli/command_line: serve takes the options, before it and behind it") {
  const TemporaryDirectory data;
  Process process({"--log-level", "off", "serve", "--port", "0", "--data", data.path().string(),
                   "--access-token-ttl=9"});
  const std::string line = process.first_line();
  REQUIRE(line.starts_with("listening on http://127.0.0.1:"));
  Client client(std::stoi(line.substr(line.rfind(':') + 1)));
  const Answer answer = client.post("/api/auth/signup",
                                    {{"email", "ann@example.com"}, {"password", "correct horse"}});
  CHECK(answer.json()["expires_in"] == 9);
}

TEST_CASE("cli/command_line: an origin is known as browsers send it, however it was written") {
  ServerProcess server(Process::Strings{"--cors-origins", "HTTP://A.example, http://b.example:80"});
  Client client(server.port());
  for (const std::string origin : {"http://a.example", "http://b.example"}) {
    CHECK(client.call("GET", "/health", {}, {{"Origin", origin}})
              .header("access-control-allow-origin") == origin);
  }
}

TEST_CASE("cli/command_line: no origin may call the API where the list is none") {
  ServerProcess server(Process::Strings{"--cors-origins", "none"});
  Client client(server.port());
  const Answer answer = client.call("GET", "/health", {}, {{"Origin", "http://localhost:3000"}});
  CHECK(answer.status == 200);
  CHECK(answer.header("access-control-allow-origin").empty());
}

TEST_CASE(
    "cli/command_line: who signs up and for how long follows the flags, before the variables") {
  const Process::Strings environment = {"TASKDOCK_SIGNUP=closed", "TASKDOCK_REFRESH_TOKEN_TTL=5"};
  {
    ServerProcess server(Process::Strings{"--signup", "first", "--refresh-token-ttl", "77"},
                         environment);
    Client client(server.port());
    const Answer first = post_sign_up(client, "ann@example.com");
    CHECK(first.status == 201);
    CHECK(first.json()["refresh_expires_in"] == 77);
    CHECK(post_sign_up(client, "bob@example.com").status == 403);
  }
  {
    ServerProcess server(Process::Strings{}, environment);
    Client client(server.port());
    CHECK(post_sign_up(client, "ann@example.com").status == 403);
  }
  ServerProcess server(Process::Strings{}, {"TASKDOCK_REFRESH_TOKEN_TTL=5"});
  Client client(server.port());
  CHECK(post_sign_up(client, "ann@example.com").json()["refresh_expires_in"] == 5);
}

TEST_CASE("cli/command_line: each limit of the throttle is the one its flag or variable gives") {
  struct Limit {
    const char* flag;
    const char* variable;
    bool limits_account;
    bool limits_address;
    bool limits_signup;
  };
  for (const Limit& limit :
       {Limit{"--throttle-account", "TASKDOCK_THROTTLE_ACCOUNT", true, false, false},
        Limit{"--throttle-address", "TASKDOCK_THROTTLE_ADDRESS", true, true, false},
        Limit{"--throttle-signup", "TASKDOCK_THROTTLE_SIGNUP", false, false, true}}) {
    CAPTURE(limit.flag);
    const auto check_limit = [&](ServerProcess& server, bool is_on) {
      Client client(server.port());
      CHECK(fail_to_log_in(client, "ann@example.com") == 401);
      CHECK(fail_to_log_in(client, "ann@example.com") ==
            (is_on && limit.limits_account ? 429 : 401));
      CHECK(fail_to_log_in(client, "bob@example.com") ==
            (is_on && limit.limits_address ? 429 : 401));
      CHECK(post_sign_up(client, "ann@example.com").status == 201);
      CHECK(post_sign_up(client, "bob@example.com").status ==
            (is_on && limit.limits_signup ? 429 : 201));
    };
    ServerProcess by_flag(Process::Strings{limit.flag, "1/1000"},
                          {std::string(limit.variable) + "=50/1"});
    check_limit(by_flag, true);
    ServerProcess by_variable(Process::Strings{}, {std::string(limit.variable) + "=1/1000"});
    check_limit(by_variable, true);
    ServerProcess off(Process::Strings{"--throttle", "off", limit.flag, "1/1000"});
    check_limit(off, false);
    ServerProcess off_by_variable(Process::Strings{limit.flag, "1/1000"},
                                  {"TASKDOCK_THROTTLE=off"});
    check_limit(off_by_variable, false);
  }
}

TEST_CASE("cli/command_line: nobody signs up with a password of --password-denylist") {
  const TemporaryDirectory lists;
  const auto list = lists.path() / "denied";
  write_file(list, "correct horse\r\n\nbattery staple");
  for (const bool by_flag : {true, false}) {
    const Process::Strings flag = {"--password-denylist", list.string()};
    const Process::Strings variable = {"TASKDOCK_PASSWORD_DENYLIST=" + list.string()};
    ServerProcess server(by_flag ? flag : Process::Strings{},
                         by_flag ? Process::Strings{} : variable);
    Client client(server.port());
    for (const char* password : {"correct horse", "battery staple"}) {
      const Answer answer = post_sign_up(client, "ann@example.com", password);
      CHECK(answer.status == 422);
      CHECK(answer.json()["detail"][0]["loc"] == nlohmann::json{"body", "password"});
    }
    CHECK(post_sign_up(client, "ann@example.com", "Correct horse").status == 201);
  }
}

}  // namespace taskdock::testing
