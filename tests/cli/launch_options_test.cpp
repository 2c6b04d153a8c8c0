// How a program gives the server it starts a launch token, and what only goes with one.

#include <doctest/doctest.h>
#include <unistd.h>

#include "cli/outcome.h"
#include "testing/client.h"

namespace taskdock::testing {

namespace {

const std::string launch_token = "three-grey-geese_0123456789ABCDEF";

/// CHECKs that a start is refused with one complaint that begins with `source` and shows no token.
void check_refused(const Process::Strings& arguments, const Process::Strings& environment,
                   const std::string& source) {
  const TemporaryDirectory data;
  Process::Strings all = {"--port", "0", "--data", (data.path() / "data").string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Finished finished = run(all, environment);
  CAPTURE(finished.errors);
  CHECK(finished.status == 2);
  CHECK(finished.output.empty());
  CHECK(is_one_complaint(finished.errors));
  CHECK(finished.errors.starts_with("taskdock: " + source + ": "));
  CHECK_FALSE(contains(finished.errors, "geese"));
  CHECK_FALSE(std::filesystem::exists(data.path() / "data"));
}

bool wants_token(int port, const std::string& token) {
  Client client(port);
  return client.get("/").status == 403 &&
         client.call("GET", "/", {}, {{"X-Taskdock-Launch", token}}).status == 200;
}

}  // namespace

TEST_CASE("cli/launch_options: a token comes from a variable or a file, and is the first line") {
  ServerProcess by_variable(Process::Strings{}, {"TASKDOCK_LAUNCH_TOKEN=" + launch_token});
  CHECK(wants_token(by_variable.port(), launch_token));
  const TemporaryDirectory directory;
  const std::string file = (directory.path() / "token").string();
  for (const char* behind : {"", "\n", "\r\n", "\nand more\n"}) {
    write_file(file, launch_token + behind);
    ServerProcess by_file(Process::Strings{"--launch-token-file", file});
    CHECK(wants_token(by_file.port(), launch_token));
    ServerProcess by_variable_of_file(Process::Strings{}, {"TASKDOCK_LAUNCH_TOKEN_FILE=" + file});
    CHECK(wants_token(by_variable_of_file.port(), launch_token));
  }
}

TEST_CASE("cli/launch_options: a token comes from an open descriptor, which stays open behind it") {
  const TemporaryDirectory data;
  // The writer keeps its end open: the server must not wait for the end of the file.
  ShellProcess process("{ echo " + launch_token +
                       "; sleep 60; } | exec \"$TASKDOCK\" --port 0 --data '" +
                       data.path().string() + "' --launch-token-file fd:0");
  const std::string line = process.first_line();
  REQUIRE(contains(line, "listening on"));
  CHECK(wants_token(std::stoi(line.substr(line.rfind(':') + 1)), launch_token));
  const std::string pid =
      nlohmann::json::parse(content_of(data.path() / "server.json"))["pid"].dump();
  CHECK(run_shell("kill " + pid).status == 0);
}

TEST_CASE("cli/launch_options: what is no token, or cannot be read, is refused and not shown") {
  const std::string variable = "TASKDOCK_LAUNCH_TOKEN";
  for (const std::string& wrong :
       {std::string(), std::string("geese"), launch_token.substr(0, 31), launch_token + ' ',
        launch_token + '=', std::string(129, 'a'), launch_token + ".geese"}) {
    CAPTURE(wrong);
    check_refused({}, {variable + '=' + wrong}, variable);
  }
  const TemporaryDirectory directory;
  const std::string file = (directory.path() / "token").string();
  const std::string flag = "--launch-token-file";
  write_file(file, "");
  check_refused({flag, file}, {}, flag);
  write_file(file, '\n' + launch_token);
  check_refused({flag, file}, {}, flag);
  write_file(file, launch_token.substr(0, 31));
  check_refused({flag, file}, {}, flag);
  const std::string fifo = (directory.path() / "fifo").string();
  REQUIRE(run_shell("exec mkfifo '" + fifo + '\'').status == 0);
  for (const std::string& wrong :
       {file + "-missing", directory.path().string(), fifo, std::string("/dev/null"),
        std::string("fd:"), std::string("fd:x"), std::string("fd:-1"), std::string("fd:1000000"),
        std::string("fd:99999999999")}) {
    CAPTURE(wrong);
    check_refused({flag, wrong}, {}, flag);
  }
}

TEST_CASE("cli/launch_options: of two tokens neither is taken") {
  const TemporaryDirectory directory;
  const std::string file = (directory.path() / "token").string();
  write_file(file, launch_token);
  check_refused({"--launch-token-file", file}, {"TASKDOCK_LAUNCH_TOKEN=" + launch_token},
                "TASKDOCK_LAUNCH_TOKEN");
}

TEST_CASE("cli/launch_options: the origin null is allowed only with a launch token") {
  check_refused({"--cors-origins", "null"}, {}, "--cors-origins");
  check_refused({"--cors-origins", "http://a.example,Null"}, {}, "--cors-origins");
  check_refused({}, {"TASKDOCK_CORS_ORIGINS=null"}, "TASKDOCK_CORS_ORIGINS");
  ServerProcess server(Process::Strings{"--cors-origins", "http://a.example,null"},
                       {"TASKDOCK_LAUNCH_TOKEN=" + launch_token});
  Client client(server.port());
  const Answer answer = client.call("POST", "/api/auth/login", "{}",
                                    {{"Origin", "null"}, {"X-Taskdock-Launch", launch_token}});
  CHECK(answer.status == 422);
  CHECK(answer.header("access-control-allow-origin") == "null");
  CHECK(client.call("POST", "/api/auth/login", "{}", {{"Origin", "null"}}).status == 403);
}

}  // namespace taskdock::testing
