#include "system/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "system/environment.h"
#include "system/file_descriptor.h"
#include "system/file_lock.h"
#include "system/posix/system_call.h"

namespace taskdock::system {

namespace {

// Of connections that wait to be accepted; the system may allow fewer.
constexpr int backlog = 4096;

constexpr int first_inherited = 3;  // SD_LISTEN_FDS_START

[[noreturn]] void fail(std::errc reason, const char* what) {
  throw std::system_error(std::make_error_code(reason), what);
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
  template <class As>
  As& as() {
    return reinterpret_cast<As&>(storage);
  }
};

Address to_address(const Endpoint& endpoint) {
  Address address;
  if (endpoint.is_unix()) {
    auto& local = address.as<sockaddr_un>();
    if (endpoint.path.size() >= sizeof(local.sun_path)) fail(std::errc::filename_too_long, "bind");
    local.sun_family = AF_UNIX;
    std::memcpy(local.sun_path, endpoint.path.c_str(), endpoint.path.size() + 1);
    address.size = sizeof(local);
    return address;
  }
  const auto port = htons(static_cast<std::uint16_t>(endpoint.port));
  auto& four = address.as<sockaddr_in>();
  if (::inet_pton(AF_INET, endpoint.host.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = port;
    address.size = sizeof(four);
    return address;
  }
  address = {};
  auto& six = address.as<sockaddr_in6>();
  if (::inet_pton(AF_INET6, endpoint.host.c_str(), &six.sin6_addr) != 1) {
    fail(std::errc::invalid_argument, "bind");
  }
  six.sin6_family = AF_INET6;
  six.sin6_port = port;
  address.size = sizeof(six);
  return address;
}

/// Where `socket` listens; nothing if it belongs to no family that we know.
std::optional<Endpoint> endpoint_of(int socket) {
  Address address;
  if (::getsockname(socket, address.get(), &address.size) != 0) return std::nullopt;
  Endpoint endpoint;
  if (address.family() == AF_UNIX) {
    constexpr std::size_t path_start = offsetof(sockaddr_un, sun_path);
    if (address.size <= path_start) return endpoint;
    const char* path = address.as<sockaddr_un>().sun_path;
    const std::size_t size = address.size - path_start;
    endpoint.path = *path == '\0' ? '@' + std::string(path + 1, size - 1)
                                  : std::string(path, ::strnlen(path, size));
    return endpoint;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.family() == AF_INET) {
    const auto& four = address.as<sockaddr_in>();
    ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
    endpoint.port = ntohs(four.sin_port);
  } else if (address.family() == AF_INET6) {
    const auto& six = address.as<sockaddr_in6>();
    ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    endpoint.port = ntohs(six.sin6_port);
  } else {
    return std::nullopt;
  }
  endpoint.host = text.data();
  return endpoint;
}

void set_option(int socket, int level, int option, int value) {
  ::setsockopt(socket, level, option, &value, sizeof(value));
}

bool has_option(int socket, int option, int expected) {
  int value = 0;
  socklen_t size = sizeof(value);
  return ::getsockopt(socket, SOL_SOCKET, option, &value, &size) == 0 && value == expected;
}

/// Accepted connections inherit this. accept() must never wait: whoever else has the socket may
/// take the connection first.
void prepare(int socket, bool is_unix) {
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  if (!is_unix) set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

bool is_same_file(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// Removes the socket at `address` if nobody answers there. Throws std::system_error if somebody
/// does, or if it is no socket.
void remove_stale(const std::string& path, Address& address) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return;  // gone meanwhile
  if (!S_ISSOCK(found.st_mode)) fail(std::errc::not_a_socket, "bind");
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) throw_last_error("socket");
  const bool answers = ::connect(probe, address.get(), address.size) == 0;
  const int reason = errno;
  ::close(probe);
  // Where we may not connect, or the queue is full, there is a server for all that we know.
  if (answers || reason != ECONNREFUSED) fail(std::errc::address_in_use, "bind");
  struct stat still {};
  if (::lstat(path.c_str(), &still) == 0 && is_same_file(found, still)) ::unlink(path.c_str());
}

/// What a server holds while it begins to listen at the path of a Unix socket. Between bind(2) and
/// listen(2) its socket looks like one that was left behind, so that another server that starts at
/// the same time would remove it.
///
/// It is a lock on a file beside the socket, which is removed afterwards.
class StartLock {
 public:
  /// Waits for other servers, for ten seconds at most. Throws std::system_error.
  explicit StartLock(const std::string& path) : name_(path + ".starting") {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!try_take()) {
      if (std::chrono::steady_clock::now() >= deadline) fail(std::errc::address_in_use, "bind");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  StartLock(const StartLock&) = delete;
  StartLock& operator=(const StartLock&) = delete;
  ~StartLock() { ::unlink(name_.c_str()); }  // while the lock is still held

 private:
  bool try_take() {
    constexpr int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    FileDescriptor file(::open(name_.c_str(), flags, S_IRUSR | S_IWUSR));
    if (!file.is_open()) throw_last_error("bind");
    if (!try_lock(file, FileLock::exclusive)) return false;
    // Whoever had the lock may have removed the file after it was opened here.
    struct stat opened {};
    struct stat named {};
    if (::fstat(file.get(), &opened) != 0 || ::lstat(name_.c_str(), &named) != 0 ||
        !is_same_file(opened, named)) {
      return false;
    }
    // What holds something is not ours to remove.
    if (!S_ISREG(opened.st_mode) || opened.st_size != 0) fail(std::errc::file_exists, "bind");
    file_ = std::move(file);
    return true;
  }

  const std::string name_;
  FileDescriptor file_;
};

/// A whole number from 0 on, or -1.
int parse_number(std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::max(value, -1) : -1;
}

/// What `names`, separated by colons, calls the descriptor at `index`: " (NAME)", or nothing.
std::string shown_name(std::string_view names, int index) {
  for (; index > 0; --index) names.remove_prefix(std::min(names.find(':'), names.size() - 1) + 1);
  const std::string_view name = names.substr(0, names.find(':'));
  return name.empty() ? std::string() : " (" + std::string(name) + ')';
}

}  // namespace

struct Listener::State {
  int socket = -1;
  Endpoint endpoint = {};
  std::optional<struct stat> file = {};  // which bind() has made

  State(int opened, Endpoint where) : socket(opened), endpoint(std::move(where)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    struct stat found {};
    if (file && ::lstat(endpoint.path.c_str(), &found) == 0 && is_same_file(*file, found)) {
      ::unlink(endpoint.path.c_str());
    }
    // Not before: as long as it is open, no other file can have the number of ours.
    ::close(socket);
  }
};

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}
Listener::Listener(Listener&& other) noexcept = default;
Listener& Listener::operator=(Listener&& other) noexcept = default;
Listener::~Listener() = default;

const Endpoint& Listener::endpoint() const {
  return state_->endpoint;
}

Listener Listener::bind(const Endpoint& endpoint) {
  Address address = to_address(endpoint);
  const int socket = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) throw_last_error("socket");
  auto state = std::make_unique<State>(socket, endpoint);
  if (endpoint.is_unix()) {
    // The file gets the mode of the socket, so that it is never open to others (Linux).
    ::fchmod(socket, S_IRUSR | S_IWUSR);
  } else {
    // Not SO_REUSEPORT, with which a second server on the port would start silently.
    set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address.family() == AF_INET6) set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  }
  prepare(socket, endpoint.is_unix());
  std::optional<StartLock> lock;
  if (endpoint.is_unix()) lock.emplace(endpoint.path);
  bool is_bound = ::bind(socket, address.get(), address.size) == 0;
  if (!is_bound && endpoint.is_unix() && errno == EADDRINUSE) {
    remove_stale(endpoint.path, address);
    is_bound = ::bind(socket, address.get(), address.size) == 0;
  }
  if (!is_bound) throw_last_error("bind");
  if (endpoint.is_unix()) {
    struct stat made {};
    if (::lstat(endpoint.path.c_str(), &made) == 0) state->file = made;
  }
  if (::listen(socket, backlog) != 0) throw_last_error("listen");
  if (const auto bound = endpoint_of(socket)) state->endpoint.port = bound->port;
  return Listener(std::move(state));
}

