// What a load generator does not measure. For scripts/bench.sh.
//
//   measure spawn EXECUTABLE DIRECTORY COUNT   from spawn to the first answer, median, milliseconds
//   measure storm PORT COUNT                   COUNT connections at once, until all are answered
//   measure fill PORT TOKEN COUNT              creates COUNT tasks
//   measure stall PORT TOKEN CLIENTS SECONDS   creates tasks, each client one after the other; how
//                                              many, then the 99.9th percentile and the longest of
//                                              the times to an answer, milliseconds
//   measure idle PORT COUNT PROCESS            while COUNT connections are idle: the 99th
//   percentile
//                                              of the times to the answer on a new connection,
//                                              milliseconds, and what PROCESS has resident, KiB
//   measure sync PORT TOKEN LIMIT              a first sync, LIMIT a page: tasks, seconds, bytes
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int connect_to(int port, int flags = 0) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  const sockaddr_in address = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 &&
      errno != EINPROGRESS) {
    throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
  }
  return fd;
}

constexpr std::string_view health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

void send_all(int fd, std::string_view text) {
  if (::send(fd, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("send");
  }
}

/// Receives one answer, which is short; throws unless it begins with `status`.
void expect_answer(int fd, std::string_view status) {
  std::array<char, 4096> answer;
  const ssize_t size = ::recv(fd, answer.data(), answer.size(), 0);
  if (size <= 0 || !std::string_view(answer.data(), static_cast<std::size_t>(size))
                        .starts_with("HTTP/1.1 " + std::string(status))) {
    throw std::runtime_error("unexpected answer");
  }
}

/// The time below which `share` of `times` are; sorts them.
double percentile(std::vector<double>& times, double share) {
  std::sort(times.begin(), times.end());
  return times.at(static_cast<std::size_t>(share * static_cast<double>(times.size() - 1)));
}

double spawn_once(const char* executable, const char* directory) {
  std::array<int, 2> output;
  if (::pipe2(output.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  std::string port_flag = "--port=0";
  std::string data_flag = std::string("--data=") + directory;
  std::string log_flag = "--log-level=off";
  std::string name = executable;
  const std::array<char*, 5> arguments = {name.data(), port_flag.data(), data_flag.data(),
                                          log_flag.data(), nullptr};
  const auto start = Clock::now();
  pid_t id;
  if (::posix_spawn(&id, executable, &actions, nullptr, arguments.data(), environ) != 0) {
    throw std::runtime_error("spawn");
  }
  ::close(output[1]);
  std::array<char, 128> line{};
  if (::read(output[0], line.data(), line.size() - 1) <= 0) throw std::runtime_error("no line");
  const int fd = connect_to(std::atoi(std::strrchr(line.data(), ':') + 1));
  send_all(fd, health);
  expect_answer(fd, "200");
  const double milliseconds = milliseconds_since(start);
  ::close(fd);
  ::close(output[0]);
  ::kill(id, SIGTERM);
  ::waitpid(id, nullptr, 0);
  ::posix_spawn_file_actions_destroy(&actions);
  return milliseconds;
}

void spawn(const char* executable, const char* directory, int count) {
  spawn_once(executable, directory);  // makes the database
  std::vector<double> times;
  for (int i = 0; i < count; ++i) times.push_back(spawn_once(executable, directory));
  std::printf("%.1f\n", percentile(times, 0.5));
}

void storm(int port, int count) {
  const auto start = Clock::now();
  std::vector<pollfd> sockets;
  for (int i = 0; i < count; ++i) {
    sockets.push_back({.fd = connect_to(port, SOCK_NONBLOCK), .events = POLLOUT, .revents = 0});
  }
  int answered = 0;
  while (answered < count && milliseconds_since(start) < 30'000) {
    ::poll(sockets.data(), sockets.size(), 1000);
    for (pollfd& socket : sockets) {
      if ((socket.revents & POLLIN) != 0) {
        expect_answer(socket.fd, "200");
        ++answered;
        socket.fd = -1;  // poll passes over it; the connection stays open
      } else if ((socket.revents & POLLOUT) != 0) {
        send_all(socket.fd, health);
        socket.events = POLLIN;
      } else if (socket.revents != 0) {
        throw std::runtime_error("a connection failed");
      }
    }
  }
  std::printf("%d %.0f\n", answered, milliseconds_since(start));
}

std::string creation(const char* token) {
  const std::string body = R"({"title":"Buy milk","description":"two bottles"})";
  return std::string("POST /api/tasks HTTP/1.1\r\nHost: localhost\r\n") + "Authorization: Bearer " +
         token +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

void fill(int port, const char* token, int count) {
  const std::string request = creation(token);
  const int fd = connect_to(port);
  for (int i = 0; i < count; ++i) {
    send_all(fd, request);
    expect_answer(fd, "201");
  }
  ::close(fd);
}

void stall(int port, const char* token, int clients, int seconds) {
  const std::string request = creation(token);
  std::vector<pollfd> sockets;
  std::vector<Clock::time_point> sent(static_cast<std::size_t>(clients));
  std::vector<double> times;
  for (int i = 0; i < clients; ++i) {
    sockets.push_back({.fd = connect_to(port), .events = POLLIN, .revents = 0});
  }
  const auto start = Clock::now();
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    sent[i] = Clock::now();
    send_all(sockets[i].fd, request);
  }
  while (milliseconds_since(start) < seconds * 1000) {
    if (::poll(sockets.data(), sockets.size(), 10'000) <= 0) throw std::runtime_error("no answer");
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      if (sockets[i].revents == 0) continue;
      expect_answer(sockets[i].fd, "201");
      times.push_back(milliseconds_since(sent[i]));
      sent[i] = Clock::now();
      send_all(sockets[i].fd, request);
    }
  }
  const double longest = *std::max_element(times.begin(), times.end());
  std::printf("%zu %.1f %.1f\n", times.size(), percentile(times, 0.999), longest);
}

long resident_kib(const char* process) {
  const std::string file = std::string("/proc/") + process + "/status";
  std::ifstream status(file);
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  throw std::runtime_error(file);
}

void idle(int port, int count, const char* process) {
  std::vector<int> sockets;
  for (int i = 0; i < count; ++i) {
    sockets.push_back(connect_to(port));
    send_all(sockets.back(), health);
    expect_answer(sockets.back(), "200");
  }
  std::vector<double> times;
  for (int i = 0; i < 500; ++i) {
    const auto start = Clock::now();
    const int fd = connect_to(port);
    send_all(fd, health);
    expect_answer(fd, "200");
    times.push_back(milliseconds_since(start));
    ::close(fd);
  }
  std::printf("%.1f %ld\n", percentile(times, 0.99), resident_kib(process));
  for (const int fd : sockets) ::close(fd);
}

/// Reads one answer of 200 with a length into `answer`, and returns its body.
std::string_view receive_answer(int fd, std::string& answer) {
  answer.clear();
  std::size_t size = std::string::npos;
  std::size_t head = std::string::npos;
  std::array<char, 256 * 1024> part;
  while (answer.size() < size) {
    const ssize_t received = ::recv(fd, part.data(), part.size(), 0);
    if (received <= 0) throw std::runtime_error("recv");
    answer.append(part.data(), static_cast<std::size_t>(received));
    if (head != std::string::npos) continue;
    head = answer.find("\r\n\r\n");
    if (head == std::string::npos) continue;
    constexpr std::string_view length = "Content-Length: ";
    const std::size_t field = answer.find(length);
    if (!answer.starts_with("HTTP/1.1 200") || field > head) {
      throw std::runtime_error("unexpected answer");
    }
    size = head + 4 + static_cast<std::size_t>(std::atol(answer.c_str() + field + length.size()));
  }
  return std::string_view(answer).substr(head + 4);
}

void sync(int port, const char* token, const char* limit) {
  const int fd = connect_to(port);
  std::string answer;
  std::string since = "0";
  std::size_t bytes = 0;
  std::size_t tasks = 0;
  const auto start = Clock::now();
  for (bool has_more = true; has_more;) {
    send_all(fd, "GET /api/tasks/changes?since=" + since + "&limit=" + limit +
                     " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    const std::string_view page = receive_answer(fd, answer);
    bytes += page.size();
    for (std::size_t at = 0; (at = page.find("\"task\":", at)) != std::string_view::npos; ++at) {
      ++tasks;
    }
    // `],"revision":7,"epoch":"...","has_more":true}` is at the end.
    constexpr std::string_view revision = "],\"revision\":";
    const std::size_t at = page.rfind(revision);
    if (at == std::string_view::npos) throw std::runtime_error("no page of changes");
    const std::string_view rest = page.substr(at + revision.size());
    since = rest.substr(0, rest.find(','));
    has_more = page.ends_with(":true}");
  }
  std::printf("%zu %.3f %zu\n", tasks, milliseconds_since(start) / 1000, bytes);
  ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  try {
    if (what == "spawn" && argc == 5) {
      spawn(argv[2], argv[3], std::atoi(argv[4]));
    } else if (what == "storm" && argc == 4) {
      storm(std::atoi(argv[2]), std::atoi(argv[3]));
    } else if (what == "fill" && argc == 5) {
      fill(std::atoi(argv[2]), argv[3], std::atoi(argv[4]));
    } else if (what == "stall" && argc == 6) {
      stall(std::atoi(argv[2]), argv[3], std::atoi(argv[4]), std::atoi(argv[5]));
    } else if (what == "idle" && argc == 5) {
      idle(std::atoi(argv[2]), std::atoi(argv[3]), argv[4]);
    } else if (what == "sync" && argc == 5) {
      sync(std::atoi(argv[2]), argv[3], argv[4]);
    } else {
      std::fputs("measure: see the comment at its top\n", stderr);
      return 2;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "measure: %s\n", error.what());
    return 1;
  }
  return 0;
}
