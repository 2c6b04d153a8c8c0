#include "cli/server_file.h"

#include <array>
#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/failure.h"
#include "support/json_value.h"
#include "support/json_writer.h"
#include "system/file_content.h"
#include "system/regular_file.h"

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

ServerFile::ServerFile(const DataDirectory& directory, const ServerInfo& info)
    : directory_(directory) {
  const system::Directory& files = directory.directory();
  try {
    files.remove(unfinished_name);
    const system::FileDescriptor file = files.create_file(unfinished_name);
    system::write_all(file, '{' + to_json_members(info) + "}\n");
    system::sync(file);
    files.rename(unfinished_name, name);
  } catch (const std::system_error& error) {
    files.remove(unfinished_name);
    fail(directory.path() / name, "cannot be written: " + error.code().message() +
                                      "; make room, or correct the permissions of the directory");
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
    const std::string text = system::read_all(directory.directory().open_file(name), max_bytes);
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
  directory.directory().remove(name);
}

}  // namespace taskdock::cli
