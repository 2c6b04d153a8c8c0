#pragma once

#include "api/schema.h"

/// What the lists have in common: a part is asked for by limit and offset.
namespace taskdock::api {

inline constexpr std::int64_t default_page_size = 50;
inline constexpr Integer page_size{.min = 1, .max = 100};
inline constexpr Integer count{.min = 0};

}  // namespace taskdock::api
