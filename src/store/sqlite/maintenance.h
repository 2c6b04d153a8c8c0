#pragma once

#include <cstdint>
#include <filesystem>

namespace taskdock::store::sqlite {

/// See store::compact. `available` is how many bytes are free in the directory of `file`.
void compact(const std::filesystem::path& file, std::uintmax_t available);

}  // namespace taskdock::store::sqlite
