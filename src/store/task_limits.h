#pragma once

#include <cstddef>

/// How much a task can have. The API says what is wrong where a request or a file breaks these, and
/// readers of other programs' files find another place for what goes beyond them.
namespace taskdock::store {

inline constexpr std::size_t max_title_characters = 200;
inline constexpr std::size_t max_tags_of_task = 20;
inline constexpr std::size_t max_tag_characters = 50;
inline constexpr std::size_t max_recurrence_characters = 500;

}  // namespace taskdock::store
