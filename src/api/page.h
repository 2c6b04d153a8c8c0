#pragma once

#include "api/schema.h"

/// What the lists have in common: a page is asked for by limit, and offset or cursor.
namespace taskdock::api {

inline constexpr std::int64_t default_page_size = 50;
inline constexpr Integer page_size{.min = 1, .max = 100};
inline constexpr Integer count{.min = 0};

/// An opaque text; cursor.h defines what it stands for.
inline constexpr Text cursor_text{.min = 1};

}  // namespace taskdock::api
