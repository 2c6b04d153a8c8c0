#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace taskdock::site {

/// A part of a file, in bytes.
struct ByteRange {
  std::uint64_t first;
  std::uint64_t length;
};

/// The whole is to be sent.
struct Whole {};

/// None of the bytes that were asked for exist.
struct Unsatisfiable {};

/// What a Range header (RFC 9110, 14.2) asks of a file with `size` bytes: one range of bytes, cut
/// to what there is. For what is no such header, or asks for several ranges, it is the whole, which
/// is always allowed.
std::variant<Whole, ByteRange, Unsatisfiable> read_range(std::string_view header,
                                                         std::uint64_t size);

}  // namespace taskdock::site
