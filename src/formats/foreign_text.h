#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "formats/task.h"

/// How a task takes texts of other programs, which know other limits: what it cannot have as what
/// it was stays in the description.
namespace taskdock::formats {

/// What a task can have: the limits of the API, which includes this and makes sure that they are
/// the same (api/imported_task.cpp).
inline constexpr std::size_t max_title = 200;  // characters
inline constexpr std::size_t max_tags = 20;
inline constexpr std::size_t max_tag = 50;    // characters
inline constexpr std::size_t max_rule = 500;  // characters

/// Gives the task this title. One that is too long is cut off, and stands in the description whole;
/// an empty one becomes "Untitled".
void set_title(ImportedTask& task, std::string_view title);

/// Whether a tag can have this name: not too long, not empty, without commas and control
/// characters.
bool can_be_tag(std::string_view name);

/// The beginning of a text that many tasks get, such as the name of their project: far more than
/// people write, and so little that all of these tasks together cost no more than the file.
std::string_view shared_text(std::string_view text);

/// Adds a tag; a comma, which no tag can have, becomes a space. One that cannot be a tag becomes a
/// line of the description that begins with `kind`: "Project: …".
void add_tag(ImportedTask& task, std::string_view kind, std::string_view name);

/// Adds a paragraph to the description, if there is anything in it.
void add_paragraph(ImportedTask& task, std::string_view text);

/// Takes off a rule that no task of ours can have, or that has no due date to recur from: it
/// becomes a paragraph of the description.
void keep_possible_rule(ImportedTask& task);

}  // namespace taskdock::formats
