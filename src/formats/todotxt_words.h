#pragma once

#include <string>
#include <string_view>

#include "formats/task.h"
#include "support/date_time.h"

/// The words of a line of todo.txt that say something of the task (github.com/todotxt/todo.txt).
namespace taskdock::formats {

/// Reads a word that is a tag (+project, @context) or what a task has (due:2026-08-08, pri:A, …)
/// into `task`. False: it is neither, or what it says cannot be read, and so it is a word of the
/// title.
bool take_word(std::string_view word, ImportedTask& task);

/// Appends, each after a space, the words that say of a task what take_word reads.
void append_words(std::string& out, const ExportedTask& task);

/// Of A to Z; the first three letters are the three highest priorities, the others the lowest.
store::Priority priority_of(char letter);
char letter_of(store::Priority priority);

/// Reads "2026-08-08" into `to`.
bool read_day(std::string_view text, support::Date& to);

}  // namespace taskdock::formats
