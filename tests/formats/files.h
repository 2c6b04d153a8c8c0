#pragma once

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/format.h"
#include "testing/paths.h"

/// What tests of formats share.
namespace taskdock::testing {

/// What a reader hands in.
struct CollectingSink final : formats::TaskSink {
  struct Numbered {
    formats::ImportedTask task;
    std::size_t number;
  };

  std::vector<Numbered> tasks;
  std::vector<formats::Fault> faults;

  void take(formats::ImportedTask task, std::size_t number) override {
    tasks.push_back({std::move(task), number});
  }
  void refuse(formats::Fault fault) override { faults.push_back(std::move(fault)); }

  /// "NUMBER MEMBER MESSAGE" of each fault.
  std::vector<std::string> fault_lines() const {
    std::vector<std::string> lines;
    for (const formats::Fault& fault : faults) {
      std::string line = std::to_string(fault.number) + ' ';
      if (!fault.member.empty()) line.append(fault.member).append(1, ' ');
      lines.push_back(line + fault.message);
    }
    return lines;
  }
};

/// The content of a file as another program writes it.
inline std::string sample(const char* name) {
  std::ifstream file(source_directory() / "tests/formats/samples" / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What `text` is as a due date, and as an instant.
inline support::DateOrTime due(std::string_view text) {
  return *support::parse_date_or_time(text);
}
inline support::Timestamp time_at(std::string_view text) {
  return std::get<support::Timestamp>(due(text));
}

/// Reads `text` in pieces of so many bytes.
inline CollectingSink read_file(std::string_view format, std::string_view text,
                                std::size_t piece_bytes = 7) {
  CollectingSink sink;
  const auto reader = (*formats::find_format(format)->make_reader)(sink);
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    reader->read(text.substr(at, piece_bytes));
  }
  reader->finish();
  return sink;
}

/// The whole file with these tasks.
inline std::string write_file(std::string_view format,
                              const std::vector<formats::ExportedTask>& tasks) {
  std::string out;
  const auto writer = (*formats::find_format(format)->make_writer)();
  writer->begin(out);
  for (const formats::ExportedTask& task : tasks) writer->write(out, task);
  writer->end(out);
  return out;
}

/// The same task as it comes back from a file that has all of it.
inline formats::ImportedTask as_imported(const formats::ExportedTask& task) {
  formats::ImportedTask imported;
  static_cast<store::TaskContent&>(imported) = task;
  imported.id = task.id.to_string();
  imported.is_completed = task.is_completed;
  imported.completed_at = task.completed_at;
  imported.created_at = task.created_at;
  imported.updated_at = task.updated_at;
  imported.parent_task_id = task.parent_task_id;
  imported.next_task_id = task.next_task_id;
  imported.deleted_at = task.deleted_at;
  return imported;
}

/// Whether two tasks have the same in all members.
inline bool is_same(const formats::ImportedTask& one, const formats::ImportedTask& other) {
  bool same = true;
  formats::for_each_member<formats::ImportedTask>(
      [&](const auto& member) { same = same && one.*member.member == other.*member.member; });
  return same;
}

}  // namespace taskdock::testing
