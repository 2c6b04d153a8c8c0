#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace taskdock::store {

/// Is told again and again how far a long piece of work is: what is being done, such as
/// "verifying", and how much of all there is to do; both are 0 where that is not known. What it
/// throws ends the work, which then leaves nothing behind.
using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

}  // namespace taskdock::store
