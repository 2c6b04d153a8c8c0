#include "cli/server_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string_view>
#include <utility>

#include "cli/failure.h"
#include "support/json_value.h"
#include "support/json_writer.h"
#include "support/regular_file.h"

namespace taskdock::cli {

namespace {

constexpr const char* name = "server.json";
constexpr const char* unfinished_name = "server.json.new";

}  // namespace

std::string to_json_members(const ServerInfo& info) {
  std::string json = R"("url":)";
  support::append_json_string(json, info.url);
  json += R"(,"port":)" + std::to_string(info.port) + R"(,"pid":)" + std::to_string(info.pid);
  json += R"(,"instance":)";
  support::append_json_string(json, info.instance);
  json += R"(,"version":)";
  support::append_json_string(json, info.version);
  json += R"(,"started_at":)";
  support::append_json_string(json, info.started_at);
  return json;
}

namespace {

[[noreturn]] void fail_to_write(const DataDirectory& directory) {
  const int reason = errno;
  ::unlinkat(directory.descriptor(), unfinished_name, 0);
  fail(directory.path() / name, std::string("cannot be written: ") + std::strerror(reason) +
                                    "; make room, or correct the permissions of the directory");
}

}  // namespace

ServerFile::ServerFile(const DataDirectory& directory, const ServerInfo& info)
    : directory_(directory) {
  ::unlinkat(directory.descriptor(), unfinished_name, 0);
  const support::FileDescriptor file(::openat(directory.descriptor(), unfinished_name,
                                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                              S_IRUSR | S_IWUSR));
  const std::string json = '{' + to_json_members(info) + "}\n";
  if (!file.is_open() ||
      ::write(file.get(), json.data(), json.size()) != static_cast<ssize_t>(json.size()) ||
      ::fsync(file.get()) != 0 ||
      ::renameat(directory.descriptor(), unfinished_name, directory.descriptor(), name) != 0) {
    fail_to_write(directory);
  }
}

ServerFile::~ServerFile() {
  remove(directory_);
}

std::optional<ServerInfo> ServerFile::read(const DataDirectory& directory) {
  using Kind = support::JsonValue::Kind;
  constexpr std::size_t max_bytes = 64 * 1024;
  constexpr std::array<std::string_view, 6> names = {"url",      "port",    "pid",
                                                     "instance", "version", "started_at"};
  try {
    const std::string text =
        support::read_all(support::open_regular_file(directory.descriptor(), name), max_bytes);
    const support::ParsedJson parsed = support::parse_json(text);
    if (parsed.value.kind != Kind::object) return std::nullopt;
    std::array<support::JsonValue, names.size()> values;
    support::find_json_members(parsed.value, names, values);
    const auto& [url, port, pid, instance, version, started_at] = values;
    for (const support::JsonValue& value : {url, instance, version, started_at}) {
      if (value.kind != Kind::string) return std::nullopt;
    }
    const auto port_number = support::parse_json_integer(port);
    const auto pid_number = support::parse_json_integer(pid);
    if (!port_number || !std::in_range<int>(*port_number)) return std::nullopt;
    if (!pid_number || !std::in_range<int>(*pid_number)) return std::nullopt;
    return ServerInfo{
        support::decode_json_string(url),     static_cast<int>(*port_number),
        static_cast<int>(*pid_number),        support::decode_json_string(instance),
        support::decode_json_string(version), support::decode_json_string(started_at)};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void ServerFile::remove(const DataDirectory& directory) noexcept {
  ::unlinkat(directory.descriptor(), name, 0);
}

}  // namespace taskdock::cli
