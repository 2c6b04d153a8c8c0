#include "system/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include "system/posix/process_state.h"
#include "system/posix/system_call.h"

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 declares these functions for C only
}

namespace taskdock::system {

namespace {

/// When the process with this id started, in the system's ticks (proc(5)); nothing if it cannot be
/// known.
std::optional<std::uint64_t> start_of(pid_t id) {
  std::ifstream file("/proc/" + std::to_string(id) + "/stat");
  std::string text;
  std::getline(file, text, '\0');
  // The second field is a name in parentheses, which may hold anything.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  constexpr int start_time = 22;
  for (int number = 3; number <= start_time; ++number) fields >> field;
  std::uint64_t ticks = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), ticks);
  return fields && error == std::errc() ? std::optional(ticks) : std::nullopt;
}

/// Whether one of two processes is known to have started after the other.
bool started_after(pid_t id, pid_t other) {
  const auto start = start_of(id);
  const auto start_of_other = start_of(other);
  // Within a tick ids tell the order: they are given in ascending order.
  return start && start_of_other && std::pair(*start, id) > std::pair(*start_of_other, other);
}

/// Whether `parent`, which getppid(2) names, has only inherited this process from one that has
/// ended.
///
/// A process starts in the session of its parent unless it begins one of its own (setsid(2)), and
/// whoever inherits it is normally in another session. But a parent, too, may have begun one of its
/// own since. Then it started in our session, so after that session's leader; whoever inherits
/// processes of the session was there before it.
bool is_inherited_by(pid_t parent) {
  const pid_t session = ::getsid(0);
  if (session == ::getpid()) return false;  // of its own: it cannot be told
  const pid_t of_parent = ::getsid(parent);
  if (of_parent < 0 || of_parent == session) return false;
  return of_parent != parent || !started_after(parent, session);
}

}  // namespace

Process::Process(std::unique_ptr<State> state) : state_(std::move(state)) {}
Process::Process(Process&& other) noexcept = default;
Process& Process::operator=(Process&& other) noexcept = default;
Process::~Process() = default;

std::optional<Process> Process::open(std::int64_t id) {
  if (id <= 0 || id > std::numeric_limits<pid_t>::max()) return std::nullopt;
  const int descriptor = ::pidfd_open(static_cast<pid_t>(id), 0);
  if (descriptor >= 0) return Process(std::make_unique<State>(id, descriptor));
  // EINVAL: the id of a thread, which is no process.
  if (errno == ESRCH || errno == EINVAL) return std::nullopt;
  throw_last_error("pidfd_open");
}

std::optional<Process> Process::open_parent() {
  const pid_t id = ::getppid();
  if (id == 0) throw std::system_error(std::make_error_code(std::errc::no_such_process));
  std::optional<Process> parent = open(id);
  // If the parent has ended in between, its id may be another process's by now.
  if (::getppid() != id || is_inherited_by(id)) return std::nullopt;
  return parent;
}

std::int64_t Process::id() const {
  return state_->id;
}

void Process::ask_to_stop() const {
  if (::pidfd_send_signal(state_->descriptor, SIGTERM, nullptr, 0) == 0 || errno == ESRCH) return;
  throw_last_error("pidfd_send_signal");
}

bool Process::wait_for_end(std::chrono::milliseconds patience) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  pollfd process{.fd = state_->descriptor, .events = POLLIN, .revents = 0};
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto time = std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max());
    if (::poll(&process, 1, static_cast<int>(time)) > 0) return true;
    if (time == 0) return false;
  }
}

std::optional<bool> Process::has_open(const Directory& directory) const {
  struct stat wanted {};
  if (::fstat(directory.descriptor().get(), &wanted) != 0) return std::nullopt;
  // proc(5): each entry stands for an open file. They are shown to the same user and to root.
  const std::filesystem::path files = "/proc/" + std::to_string(state_->id) + "/fd";
  std::error_code error;
  std::filesystem::directory_iterator entry(files, error);
  bool is_found = false;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    struct stat found {};
    if (::stat(entry->path().c_str(), &found) != 0) continue;
    if (found.st_dev == wanted.st_dev && found.st_ino == wanted.st_ino) is_found = true;
  }
  if (error) return std::nullopt;
  return is_found;
}

}  // namespace taskdock::system
