#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/format.h"
#include "property.h"
#include "support/text.h"

/// What the harnesses of file formats share: files of any bytes are read.
namespace taskdock::fuzz {

/// What a reader hands in, as a text that is another one for anything else.
class NotingSink final : public formats::TaskSink {
 public:
  void take(formats::ImportedTask task, std::size_t number) override {
    require(support::is_utf8(task.title), "a title is UTF-8");
    require(!task.description || support::is_utf8(*task.description), "a description is UTF-8");
    for (const std::string& tag : task.tags) require(support::is_utf8(tag), "a tag is UTF-8");
    text_ += "task " + std::to_string(number) + ' ' + task.title + '\n';
    tasks.push_back(std::move(task));
  }
  void refuse(formats::Fault fault) override {
    require(support::is_utf8(fault.message) && !fault.message.empty(), "a fault has a message");
    text_ += "fault " + std::to_string(fault.number) + ' ' + std::string(fault.member) + ' ' +
             fault.message + '\n';
    ++faults;
  }

  const std::string& text() const { return text_; }

  std::vector<formats::ImportedTask> tasks;
  std::size_t faults = 0;

 private:
  std::string text_;
};

inline NotingSink read_in_pieces(std::string_view format, std::string_view file,
                                 std::size_t piece_bytes) {
  NotingSink sink;
  const auto reader = (*formats::find_format(format)->make_reader)(sink);
  for (std::size_t at = 0; at < file.size(); at += piece_bytes) {
    reader->read(file.substr(at, piece_bytes));
  }
  reader->finish();
  return sink;
}

/// Reads `file`, whole and in pieces, which must be the same. Returns what was found.
inline NotingSink read_any_file(std::string_view format, std::string_view file) {
  NotingSink whole = read_in_pieces(format, file, std::max<std::size_t>(file.size(), 1));
  for (const std::size_t size : {std::size_t{1}, std::size_t{3}, std::size_t{64}}) {
    require(read_in_pieces(format, file, size).text() == whole.text(),
            "the pieces make no difference");
  }
  return whole;
}

/// The task as an export has it; nothing if it has no id or not the times that every task has. No
/// two tags of a task are the same, and none has a comma or ends with a space: it is without tags.
inline std::optional<formats::ExportedTask> as_exported(const formats::ImportedTask& task) {
  const auto id = support::Uuid::parse(task.id.value_or(""));
  if (!id || !task.created_at || !task.updated_at || !task.is_completed) return std::nullopt;
  formats::ExportedTask exported;
  static_cast<store::TaskContent&>(exported) = task;
  exported.tags.clear();
  exported.id = *id;
  exported.is_completed = *task.is_completed;
  exported.completed_at = task.completed_at;
  exported.created_at = *task.created_at;
  exported.updated_at = *task.updated_at;
  exported.parent_task_id = task.parent_task_id;
  exported.next_task_id = task.next_task_id;
  exported.deleted_at = task.deleted_at;
  return exported;
}

inline std::string write_tasks(std::string_view format,
                               const std::vector<formats::ExportedTask>& tasks) {
  std::string file;
  const auto writer = (*formats::find_format(format)->make_writer)();
  writer->begin(file);
  for (const formats::ExportedTask& task : tasks) writer->write(file, task);
  writer->end(file);
  return file;
}

/// What was read without a fault is, written and read again, the same, if it has an id and the
/// times that every task has.
inline void check_round_trip(std::string_view format, const NotingSink& read) {
  if (read.faults > 0) return;
  std::vector<formats::ExportedTask> exported;
  std::vector<const formats::ImportedTask*> written;
  for (const formats::ImportedTask& task : read.tasks) {
    const auto one = as_exported(task);
    if (!one) continue;
    exported.push_back(*one);
    written.push_back(&task);
  }
  const NotingSink again = read_in_pieces(format, write_tasks(format, exported), 64);
  require(again.faults == 0 && again.tasks.size() == written.size(), "all is read again");
  for (std::size_t i = 0; i < written.size(); ++i) {
    formats::for_each_member<formats::ImportedTask>([&](const auto& member) {
      using Value = std::remove_cvref_t<decltype(written[i]->*member.member)>;
      if constexpr (std::is_same_v<Value, std::vector<std::string>>) return;
      if (std::string_view(member.name) == "id") return;  // in lower case now
      require(written[i]->*member.member == again.tasks[i].*member.member, "it is the same again");
    });
  }
}

/// The same for a format that does not have all characters: a file of tasks that were read from
/// this format is read and written again as the same file.
inline void check_same_file(std::string_view format, const NotingSink& read) {
  if (read.faults > 0) return;
  std::vector<formats::ExportedTask> tasks;
  for (const formats::ImportedTask& task : read.tasks) {
    if (const auto one = as_exported(task)) tasks.push_back(*one);
  }
  const std::string file = write_tasks(format, tasks);
  const NotingSink again = read_in_pieces(format, file, 64);
  require(again.faults == 0 && again.tasks.size() == tasks.size(), "all is read again");
  tasks.clear();
  for (const formats::ImportedTask& task : again.tasks) {
    const auto one = as_exported(task);
    require(one.has_value(), "a task that was written has all that it needs");
    tasks.push_back(*one);
  }
  require(write_tasks(format, tasks) == file, "the file is the same again");
}

}  // namespace taskdock::fuzz
