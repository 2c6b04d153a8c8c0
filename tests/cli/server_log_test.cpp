#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "cli/outcome.h"
#include "testing/client.h"
#include "testing/process.h"
#include "testing/temporary_directory.h"

namespace taskdock::testing {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string content(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE(
    "cli/server_log: the log goes to a file that only its owner can read, and not to standard "
    "error") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "taskdock.log";
  ServerProcess server(Process::Strings{"--log-file", file.string()});
  Client(server.port()).get("/health");
  const Finished finished = server.stop();
  CHECK(finished.errors.empty());
  CHECK(content(file).find("GET /health 200") != std::string::npos);
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("cli/server_log: in JSON each line is an object, whatever a client sends") {
  ServerProcess server(Process::Strings{"--log-format", "json"});
  Client client(server.port());
  client.get("/health");
  client.get("/%22%5C%01\xC3\xA9");
  client.get("/\xFF");
  const std::string errors = server.stop().errors;
  const std::vector<std::string> lines = lines_of(errors);
  CHECK(lines.size() >= 4);
  bool found = false;
  for (const std::string& line : lines) {
    const json entry = json::parse(line, nullptr, false);
    REQUIRE_MESSAGE(entry.is_object(), line);
    CHECK(entry["time"].get<std::string>().ends_with('Z'));
    CHECK(entry["level"].is_string());
    CHECK(entry["message"].is_string());
    if (entry.value("path", "") != "/health") continue;
    found = true;
    CHECK(entry["method"] == "GET");
    CHECK(entry["status"] == 200);
    CHECK(entry["duration_us"].is_number_integer());
    CHECK(entry["client"] == "127.0.0.1");
    CHECK_FALSE(entry["request_id"].get<std::string>().empty());
  }
  CHECK(found);
}

TEST_CASE("cli/server_log: in JSON the line of a failure has its request's id and its client") {
  ServerProcess server(Process::Strings{"--log-format", "json"});
  Client client(server.port());
  const Answer refused =
      client.post("/api/auth/login", {{"email", "ann@example.com"}, {"password", "wrong horse"}});
  CHECK(refused.status == 401);
  bool found = false;
  for (const std::string& line : lines_of(server.stop().errors)) {
    const json entry = json::parse(line);
    if (entry["message"] != "failed log-in from 127.0.0.1") continue;
    found = true;
    CHECK(entry.value("request_id", "") == refused.header("x-request-id"));
    CHECK(entry.value("client", "") == "127.0.0.1");
  }
  CHECK(found);
}

TEST_CASE("cli/server_log: in JSON the line of a cause has its request's id and its client") {
  const TemporaryDirectory data;
  ServerProcess server(data.path(), Process::Strings{"--log-format", "json"});
  fs::rename(data.path() / "taskdock.db", data.path() / "moved");
  Client client(server.port());
  const Answer answer =
      client.post("/api/auth/signup",
                  {{"email", "ann@example.com"}, {"password", "correct horse"}, {"name", "Ann"}});
  CHECK(answer.status == 503);
  bool found = false;
  for (const std::string& line : lines_of(server.stop().errors)) {
    const json entry = json::parse(line);
    const std::string id = answer.header("x-request-id");
    if (!entry["message"].get<std::string>().starts_with("request " + id + ": ")) continue;
    found = true;
    CHECK(entry.value("request_id", "") == id);
    CHECK(entry.value("client", "") == "127.0.0.1");
  }
  CHECK(found);
}

TEST_CASE("cli/server_log: in the data directory a log file is one whose name ends in .log") {
  const TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  const auto refused = [&](const fs::path& file) {
    const Finished finished =
        Process({"--port", "0", "--data", data.string(), "--log-file", file.string()}).wait();
    CAPTURE(file.string());
    CHECK(finished.status == 2);
    CHECK(finished.output.empty());
    CHECK(finished.errors.starts_with("taskdock: --log-file: " + file.string() +
                                      " is in the data directory " + data.string() + ", "));
  };
  refused(data / "taskdock.db");  // before there is a directory
  { ServerProcess server(data); }
  const std::string key = content(data / "secret.key");
  for (const char* name : {"taskdock.db", "taskdock.db-wal", "taskdock.db-shm", "secret.key",
                           "taskdock.lock", "server.json", "backups/taskdock-schema-1.db"}) {
    refused(data / name);
    refused(directory.path() / "no" / ".." / "data" / "." / name);
  }
  fs::create_symlink(data / "secret.key", directory.path() / "link.log");
  fs::create_directory_symlink(data, directory.path() / "folder");
  refused(directory.path() / "link.log");
  refused(directory.path() / "folder" / "taskdock.db");
  CHECK(content(data / "secret.key") == key);
  ServerProcess server(data, {"--log-file", (data / "taskdock.log").string()});
  Client(server.port()).get("/health");
  CHECK(server.stop().status == 0);
  CHECK(content(data / "taskdock.log").find("GET /health 200") != std::string::npos);
}

TEST_CASE("cli/server_log: a file of the maximum size is renamed, and only so many are kept") {
  const TemporaryDirectory directory;
  ServerProcess server({"--log-file", (directory.path() / "taskdock.log").string(), "--log-size",
                        "1", "--log-keep", "2", "--log-level", "info"});
  Client client(server.port());
  const std::string long_path = '/' + std::string(7000, 'x');
  for (int i = 0; i < 700; ++i) client.get(long_path);  // nearly 5 MiB
  server.stop();
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory.path())) {
    names.insert(entry.path().filename());
    CHECK(entry.file_size() <= 1024 * 1024);
  }
  CHECK(names == std::set<std::string>{"taskdock.log", "taskdock.1.log", "taskdock.2.log"});
}

