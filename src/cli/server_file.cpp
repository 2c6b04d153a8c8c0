#include "cli/server_file.h"

#include <system_error>

#include "cli/failure.h"
#include "cli/json_file.h"
#include "support/json_writer.h"
#include "system/file_content.h"

namespace taskdock::cli {

namespace {

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
    files.rename(unfinished_name, server_file_name);
  } catch (const std::system_error& error) {
    files.remove(unfinished_name);
    fail(directory.path() / server_file_name,
         "cannot be written: " + error.code().message() +
             "; make room, or correct the permissions of the directory");
  }
}

ServerFile::~ServerFile() {
  remove(directory_);
}

std::optional<ServerInfo> ServerFile::read(const DataDirectory& directory) {
  const auto file = JsonFile::read(directory.directory(), server_file_name);
  if (!file) return std::nullopt;
  const auto url = file->text("url");
  const auto port = file->number("port");
  const auto pid = file->number("pid");
  const auto instance = file->text("instance");
  const auto version = file->text("version");
  const auto started_at = file->text("started_at");
  if (!url || !port || !pid || !instance || !version || !started_at) return std::nullopt;
  return ServerInfo{*url, *port, *pid, *instance, *version, *started_at};
}

void ServerFile::remove(const DataDirectory& directory) noexcept {
  directory.directory().remove(server_file_name);
}

}  // namespace taskdock::cli
