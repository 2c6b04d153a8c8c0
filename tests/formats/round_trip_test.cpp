// What is exported is imported as the same, whatever it is.
#include <doctest/doctest.h>

#include <random>

#include "formats/files.h"

namespace taskdock::testing {

using formats::ExportedTask;
using formats::ImportedTask;

namespace {

/// Random tasks, with what texts and dates can have that is difficult.
class RandomTasks {
 public:
  explicit RandomTasks(std::uint32_t seed) : random_(seed) {}

  ExportedTask next() {
    ExportedTask task;
    task.id = id();
    task.title = 'T' + text(30);
    if (chance()) task.description = text(200);
    if (chance()) task.due_date = due_date();
    if (chance()) task.remind_at = time();
    if (chance()) task.priority = static_cast<store::Priority>(below(4));
    for (std::size_t count = below(4); count > 0; --count) {
      task.tags.push_back("tag " + std::to_string(below(1000)) + std::string(below(2), '"') + "é");
    }
    if (chance()) task.recurrence = "FREQ=WEEKLY;BYDAY=MO,TH";
    if (chance()) task.recurrence_from = store::RecurrenceFrom::completion;
    task.is_completed = chance();
    if (task.is_completed) task.completed_at = time();
    task.created_at = time();
    task.updated_at = time();
    if (chance()) task.parent_task_id = id();
    if (chance()) task.next_task_id = id();
    if (chance()) task.deleted_at = time();
    return task;
  }

  std::size_t below(std::size_t end) { return random_() % end; }

 private:
  bool chance() { return below(2) == 0; }

  support::Uuid id() {
    support::Uuid made;
    for (std::uint8_t& byte : made.bytes) byte = static_cast<std::uint8_t>(random_());
    return made;
  }

  support::Timestamp time() {
    const auto span = (support::end_of_time - support::first_moment).count();
    const auto at =
        static_cast<std::int64_t>(((static_cast<std::uint64_t>(random_()) << 32) | random_()) %
                                  static_cast<std::uint64_t>(span));
    return support::first_moment + std::chrono::microseconds(at);
  }

  support::DateOrTime due_date() {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time()).time_since_epoch();
    if (chance()) return support::Date(std::chrono::floor<std::chrono::days>(seconds));
    if (chance()) return support::LocalTime(seconds);
    return time();
  }

  std::string text(std::size_t max_parts) {
    static const std::vector<std::string> parts = {
        "a", " ", ",",    "\"", "\"\"",         "\n", "\r\n", "\r", "\\",   "\t",   "\x01",
        "=", "é", "日本", "😀",  "\xef\xbb\xbf", ";",  "{",    "]",  "null", "\x7f", "\xe2\x80\xa8"};
    std::string made;
    for (std::size_t count = below(max_parts); count > 0; --count) {
      made += parts[below(parts.size())];
    }
    return made;
  }

  std::mt19937 random_;
};

/// Reads `tasks` from a file of this format with them, in pieces of any size, and checks that they
/// are those `expected`.
void check_comes_back(const char* format, const std::vector<ExportedTask>& tasks,
                      const std::vector<ImportedTask>& expected, std::size_t piece_bytes) {
  const CollectingSink read = read_file(format, write_file(format, tasks), piece_bytes);
  REQUIRE(read.fault_lines().empty());
  REQUIRE(read.tasks.size() == tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    CAPTURE(i);
    REQUIRE(is_same(read.tasks[i].task, expected[i]));
  }
}

/// Writes random tasks in this format, and checks that each comes back as `expected` says.
template <class Expected>
void check_random_tasks(const char* format, Expected expected) {
  CAPTURE(format);
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    RandomTasks random(seed);
    std::vector<ExportedTask> tasks;
    std::vector<ImportedTask> wanted;
    for (std::size_t count = random.below(20); count > 0; --count) {
      tasks.push_back(random.next());
      wanted.push_back(expected(tasks.back()));
    }
    check_comes_back(format, tasks, wanted, 1 + random.below(200));
  }
}

/// A text with the line breaks and without the control characters that iCalendar does not have.
std::string as_ics_has_it(const std::string& text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      if (text.substr(i + 1, 1) != "\n") made += '\n';
    } else if (text[i] == '\x01' || text[i] == '\x7f') {
      made += "\xef\xbf\xbd";
    } else {
      made += text[i];
    }
  }
  return made;
}

}  // namespace

TEST_CASE("formats/round_trip: what our own formats write is read as the same, in any pieces") {
  for (const char* format : {"json", "csv"}) check_random_tasks(format, as_imported);
}

TEST_CASE(
    "formats/round_trip: iCalendar has all but the trash, other line breaks and control "
    "characters") {
  check_random_tasks("ics", [](const ExportedTask& task) {
    ImportedTask expected = as_imported(task);
    expected.title = as_ics_has_it(expected.title);
    if (expected.description) expected.description = as_ics_has_it(*expected.description);
    if (expected.recurrence && !expected.due_date) {
      // No task that is kept is so.
      expected.recurrence.reset();
      std::string& description =
          expected.description ? *expected.description : expected.description.emplace();
      if (!description.empty()) description += "\n\n";
      description += "Recurrence: " + *task.recurrence;
    }
    expected.deleted_at.reset();
    return expected;
  });
}

TEST_CASE("formats/round_trip: todo.txt has all of a task that its lines can have") {
  const auto to_day = [](std::optional<support::Timestamp> time) {
    return time ? std::optional(std::chrono::floor<std::chrono::days>(*time)) : std::nullopt;
  };
  for (std::uint32_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    RandomTasks random(seed);
    ExportedTask task = random.next();
    if (!task.due_date) task.recurrence.reset();
    const CollectingSink read = read_file("todotxt", write_file("todotxt", {task}));
    REQUIRE(read.fault_lines().empty());
    REQUIRE(read.tasks.size() == 1);
    formats::ImportedTask expected = as_imported(task);
    expected.completed_at = to_day(expected.completed_at);
    expected.created_at = to_day(expected.created_at);
    expected.updated_at.reset();
    expected.parent_task_id.reset();
    expected.next_task_id.reset();
    expected.deleted_at.reset();
    if (expected.description == "") expected.description.reset();
    REQUIRE(is_same(read.tasks[0].task, expected));
  }
}

}  // namespace taskdock::testing
