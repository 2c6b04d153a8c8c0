#pragma once

#include <httplib.h>

namespace taskdock::http {

/// A stream that the HTTP library reads from; what it never asks of ours is answered here.
class LibraryStream : public httplib::Stream {
 public:
  bool is_readable() const override { return true; }
  bool wait_readable() const override { return true; }
  bool wait_writable() const override { return true; }
  ssize_t write(const char* /*data*/, std::size_t /*size*/) override { return -1; }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }
  time_t duration() const override { return 0; }
};

}  // namespace taskdock::http
