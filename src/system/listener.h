#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace taskdock::system {

/// Where a server is reached: at an IP address and a port, or at a Unix socket (unix(7)).
struct Endpoint {
  std::string host = {};  // a numeric IP address; empty: a Unix socket
  int port = 0;           // 0: any free one
  std::string path = {};  // of the Unix socket

  bool is_unix() const { return host.empty(); }
};

/// A socket that connections arrive at. Movable.
class Listener {
 public:
  /// Listens on `endpoint`. An IPv6 socket on all addresses takes IPv4 connections, too. A Unix
  /// socket is accessible to its owner only (0600), and replaces one at which nobody answers.
  ///
  /// Throws std::system_error: address_in_use where somebody answers; for a Unix socket also
  /// filename_too_long, and not_a_socket where the path is that of something else, which is left as
  /// it is.
  static Listener bind(const Endpoint& endpoint);

  /// The sockets that a service manager has opened for this process (systemd's socket activation,
  /// sd_listen_fds(3)); none if there are no such. Their variables are removed from the
  /// environment: call it before other threads run. Throws std::invalid_argument, which says what
  /// is wrong, if the variables are malformed or one of the descriptors is not a listening TCP or
  /// Unix socket.
  static std::vector<Listener> take_inherited();

  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&& other) noexcept;

  /// Closes the socket. Removes the file of a Unix socket that bind() has made, if it is still the
  /// same.
  ~Listener();

  /// Where it listens, with the port that the system has chosen. The path of a Unix socket that was
  /// taken over is empty if it has no name, and begins with @ if it is abstract.
  const Endpoint& endpoint() const;

 private:
  friend class Acceptor;
  struct State;
  explicit Listener(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;  // null: moved from
};

/// Accepts the connections of several listeners.
class Acceptor {
 public:
  /// Throws std::system_error if the system has no files for it.
  explicit Acceptor(std::vector<Listener> listeners);
  ~Acceptor();

  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  struct Accepted {
    enum class Event {
      connection,
      shortage,  // the system has no files or no memory for a connection that waits
      stopped,
      failed,  // a listener can accept no more
    };
    Event event;
    int socket = -1;           // of the connection; the caller closes it
    std::size_t listener = 0;  // whose it is: an index into the constructor's list
  };

  /// Waits for a connection, and takes those of all listeners in turn. To be called by one thread.
  Accepted accept();

  /// Makes accept() return `stopped`, now or when it is called next. Any thread may call it.
  void stop();

  /// Closes the listeners. No thread may be in accept().
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace taskdock::system