TEST_CASE("cli/server_log: a log file that cannot be written is named before the server is ready") {
  const TemporaryDirectory directory;
  for (const std::string& file : {std::string("/dev/full"), directory.path().string(),
                                  std::string("/proc/no/taskdock.log")}) {
    CAPTURE(file);
    Process process(
        {"--port", "0", "--data", (directory.path() / "data").string(), "--log-file", file});
    const Finished finished = process.wait();
    CHECK(finished.status == 1);
    CHECK(finished.output.empty());
    CHECK(finished.errors.starts_with("taskdock: " + file + ": the log file "));
    CHECK(lines_of(finished.errors).size() == 1);
  }
}

TEST_CASE(
    "cli/server_log: a log file that can no longer be written does not stop the server, and is "
    "tried again") {
  const TemporaryDirectory directory;
  const fs::path folder = directory.path() / "logs";
  const fs::path file = folder / "taskdock.log";
  ServerProcess server({"--log-file", file.string(), "--log-size", "1"});
  Client client(server.port());
  // The next file cannot be created while a file has the place of the directory.
  fs::rename(folder, directory.path() / "moved");
  std::ofstream(folder) << "in the way";
  const std::string long_path = '/' + std::string(7000, 'x');
  for (int i = 0; i < 200; ++i) REQUIRE(client.get(long_path).status == 404);
  fs::remove(folder);
  for (int i = 0; i < 600 && !fs::exists(file); ++i) {
    REQUIRE(client.get("/health").status == 200);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const Finished finished = server.stop();
  CHECK(finished.status == 0);
  CHECK(finished.errors.find(": the log file cannot be written: ") != std::string::npos);
  CHECK(content(file).find(" lines of the log were lost") != std::string::npos);
}

TEST_CASE(
    "cli/server_log: a file that cannot be renamed keeps its lines, and the server goes on, and so "
    "does the log once it can be") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "taskdock.log";
  const fs::path older = directory.path() / "taskdock.1.log";
  fs::create_directories(older / "in the way");
  ServerProcess server({"--log-file", file.string(), "--log-size", "1", "--log-keep", "1"});
  Client client(server.port());
  client.get("/the/first");
  const std::string long_path = '/' + std::string(7000, 'x');
  for (int i = 0; i < 400; ++i) REQUIRE(client.get(long_path).status == 404);  // nearly 3 MiB
  CHECK(becomes_true([&] { return contains(server.process().errors(), "it cannot be renamed"); }));
  CHECK(fs::file_size(file) <= 1024 * 1024);
  CHECK(contains(content(file), "GET /the/first 404"));
  fs::remove_all(older);
  CHECK(becomes_true([&] {
    REQUIRE(client.get("/health").status == 200);
    return fs::exists(older);
  }));
  CHECK(server.stop().status == 0);
  CHECK(contains(content(older), "GET /the/first 404"));
  CHECK(contains(content(older) + content(file), " lines of the log were lost"));
}

TEST_CASE(
    "cli/server_log: a disk that fills up does not stop the server, and with room again the log "
    "goes on and says how much is missing") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "taskdock.log";
  ServerProcess server({"--log-file", file.string(), "--log-format", "json"});
  Client client(server.port());
  const auto limit_files = [&](rlim_t bytes) {
    rlimit limit{};
    REQUIRE(::prlimit(server.process().id(), RLIMIT_FSIZE, nullptr, &limit) == 0);
    limit.rlim_cur = bytes;
    REQUIRE(::prlimit(server.process().id(), RLIMIT_FSIZE, &limit, nullptr) == 0);
  };
  // Not at the end of a line.
  limit_files(20'001);
  constexpr int requests = 100;
  const std::string path = '/' + std::string(1000, 'x');
  for (int i = 0; i < requests; ++i) REQUIRE(client.get(path).status == 404);
  CHECK(becomes_true([&] {
    return contains(server.process().errors(),
                    file.string() + ": the log file cannot be written: ");
  }));
  CHECK(client.get("/health").status == 200);
  CHECK(fs::file_size(file) <= 20'001);
  limit_files(RLIM_INFINITY);
  CHECK(becomes_true([&] {
    REQUIRE(client.get("/health").status == 200);
    return contains(content(file), " lines of the log were lost");
  }));
  CHECK(server.stop().status == 0);
  int whole = 0;
  int broken = 0;
  int lost = 0;
  for (const std::string& line : lines_of(content(file))) {
    const json entry = json::parse(line, nullptr, false);
    if (!entry.is_object()) {
      ++broken;
    } else if (entry.value("path", "") == path) {
      ++whole;
    } else if (contains(line, " lines of the log were lost")) {
      lost += std::stoi(entry["message"].get<std::string>());
    }
  }
  CHECK(whole > 0);
  CHECK(lost > 0);
  CHECK(whole + lost >= requests);
  CHECK(broken <= 1);  // the one at which the disk was full
}

}  // namespace taskdock::testing
