#include "cli/server_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "cli/failure.h"
#include "support/json_object.h"
#include "support/json_writer.h"
#include "support/regular_file.h"

namespace taskdock::cli {

namespace {

constexpr const char* name = "server.json";
constexpr const char* unfinished_name = "server.json.new";

std::string to_json(const ServerInfo& info) {
  std::string json = R"({"url":)";
  support::append_json_string(json, info.url);
  json += R"(,"port":)" + std::to_string(info.port) + R"(,"pid":)" + std::to_string(info.pid);
  json += R"(,"instance":)";
  support::append_json_string(json, info.instance);
  json += R"(,"version":)";
  support::append_json_string(json, info.version);
  json += R"(,"started_at":)";
  support::append_json_string(json, info.started_at);
  return json + "}\n";
}

/// The member `key` where it is of `kind`.
const support::JsonValue* find(const support::JsonObject& object, const char* key,
                               support::JsonValue::Kind kind) {
  const support::JsonValue* value = object.find(key);
  return value && value->kind == kind ? value : nullptr;
}

[[noreturn]] void fail(const DataDirectory& directory) {
  const int reason = errno;
  ::unlinkat(directory.descriptor(), unfinished_name, 0);
  throw Failure(ExitStatus::failed, (directory.path() / name).string() +
                                        ": cannot be written: " + std::strerror(reason) +
                                        "; make room, or mend the permissions of the directory");
}

}  // namespace

ServerFile::ServerFile(const DataDirectory& directory, const ServerInfo& info)
    : directory_(directory) {
  ::unlinkat(directory.descriptor(), unfinished_name, 0);
  const support::FileDescriptor file(::openat(directory.descriptor(), unfinished_name,
                                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                              S_IRUSR | S_IWUSR));
  const std::string json = to_json(info);
  if (!file.is_open() ||
      ::write(file.get(), json.data(), json.size()) != static_cast<ssize_t>(json.size()) ||
      ::fsync(file.get()) != 0 ||
      ::renameat(directory.descriptor(), unfinished_name, directory.descriptor(), name) != 0) {
    fail(directory);
  }
}

ServerFile::~ServerFile() {
  remove(directory_);
}

std::optional<ServerInfo> ServerFile::read(const DataDirectory& directory) {
  using Kind = support::JsonValue::Kind;
  constexpr std::size_t max_bytes = 64 * 1024;
  try {
    const support::ParsedJson parsed = support::parse_json_object(
        support::read_all(support::open_regular_file(directory.descriptor(), name), max_bytes));
    const support::JsonValue* url = find(parsed.object, "url", Kind::string);
    const support::JsonValue* port = find(parsed.object, "port", Kind::integer);
    const support::JsonValue* pid = find(parsed.object, "pid", Kind::integer);
    const support::JsonValue* instance = find(parsed.object, "instance", Kind::string);
    const support::JsonValue* version = find(parsed.object, "version", Kind::string);
    const support::JsonValue* started_at = find(parsed.object, "started_at", Kind::string);
    if (!url || !port || !pid || !instance || !version || !started_at) return std::nullopt;
    return ServerInfo{url->string,
                      static_cast<int>(port->integer),
                      static_cast<int>(pid->integer),
                      instance->string,
                      version->string,
                      started_at->string};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void ServerFile::remove(const DataDirectory& directory) noexcept {
  ::unlinkat(directory.descriptor(), name, 0);
}

}  // namespace taskdock::cli