std::vector<Listener> Listener::take_inherited() {
  const std::string process = take_variable("LISTEN_PID").value_or("");
  const std::string count = take_variable("LISTEN_FDS").value_or("");
  const std::string names = take_variable("LISTEN_FDNAMES").value_or("");
  std::vector<Listener> listeners;
  // Another process, such as a shell that started this one, was meant.
  if (parse_number(process) != ::getpid()) return listeners;
  constexpr int max_count = 64;
  const int number = parse_number(count);
  if (number < 0 || number > max_count) {
    throw std::invalid_argument("LISTEN_FDS: '" + count + "' is not a number from 0 to " +
                                std::to_string(max_count));
  }
  for (int index = 0; index < number; ++index) {
    const int socket = first_inherited + index;
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    const auto endpoint = endpoint_of(socket);
    if (!endpoint || !has_option(socket, SO_TYPE, SOCK_STREAM) ||
        !has_option(socket, SO_ACCEPTCONN, 1)) {
      throw std::invalid_argument("LISTEN_FDS: descriptor " + std::to_string(socket) +
                                  shown_name(names, index) +
                                  " is not a TCP or Unix socket that listens; in the .socket unit "
                                  "use ListenStream= and leave Accept=no");
    }
    prepare(socket, endpoint->is_unix());
    listeners.push_back(Listener(std::make_unique<State>(socket, *endpoint)));
  }
  return listeners;
}

