#include <chrono>
#include <system_error>
#include <thread>

#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/data_directory.h"
#include "cli/directory_lock.h"
#include "cli/server_file.h"
#include "cli/standard_streams.h"
#include "cli/values.h"
#include "system/process.h"

namespace taskdock::cli {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds pause{10};
constexpr std::int64_t max_wait = 24 * 60 * 60;  // seconds

/// A running server.
struct Server {
  ServerInfo info;
  system::Process process;
};

/// Stops the server that has the data directory.
///
/// The lock of the directory tells whether there is one, and server.json which process it is. An id
/// alone is not believed: the process could have ended, and its id be another one's, or it could
/// run in a container, where ids mean other processes. So the process is opened first; then the
/// lock is still taken, server.json still names the same instance, and the process has the
/// directory open.
class Stop final : public Command {
 public:
  void declare(OptionList& list) override;
  ExitStatus run() override;

 private:
  std::optional<Server> find_server(const DataDirectory& directory) const;
  void wait_until_free(const DataDirectory& directory, const Server& stopped) const;
  void sleep_or_give_up(const DataDirectory& directory) const;

  DataOption data_;
  std::chrono::seconds wait_{30};
  steady_clock::time_point deadline_;
};

void Stop::declare(OptionList& list) {
  data_.declare(list);
  list.add_flag_only("--wait", "SECONDS", std::to_string(wait_.count()),
                     "How long to wait until the server has ended", [this](const Given& given) {
                       wait_ = std::chrono::seconds(read_whole(given.text, 1, max_wait));
                     });
}

std::string shown(const ServerInfo& info) {
  return "the server at " + info.url + " (process " + std::to_string(info.pid) + ')';
}

/// The process of `info`, if it is sure to be the server that has `directory`. Nothing if it has
/// ended meanwhile.
std::optional<system::Process> open_process(const DataDirectory& directory,
                                            const ServerInfo& info) {
  auto process = system::Process::open(info.pid);
  if (!process || !is_taken(directory)) return std::nullopt;
  const auto now = ServerFile::read(directory);
  if (!now || now->instance != info.instance) return std::nullopt;
  if (process->has_open(directory.directory()) == false) {
    throw Failure(ExitStatus::failed,
                  directory.path().string() + ": process " + std::to_string(info.pid) +
                      ", which server.json names, is not the server; if it runs in a container, "
                      "stop it from there");
  }
  return process;
}

ExitStatus Stop::run() {
  deadline_ = steady_clock::now() + wait_;
  const std::filesystem::path& path = data_.path();
  std::error_code error;
  std::optional<Server> server;
  if (std::filesystem::status(path, error).type() != std::filesystem::file_type::not_found) {
    const DataDirectory directory(path);
    server = find_server(directory);
    if (server) {
      try {
        server->process.ask_to_stop();
      } catch (const std::system_error& reason) {
        throw Failure(ExitStatus::failed, shown(server->info) +
                                              " cannot be stopped: " + reason.code().message() +
                                              "; run this command as the user of the server");
      }
      wait_until_free(directory, *server);
    }
  }
  write_output(server ? "stopped " + shown(server->info) + '\n'
                      : "no server is running in " + path.string() + '\n');
  return ExitStatus::done;
}

/// The server that has `directory`; waits for one that is just starting. Nothing if there is none.
std::optional<Server> Stop::find_server(const DataDirectory& directory) const {
  while (is_taken(directory)) {
    if (auto info = ServerFile::read(directory)) {
      if (auto process = open_process(directory, *info)) {
        return Server{*std::move(info), *std::move(process)};
      }
    }
    sleep_or_give_up(directory);
  }
  return std::nullopt;
}

void Stop::wait_until_free(const DataDirectory& directory, const Server& stopped) const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - steady_clock::now());
  if (!stopped.process.wait_for_end(left)) {
    throw Failure(ExitStatus::failed, shown(stopped.info) +
                                          " was asked to stop and has not ended "
                                          "within " +
                                          std::to_string(wait_.count()) +
                                          " s; wait longer with --wait");
  }
  while (is_taken(directory)) {
    const auto next = ServerFile::read(directory);
    if (next && next->instance != stopped.info.instance) {
      throw Failure(ExitStatus::failed, shown(stopped.info) + " has ended, but " + shown(*next) +
                                            " has been started since; stop what starts it");
    }
    sleep_or_give_up(directory);
  }
}

/// For a short while in a loop that waits for the directory. Throws Failure when the time is over.
void Stop::sleep_or_give_up(const DataDirectory& directory) const {
  if (steady_clock::now() < deadline_) return std::this_thread::sleep_for(pause);
  throw Failure(ExitStatus::failed,
                directory.path().string() + ": " +
                    holder(directory).value_or("another taskdock process") +
                    " is still using this data directory, but is no server that is ready; try "
                    "again later, or wait longer with --wait");
}

}  // namespace

std::unique_ptr<Command> make_stop() {
  return std::make_unique<Stop>();
}

}  // namespace taskdock::cli
