#include "system/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "system/environment.h"

namespace taskdock::system {

namespace {

std::optional<std::uint64_t> parse_number(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace

ServiceManager::ServiceManager() {
  const std::string path = take_variable("NOTIFY_SOCKET").value_or("");
  const std::string microseconds = take_variable("WATCHDOG_USEC").value_or("");
  const std::string process = take_variable("WATCHDOG_PID").value_or("");
  if (!path.empty()) read_socket(path);
  if (is_there() && !microseconds.empty()) read_watchdog(microseconds, process);
}

ServiceManager::~ServiceManager() {
  if (socket_ >= 0) ::close(socket_);
}

void ServiceManager::read_socket(const std::string& path) {
  const bool is_abstract = path.front() == '@';
  if ((!is_abstract && path.front() != '/') || path.size() == 1) {
    ignored_.push_back("NOTIFY_SOCKET is ignored: '" + path +
                       "' is neither an absolute path nor the name of an abstract socket");
    return;
  }
  // A path ends with a zero byte, a name does not (unix(7)).
  if (path.size() + (is_abstract ? 0 : 1) > sizeof(sockaddr_un::sun_path)) {
    ignored_.push_back("NOTIFY_SOCKET is ignored: '" + path + "' is too long for a Unix socket");
    return;
  }
  // Opened now, so that a shortage of files later keeps no message back.
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) {
    ignored_.push_back("NOTIFY_SOCKET is ignored: " + std::generic_category().message(errno));
    return;
  }
  address_ = is_abstract ? '\0' + path.substr(1) : path + '\0';
}

void ServiceManager::read_watchdog(const std::string& microseconds, const std::string& process) {
  if (!process.empty()) {
    const auto id = parse_number(process);
    if (!id || *id == 0) {
      ignored_.push_back("WATCHDOG_USEC is ignored: WATCHDOG_PID is '" + process +
                         "', which is not the id of a process");
      return;
    }
    // The watchdog of another process, such as the one that has started this one.
    if (*id != static_cast<std::uint64_t>(::getpid())) return;
  }
  const auto timeout = parse_number(microseconds);
  if (!timeout || *timeout == 0 || *timeout == UINT64_MAX) {
    ignored_.push_back("WATCHDOG_USEC is ignored: '" + microseconds +
                       "' is not a number of microseconds");
    return;
  }
  // Small enough for every clock: a year is as good as any longer time.
  constexpr std::chrono::microseconds max_timeout = std::chrono::hours(24 * 365);
  watchdog_timeout_ = *timeout < static_cast<std::uint64_t>(max_timeout.count())
                          ? std::chrono::microseconds(*timeout)
                          : max_timeout;
}

std::error_code ServiceManager::send(const std::string& message) const noexcept {
  if (!is_there()) return {};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, address_.data(), address_.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  ssize_t sent = -1;
  do {
    sent = ::sendto(socket_, message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                    reinterpret_cast<const sockaddr*>(&address), size);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return {errno, std::generic_category()};
  return {};
}

}  // namespace taskdock::system
