#include <doctest/doctest.h>

#include <regex>

#include "cli/outcome.h"
#include "testing/account.h"
#include "testing/client.h"

namespace taskdock::testing {

namespace {

const std::string id_pattern = R"([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})";
const std::string time_pattern = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)";

/// `taskdock token arguments...` on the data directory `data`.
Finished run_token_command(const std::filesystem::path& data, Process::Strings arguments) {
  arguments.insert(arguments.begin(), "token");
  arguments.insert(arguments.end(), {"--data", data.string()});
  return run(arguments);
}

/// The token that `token add` prints with these options.
std::string add_token(const std::filesystem::path& data, const Process::Strings& options = {}) {
  Process::Strings arguments = {"add", account_email, "--name", "Report"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Finished finished = run_token_command(data, arguments);
  CAPTURE(finished.errors);
  REQUIRE(finished.status == 0);
  CHECK(count_lines(finished.output) == 1);
  CHECK(std::regex_match(finished.output, std::regex("tdk_[A-Za-z0-9_-]{43}\n")));
  CHECK(contains(finished.errors, "not shown again"));
  CHECK_FALSE(contains(finished.errors, finished.output.substr(0, 47)));
  return finished.output.substr(0, 47);
}

std::string list_tokens(const std::filesystem::path& data) {
  const Finished finished = run_token_command(data, {"list", account_email});
  CHECK(finished.status == 0);
  CHECK(finished.errors.empty());
  return finished.output;
}

std::string first_id(const std::string& list) {
  return list.substr(0, list.find('\t'));
}

/// A server with Ann's account, and a client in a session of hers.
struct ServerWithAnn {
  TemporaryDirectory data;
  ServerProcess server{data.path()};
  Client client{server.port()};

  ServerWithAnn() { client.sign_up(account_email, account_password); }

  int status_with(const std::string& of, const std::string& method = "GET") {
    Client script(server.port());
    script.token = of;
    return script.call(method, "/api/tasks", method == "GET" ? "" : R"({"title":"x"})").status;
  }
};

}  // namespace

TEST_CASE_FIXTURE(
    ServerWithAnn,
    "cli/token_command: a token that is made beside a running server is good at once") {
  const std::string writing = add_token(data.path());
  const std::string reading = add_token(data.path(), {"--read-only", "--expires-in", "90"});
  CHECK(status_with(writing, "POST") == 201);
  CHECK(status_with(reading) == 200);
  CHECK(status_with(reading, "POST") == 403);
  const auto tokens = client.get("/api/auth/tokens").json()["tokens"];
  REQUIRE(tokens.size() == 2);
  CHECK(tokens[0]["name"] == "Report");
  CHECK(tokens[0]["scope"] == "read");
  CHECK(tokens[0]["expires_at"].is_string());
  CHECK(tokens[1]["scope"] == "write");
  CHECK(tokens[1]["expires_at"].is_null());

  const std::string id = first_id(list_tokens(data.path()));
  CHECK(id == tokens[0]["id"]);
  const Finished revoked = run_token_command(data.path(), {"revoke", " ANN@example.com", id});
  CHECK(revoked.status == 0);
  CHECK(revoked.output.empty());
  CHECK(revoked.errors.empty());
  CHECK(status_with(reading) == 401);
  CHECK(status_with(writing) == 200);
}

TEST_CASE_FIXTURE(ServerWithAnn,
                  "cli/token_command: a line of the list says all about a token, newest first") {
  CHECK(list_tokens(data.path()).empty());
  add_token(data.path());
  const Finished named = run_token_command(
      data.path(),
      {"add", account_email, "--name", " A\x1b[2J\tB ", "--read-only", "--expires-in", "1"});
  CHECK(named.status == 0);
  CHECK(status_with(named.output.substr(0, 47)) == 200);
  CHECK(server.stop().status == 0);  // so that the use has been recorded
  const std::string list = list_tokens(data.path());
  CAPTURE(list);
  CHECK(std::regex_match(
      list, std::regex(id_pattern + "\tA\\?\\[2J\\?B\tread\t" + time_pattern + '\t' + time_pattern +
                       '\t' + time_pattern + '\n' + id_pattern + "\tReport\twrite\t" +
                       time_pattern + "\tnever\tnever\n")));
}

TEST_CASE_FIXTURE(ServerWithAnn, "cli/token_command: a new password of the owner's ends tokens") {
  const std::string made = add_token(data.path());
  REQUIRE(status_with(made) == 200);
  CHECK(run_with_input("another horse\n",
                       {"user", "passwd", account_email, "--data", data.path().string()})
            .status == 0);
  CHECK(status_with(made) == 401);
  CHECK(list_tokens(data.path()).empty());
}

TEST_CASE_FIXTURE(ServerWithAnn,
                  "cli/token_command: what cannot be done is refused, and not done") {
  check_refused(run_token_command(data.path(), {"add", account_email}), 2, "--name NAME");
  check_refused(run_token_command(data.path(), {"add", account_email, "--name", " "}), 2,
                "--name: Name should");
  check_refused(
      run_token_command(data.path(), {"add", account_email, "--name", "x", "--read-only=no"}), 2,
      "");
  check_refused(run_token_command(data.path(), {"add", "bob@example.com", "--name", "x"}), 1,
                "bob@example.com: no user has this email");
  check_refused(run_token_command(data.path(), {"list", "bob@example.com"}), 1,
                "no user has this email");
  check_refused(run_token_command(
                    data.path(), {"revoke", account_email, "019b93a5-1c40-7abc-8def-0123456789ab"}),
                1, "the user has no token with the id 019b93a5-1c40-7abc-8def-0123456789ab");
  CHECK(list_tokens(data.path()).empty());
  const TemporaryDirectory empty;
  check_refused(run_token_command(empty.path(), {"add", account_email, "--name", "x"}), 5,
                "there is no database");
}

TEST_CASE_FIXTURE(ServerWithAnn, "cli/token_command: the hundred and first token is refused") {
  for (int i = 0; i < 100; ++i) {
    REQUIRE(client.post("/api/auth/tokens", {{"name", "x"}, {"scope", "read"}}).status == 201);
  }
  check_refused(run_token_command(data.path(), {"add", account_email, "--name", "x"}), 1,
                "revoke some first");
}

TEST_CASE_FIXTURE(ServerWithAnn, "cli/token_command: a token that cannot be printed is revoked") {
  const Finished finished =
      run_shell("exec \"$TASKDOCK\" token add ann@example.com --name x >/dev/full",
                {"TASKDOCK_DATA=" + data.path().string()});
  CHECK(finished.status == 1);
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, "standard output"));
  CHECK(list_tokens(data.path()).empty());
}

TEST_CASE("cli/token_command: --help names the commands and what they take") {
  CHECK(contains(run({"--help"}).output, "\n  token "));
  const std::string help = run({"token", "--help"}).output;
  for (const char* command : {"list", "add", "revoke"}) {
    CHECK(contains(help, std::string("\n  ") + command + ' '));
    const Finished finished = run({"token", command, "--help"});
    CHECK(finished.status == 0);
    CHECK(contains(finished.output, "EMAIL"));
    for (const char* flag : {"--name", "--read-only", "--expires-in"}) {
      CHECK(contains(finished.output, flag) == (std::string(command) == "add"));
    }
  }
}

}  // namespace taskdock::testing