struct Acceptor::State {
  explicit State(std::vector<Listener> of)
      : listeners(std::move(of)), wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake < 0) throw_last_error("eventfd");
    polls.push_back({.fd = wake, .events = POLLIN, .revents = 0});
    for (const Listener& listener : listeners) {
      polls.push_back({.fd = listener.state_->socket, .events = POLLIN, .revents = 0});
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { ::close(wake); }

  std::vector<Listener> listeners;
  const int wake;             // an event, never reset once it has been set
  std::vector<pollfd> polls;  // the event, then one for each listener
  std::size_t next = 0;       // the listener whose turn it is
};

Acceptor::Acceptor(std::vector<Listener> listeners)
    : state_(std::make_unique<State>(std::move(listeners))) {}
Acceptor::~Acceptor() = default;

Acceptor::Accepted Acceptor::accept() {
  using Event = Accepted::Event;
  State& state = *state_;
  for (;;) {
    if (::poll(state.polls.data(), state.polls.size(), -1) < 0) {
      if (errno == ENOMEM) return {.event = Event::shortage};
      if (errno != EINTR) return {.event = Event::failed};
      continue;
    }
    if (state.polls.front().revents != 0) return {.event = Event::stopped};
    for (std::size_t tried = 0; tried < state.listeners.size(); ++tried) {
      const std::size_t listener = state.next;
      const pollfd& poll = state.polls[1 + listener];
      state.next = (listener + 1) % state.listeners.size();
      if (poll.revents == 0) continue;
      const int socket = ::accept4(poll.fd, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket >= 0) {
        return {.event = Event::connection, .socket = socket, .listener = listener};
      }
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        return {.event = Event::shortage};
      }
      if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK || errno == EOPNOTSUPP) {
        return {.event = Event::failed};
      }
      // All other errors concern only the connection that was to be accepted (accept(2)).
    }
  }
}

void Acceptor::stop() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(state_->wake, &one, sizeof(one));
}

void Acceptor::close() {
  state_->polls.clear();
  state_->listeners.clear();
}

}  // namespace taskdock::system
