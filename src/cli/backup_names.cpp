#include "cli/backup_names.h"

#include <system_error>
#include <variant>

#include "support/date_time.h"
#include "system/unfinished_file.h"

namespace taskdock::cli {

namespace {

constexpr std::string_view ending = ".db";
constexpr std::size_t time_size = 20;  // 2026-08-08T10-30-00Z
constexpr std::size_t first_colon = 13;
constexpr std::size_t second_colon = 16;

}  // namespace

std::string file_time(support::Timestamp moment) {
  std::string text = support::format_rfc3339(moment).substr(0, time_size - 1) + 'Z';
  text[first_colon] = text[second_colon] = '-';
  return text;
}

std::string backup_name(std::string_view word, support::Timestamp moment) {
  return std::string(word).append(file_time(moment)).append(ending);
}

std::optional<support::Timestamp> time_of_backup(std::string_view word, std::string_view name) {
  if (!name.starts_with(word) || name.size() != word.size() + time_size + ending.size()) {
    return std::nullopt;
  }
  std::string text(name.substr(word.size(), time_size));
  text[first_colon] = text[second_colon] = ':';
  const auto value = support::parse_date_or_time(text);
  if (!value || !std::holds_alternative<support::Timestamp>(*value)) return std::nullopt;
  const auto moment = std::get<support::Timestamp>(*value);
  if (backup_name(word, moment) != name) return std::nullopt;
  return moment;
}

void remove_unfinished_backups(const std::filesystem::path& directory, std::string_view word) {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(directory, none)) {
    const auto finished = system::finished_path(entry.path());
    if (finished && time_of_backup(word, finished->filename().string())) {
      system::remove_left_behind(entry.path());
    }
  }
}

}  // namespace taskdock::cli
