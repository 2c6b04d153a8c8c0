#include "formats/todoist_format.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "formats/csv_records.h"
#include "formats/foreign_text.h"
#include "formats/member_text.h"
#include "formats/todoist_date.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

enum Column : std::size_t { type, content, description, priority, indent, date, deadline };

constexpr std::array<std::string_view, 7> column_names = {
    "TYPE", "CONTENT", "DESCRIPTION", "PRIORITY", "INDENT", "DATE", "DEADLINE"};

/// In which field each column is.
using Places = std::array<std::optional<std::size_t>, column_names.size()>;

Places places_in(std::span<const CsvField> header) {
  Places places;
  for (std::size_t i = 0; i < header.size(); ++i) {
    for (std::size_t column = 0; column < column_names.size(); ++column) {
      const bool is_named =
          support::equals_ignoring_case(support::trim_blanks(header[i].text), column_names[column]);
      if (is_named && !places[column]) places[column] = i;
    }
  }
  return places;
}

bool is_header(const Places& places) {
  return places[Column::type] && places[Column::content];
}

/// One of 1 to 9; 0 if `text` is none.
std::size_t digit_of(std::string_view text) {
  text = support::trim_blanks(text);
  return text.size() == 1 && text[0] >= '1' && text[0] <= '9'
             ? static_cast<std::size_t>(text[0] - '0')
             : 0;
}

class TodoistReader final : public TaskReader {
 public:
  explicit TodoistReader(TaskSink& sink) : sink_(sink) {}

  void read(std::string_view bytes) override {
    while (records_.next(bytes)) read_record();
  }

  void finish() override {
    if (records_.finish()) read_record();
    hand_in();
    if (header_ == Header::missing) sink_.refuse({0, {}, "The file is empty"});
  }

 private:
  enum class Header { missing, known, unusable };

  void read_record() {
    if (header_ == Header::unusable) return;
    if (!records_.fault().empty()) {
      refuse("The record " + std::string(records_.fault()));
      if (header_ == Header::missing) header_ = Header::unusable;
    } else if (header_ == Header::missing) {
      places_ = places_in(records_.fields());
      header_ = is_header(places_) ? Header::known : Header::unusable;
      if (header_ == Header::unusable) refuse("There are no columns TYPE and CONTENT");
    } else if (has_valid_text()) {
      read_row();
    }
  }

  void read_row() {
    if (is_of_type("task")) {
      hand_in();
      read_task();
    } else if (is_of_type("section")) {
      hand_in();
      section_ = shared_text(field(Column::content));
      parents_.clear();
    } else if (is_of_type("note")) {
      read_note();
    } else if (!is_of_type("meta") && !is_empty()) {
      refuse("The TYPE must be task, section or note");
    }
  }

  bool is_of_type(std::string_view type) const {
    return support::equals_ignoring_case(support::trim_blanks(field(Column::type)), type);
  }

  /// Whether the record only separates others.
  bool is_empty() const {
    const auto fields = records_.fields();
    return std::all_of(fields.begin(), fields.end(), [](const CsvField& each) {
      return support::trim_blanks(each.text).empty();
    });
  }

  /// A comment of the task before it; or, if there is none, of the project, which becomes a task.
  void read_note() {
    const std::string_view text = support::trim(field(Column::content));
    if (task_) return add_paragraph(*task_, text);
    if (text.empty()) return;
    set_title(task_.emplace(), text);
    line_ = records_.line();
    hand_in();
  }

  void read_task() {
    ImportedTask& task = task_.emplace();
    line_ = records_.line();
    std::string title;
    for (std::string_view rest = field(Column::content); !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      const std::string_view word = rest.substr(0, end);
      if (word.size() > 1 && word[0] == '@') {
        add_tag(task, "Label", word.substr(1));
      } else if (!word.empty()) {
        title.append(title.empty() ? "" : " ").append(word);
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (title.empty()) title = field(Column::content);  // it was all labels
    set_title(task, title);
    add_paragraph(task, field(Column::description));
    add_tag(task, "Section", section_);
    // The lowest of the four is what a task has that was given none.
    const std::size_t level = digit_of(field(Column::priority));
    if (level >= 1 && level <= 3) {
      task.priority = static_cast<store::Priority>(
          static_cast<std::size_t>(store::Priority::urgent) + 1 - level);
    }
    read_date(task, Column::date, "Date: ");
    read_date(task, Column::deadline, "Deadline: ");
    note_place(task, title);
  }

  /// The first date that can be read is when the task is due.
  void read_date(ImportedTask& task, Column column, std::string_view name) {
    const std::string_view text = support::trim(field(column));
    if (text.empty()) return;
    const bool is_known = task.due_date || task.due_at_import;
    if (!is_known && read_todoist_date(text, task)) return;
    add_paragraph(task, std::string(name).append(text));
  }

  /// Says in the description of which tasks this one is a part.
  void note_place(ImportedTask& task, const std::string& title) {
    const std::size_t depth = std::max<std::size_t>(digit_of(field(Column::indent)), 1) - 1;
    parents_.resize(std::min(depth, parents_.size()));
    std::string all;
    for (const std::string& parent : parents_) all.append(all.empty() ? "" : " / ").append(parent);
    if (!all.empty()) add_paragraph(task, "Part of: " + all);
    parents_.emplace_back(shared_text(title));
  }

  void hand_in() {
    if (task_) sink_.take(*std::exchange(task_, {}), line_);
  }

  bool has_valid_text() {
    for (const CsvField& each : records_.fields()) {
      const char* fault = text_fault(each.text);
      if (!fault) continue;
      refuse(std::string("The record ") + fault);
      return false;
    }
    return true;
  }

  std::string_view field(Column column) const {
    const auto& place = places_[column];
    const auto fields = records_.fields();
    return place && *place < fields.size() ? std::string_view(fields[*place].text) : "";
  }

  void refuse(std::string why) { sink_.refuse({records_.line(), {}, std::move(why)}); }

  TaskSink& sink_;
  CsvRecords records_;
  Header header_ = Header::missing;
  Places places_;
  // The last task, whose comments may follow, and its line.
  std::optional<ImportedTask> task_;
  std::size_t line_ = 0;
  std::string section_;
  std::vector<std::string> parents_;  // the titles of the last task and of those it is a part of
};

}  // namespace

std::unique_ptr<TaskReader> make_todoist_reader(TaskSink& sink) {
  return std::make_unique<TodoistReader>(sink);
}

bool begins_as_todoist(std::string_view beginning) {
  CsvRecords records;
  return (records.next(beginning) || records.finish()) && is_header(places_in(records.fields()));
}

}  // namespace taskdock::formats
