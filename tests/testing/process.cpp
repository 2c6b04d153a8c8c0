#include "testing/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace taskdock::testing {

namespace {

std::string read_file(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::vector<char*> pointers(Process::Strings& strings) {
  std::vector<char*> result;
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

Process::Strings serve_arguments(const std::filesystem::path& data, Process::Strings arguments) {
  arguments.insert(arguments.end(), {"--port", "0", "--data", data.string()});
  return arguments;
}

int port_of(Process& process) {
  const std::string line = process.first_line();
  const std::size_t colon = line.rfind(':');
  if (colon == std::string::npos) {
    throw std::runtime_error("the server did not start: " + process.errors());
  }
  return std::stoi(line.substr(colon + 1));
}

}  // namespace

Process::Process(const Strings& arguments, const Strings& environment,
                 const std::filesystem::path& input, const std::string& program) {
  Strings argument_strings = {program};
  argument_strings.insert(argument_strings.end(), arguments.begin(), arguments.end());
  // Of a variable given twice the first counts.
  Strings environment_strings = environment;
  environment_strings.insert(environment_strings.end(),
                             {"PATH=/usr/bin:/bin", "HOME=" + files_.path().string()});
  if (program != executable()) {
    environment_strings.push_back(std::string("TASKDOCK=") + executable());
  }
  // The sanitizers' own settings are the test run's business.
  for (const char* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) {
      environment_strings.push_back(std::string(name) + '=' + value);
    }
  }
  const std::vector<char*> argument_pointers = pointers(argument_strings);
  const std::vector<char*> environment_pointers = pointers(environment_strings);
  const std::string output = (files_.path() / "output").string();
  const std::string errors = (files_.path() / "errors").string();

  id_ = ::fork();
  if (id_ < 0) throw std::runtime_error("fork");
  if (id_ > 0) return;
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND;
  const int input_descriptor = ::open(input.c_str(), O_RDONLY | O_NOCTTY);
  if (::isatty(input_descriptor) != 0) {
    ::setsid();
    ::ioctl(input_descriptor, TIOCSCTTY, 0);
  }
  ::dup2(input_descriptor, STDIN_FILENO);
  ::dup2(::open(output.c_str(), flags, 0600), STDOUT_FILENO);
  ::dup2(::open(errors.c_str(), flags, 0600), STDERR_FILENO);
  ::execve(program.c_str(), argument_pointers.data(), environment_pointers.data());
  ::_exit(127);
}

Process::~Process() {
  if (ended_) return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

std::string Process::first_line() {
  for (int tries = 0; tries < 6000; ++tries) {
    const std::string output = read_file(files_.path() / "output");
    const std::size_t end = output.find('\n');
    if (end != std::string::npos) return output.substr(0, end);
    siginfo_t state{};
    if (::waitid(P_PID, static_cast<id_t>(id_), &state, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        state.si_pid == id_) {
      return {};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

void Process::signal(int number) {
  ::kill(id_, number);
}

bool Process::comes_to_rest() const {
  const std::filesystem::path threads = "/proc/" + std::to_string(id_) + "/task";
  const auto is_at_rest = [&] {
    for (const auto& thread : std::filesystem::directory_iterator(threads)) {
      // The state stands behind the name, which is in parentheses (proc(5)).
      const std::string status = read_file(thread.path() / "stat");
      const std::size_t name_end = status.rfind(") ");
      if (name_end != std::string::npos && status[name_end + 2] != 'S') return false;
    }
    return true;
  };
  for (int tries = 0; tries < 3000; ++tries) {
    if (is_at_rest()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::size_t Process::peak_memory() const {
  std::ifstream status("/proc/" + std::to_string(id_) + "/status");
  for (std::string word; status >> word;) {
    std::size_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib * 1024;
  }
  return 0;
}

Finished Process::wait() {
  int status = 0;
  ::waitpid(id_, &status, 0);
  ended_ = true;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
          read_file(files_.path() / "output"), errors()};
}

std::string Process::errors() const {
  return read_file(files_.path() / "errors");
}

ServerProcess::ServerProcess(const Process::Strings& arguments, const Process::Strings& environment)
    : process_(serve_arguments(directory_.path(), arguments), environment),
      port_(port_of(process_)) {}

ServerProcess::ServerProcess(const std::filesystem::path& data_directory,
                             const Process::Strings& arguments, const Process::Strings& environment)
    : process_(serve_arguments(data_directory, arguments), environment), port_(port_of(process_)) {}

ServerProcess::~ServerProcess() {
  if (process_.has_ended()) return;
  const Finished finished = stop();
  CHECK_MESSAGE(finished.status == 0, finished.errors);
}

Finished ServerProcess::stop() {
  process_.signal(SIGTERM);
  return process_.wait();
}

}  // namespace taskdock::testing
