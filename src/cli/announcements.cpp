#include "cli/announcements.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "cli/command.h"
#include "cli/directory_lock.h"
#include "cli/failure.h"
#include "cli/standard_streams.h"
#include "support/json_writer.h"
#include "support/text.h"
#include "system/standard_streams.h"

namespace taskdock::cli {

namespace {

/// One line of JSON; `members` may be empty.
std::string event_line(const char* event, const std::string& members) {
  std::string line = R"({"event":")" + std::string(event) + '"';
  if (!members.empty()) line += ',' + members;
  return line + "}\n";
}

std::string text_member(const char* name, std::string_view text) {
  std::string json = '"' + std::string(name) + "\":";
  support::append_json_string(json, text);
  return json;
}

/// `text`, which may quote a path, in UTF-8: a byte that belongs to no character becomes a question
/// mark.
std::string to_utf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const std::size_t length = support::utf8_length(text);
    valid += length == 0 ? "?" : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return valid;
}

/// The first word of `words` that is no option and no option's value; empty if there is none.
std::string_view command_in(const std::vector<std::string_view>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with('-')) return words[i];
    // Every option takes a value.
    if (words[i].find('=') == std::string_view::npos) ++i;
  }
  return {};
}

bool is_for_server(std::string_view command) {
  const std::string_view server = all_commands().front().name;
  const auto begins_another = [&](const CommandEntry& entry) {
    const std::string_view name = entry.name;
    return name != server && name.substr(0, name.find(' ')) == command;
  };
  // A word that is no command at all was meant for the server as likely as not.
  return std::ranges::none_of(all_commands(), begins_another);
}

}  // namespace

void Announcements::ready(const ServerInfo& info, const std::vector<std::string>& addresses) const {
  std::string lines;
  if (form_ == Form::json) {
    lines = event_line("ready", to_json_members(info));
  } else {
    for (const std::string& address : addresses) lines += "listening on " + address + '\n';
  }
  write_output(lines);
}

void Announcements::stopping(StopReason reason) const noexcept {
  if (form_ == Form::text) return;
  system::offer_to_standard_output(event_line("stopping", text_member("reason", name_of(reason))));
}

bool wants_events(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + std::min(argc, 1), argv + argc);
  if (!is_for_server(command_in(words))) return false;
  bool is_given = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--ready=json") return true;
    if (words[i] == "--ready" && i + 1 < words.size() && words[i + 1] == "json") return true;
    is_given = is_given || words[i].starts_with("--ready=") ||
               (words[i] == "--ready" && i + 1 < words.size());
  }
  const char* variable = std::getenv("TASKDOCK_READY");
  return !is_given && variable && variable == std::string_view("json");
}

void announce_failure(const std::exception& error) noexcept {
  if (const auto* running = dynamic_cast<const AlreadyRunning*>(&error)) {
    system::offer_to_standard_output(
        event_line("already-running", to_json_members(running->server)));
    return;
  }
  const auto* failure = dynamic_cast<const Failure*>(&error);
  system::offer_to_standard_output(
      event_line("error", text_member("code", failure ? failure->code() : failure_code::failed) +
                              ',' + text_member("message", to_utf8(error.what()))));
}

}  // namespace taskdock::cli
