// The ceiling Taskdock is measured against: the same HTTP library, header and flags, with nothing
// behind it. Serves until it is killed; prints the port it listens on.
#include <httplib.h>

#include <cstdio>

int main() {
  httplib::Server server;
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1U << 30);
  // A kept-alive connection holds its worker, so there is one for each of the load's.
  server.new_task_queue = [] { return new httplib::ThreadPool(64); };
  server.Get("/", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"message":"hello"})", "application/json");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::printf("listening on http://127.0.0.1:%d\n", port);
  std::fflush(stdout);
  return server.listen_after_bind() ? 0 : 1;
}
