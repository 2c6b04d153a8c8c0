#include "formats/todotxt_format.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "formats/foreign_text.h"
#include "formats/lines.h"
#include "formats/member_text.h"
#include "formats/percent.h"
#include "formats/todotxt_words.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

constexpr std::string_view full_title = "full-title:";

support::Timestamp beginning_of(support::Date day) {
  return support::Timestamp(day.time_since_epoch());
}

support::Date day_of(support::Timestamp time) {
  return support::Date(std::chrono::floor<std::chrono::days>(time).time_since_epoch());
}

/// Calls `use(word)` for each part of `text` between spaces, of which several together have empty
/// words between them.
template <class Use>
void for_each_word(std::string_view text, Use use) {
  for (;;) {
    const std::size_t end = text.find(' ');
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

/// Whether a line that has this word in its title would say something else with it.
bool has_meaning(std::string_view word) {
  ImportedTask nothing_yet;
  return word.starts_with(full_title) || take_word(word, nothing_yet);
}

std::string_view without_backslashes(std::string_view word) {
  return word.substr(std::min(word.find_first_not_of('\\'), word.size()));
}

class TodotxtWriter final : public TaskWriter {
 public:
  void begin(std::string& /*out*/) override {}

  void write(std::string& out, const ExportedTask& task) override {
    if (task.is_completed) {
      append_day(out += "x ", task.completed_at.value_or(task.updated_at));
    } else if (task.priority) {
      out.append(1, '(').append(1, letter_of(*task.priority)).append(") ");
    }
    append_day(out, task.created_at);
    append_title(out, task.title);
    append_words(out, task);
    out += '\n';
  }

  void end(std::string& /*out*/) override {}

 private:
  static void append_day(std::string& out, support::Timestamp time) {
    append_value(out, support::DateOrTime(day_of(time)));
    out += ' ';
  }

  static void append_title(std::string& out, const std::string& title) {
    std::string line = title;
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
    line = support::trim(line);
    bool is_first = true;
    for_each_word(line, [&](std::string_view word) {
      if (!std::exchange(is_first, false)) out += ' ';
      if (has_meaning(without_backslashes(word))) out += '\\';
      out += word;
    });
    if (line != title) append_as_word(out.append(1, ' ').append(full_title), title);
  }
};

/// Reads one line, which is not empty.
class TodotxtLine {
 public:
  explicit TodotxtLine(std::string_view line) : rest_(line) {}

  ImportedTask read() {
    read_beginning();
    for_each_word(rest_, [&](std::string_view word) {
      if (word.starts_with(full_title)) {
        title_ = decode_word(word.substr(full_title.size()));
      } else if (!take_word(word, task_)) {
        add_to_title(word);
      }
    });
    complete_rule();
    const bool has_title = title_ && text_fault(*title_) == nullptr;
    if (has_title) {
      task_.title = *title_;
    } else {
      // A line of nothing else is its own title.
      const std::string_view words = support::trim(words_);
      set_title(task_, words.empty() ? rest_ : words);
    }
    return std::move(task_);
  }

 private:
  bool take(std::string_view beginning) {
    if (!rest_.starts_with(beginning)) return false;
    rest_.remove_prefix(beginning.size());
    return true;
  }

  std::optional<support::Timestamp> take_day() {
    constexpr std::size_t size = 10;
    support::Date day;
    if (rest_.size() <= size || rest_[size] != ' ' || !read_day(rest_.substr(0, size), day)) {
      return {};
    }
    rest_.remove_prefix(size + 1);
    return beginning_of(day);
  }

  void take_priority() {
    if (rest_.size() < 4 || rest_[0] != '(' || rest_[1] < 'A' || rest_[1] > 'Z' ||
        rest_.substr(2, 2) != ") ") {
      return;
    }
    task_.priority = priority_of(rest_[1]);
    rest_.remove_prefix(4);
  }

  void read_beginning() {
    task_.is_completed = take("x ");
    take_priority();
    if (*task_.is_completed) task_.completed_at = take_day();
    task_.created_at = take_day();
  }

  void add_to_title(std::string_view word) {
    const bool is_escaped = word.starts_with('\\') && has_meaning(without_backslashes(word));
    if (std::exchange(has_words_, true)) words_ += ' ';
    words_ += word.substr(is_escaped ? 1 : 0);
  }

  /// What recurs needs a date: without one, that of its creation, which is the import if the line
  /// does not say it.
  void complete_rule() {
    if (!task_.recurrence || task_.due_date) return;
    if (task_.created_at) {
      task_.due_date = day_of(*task_.created_at);
    } else {
      task_.due_at_import.emplace();
    }
  }

  std::string_view rest_;
  ImportedTask task_;
  std::string words_;
  bool has_words_ = false;
  std::optional<std::string> title_;
};

class TodotxtReader final : public TaskReader {
 public:
  explicit TodotxtReader(TaskSink& sink) : sink_(sink) {}

  void read(std::string_view bytes) override {
    while (lines_.next(bytes)) read_line();
  }

  void finish() override {
    if (lines_.finish()) read_line();
  }

 private:
  void read_line() {
    if (lines_.is_too_long()) {
      return sink_.refuse({lines_.number(), {}, "The line is longer than a megabyte"});
    }
    if (const char* fault = text_fault(lines_.line())) {
      return sink_.refuse({lines_.number(), {}, std::string("The line ") + fault});
    }
    const std::string_view line = support::trim(lines_.line());
    if (!line.empty()) sink_.take(TodotxtLine(line).read(), lines_.number());
  }

  TaskSink& sink_;
  Lines lines_;
};

}  // namespace

std::unique_ptr<TaskWriter> make_todotxt_writer() {
  return std::make_unique<TodotxtWriter>();
}

std::unique_ptr<TaskReader> make_todotxt_reader(TaskSink& sink) {
  return std::make_unique<TodotxtReader>(sink);
}

}  // namespace taskdock::formats
