#pragma once

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>

#include "testing/process.h"

namespace taskdock::testing {

/// What `taskdock arguments...` leaves behind when it ends by itself.
inline Finished run(const Process::Strings& arguments, const Process::Strings& environment = {}) {
  return Process(arguments, environment).wait();
}

inline auto count_lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

/// Whether `errors` is one line that the program says about itself.
inline bool is_one_complaint(const std::string& errors) {
  return errors.starts_with("taskdock: ") && errors.ends_with('\n') && count_lines(errors) == 1;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// CHECKs that a command was refused with `status` and one line, which has `word` in it.
inline void check_refused(const Finished& finished, int status, const std::string& word) {
  CAPTURE(finished.errors);
  CHECK(finished.status == status);
  CHECK(finished.output.empty());
  CHECK(is_one_complaint(finished.errors));
  CHECK(contains(finished.errors, word));
}

inline mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

inline std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

inline void write_file(const std::filesystem::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

/// Makes a data directory as a server leaves it.
inline void make_data(const std::filesystem::path& data) {
  ServerProcess server(data);
  REQUIRE(server.stop().status == 0);
}

/// A shell that runs `script`, in which $TASKDOCK is the executable. Let it end in "exec", so that
/// signals reach taskdock.
class ShellProcess : public Process {
 public:
  explicit ShellProcess(const std::string& script, const Strings& environment = {})
      : Process({"-c", script}, environment, "/dev/null", "/bin/sh") {}
};

/// What such a shell leaves behind.
inline Finished run_shell(const std::string& script, const Process::Strings& environment = {}) {
  return ShellProcess(script, environment).wait();
}

/// Waits until `condition` holds, for half a minute at most.
template <class Condition>
bool becomes_true(Condition condition) {
  for (int tries = 0; tries < 6000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

/// Waits until a server has emptied the log beside `database`, which each does once soon after its
/// start; whether it does.
inline bool empties_log(const std::filesystem::path& database) {
  return becomes_true([&] {
    std::error_code error;
    return std::filesystem::file_size(database.string() + "-wal", error) == 0 && !error;
  });
}

/// Waits until a server that is to start on `data` waits for a command there; whether it does.
inline bool waits_for_command(const Process& server, const std::filesystem::path& data) {
  // It has opened the directory twice, the second time for the lock.
  const auto descriptors = std::filesystem::path("/proc") / std::to_string(server.id()) / "fd";
  return becomes_true([&] {
    std::error_code none;
    int found = 0;
    for (const auto& entry : std::filesystem::directory_iterator(descriptors, none)) {
      if (std::filesystem::read_symlink(entry.path(), none) == data) ++found;
    }
    return found == 2;
  });
}

/// What `taskdock arguments...` leaves behind with `input` on its standard input.
inline Finished run_with_input(const std::string& input, const Process::Strings& arguments,
                               const Process::Strings& environment = {}) {
  const TemporaryDirectory directory;
  const std::filesystem::path file = directory.path() / "input";
  write_file(file, input);
  return Process(arguments, environment, file).wait();
}

}  // namespace taskdock::testing
