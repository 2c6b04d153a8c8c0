#include <doctest/doctest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

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

}  // namespace taskdock::testing
