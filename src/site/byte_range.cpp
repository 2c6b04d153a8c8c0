#include "site/byte_range.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "support/text.h"

namespace taskdock::site {

namespace {

constexpr std::string_view unit = "bytes=";

/// A number of digits only; one that is too large counts as the largest there is.
std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return error == std::errc() ? value : UINT64_MAX;
}

}  // namespace

std::variant<Whole, ByteRange, Unsatisfiable> read_range(std::string_view header,
                                                         std::uint64_t size) {
  if (!support::equals_ignoring_case(header.substr(0, unit.size()), unit)) return Whole{};
  const std::string_view range = support::trim(header.substr(unit.size()));
  const std::size_t hyphen = range.find('-');
  if (hyphen == std::string_view::npos) return Whole{};
  const auto first = read_number(range.substr(0, hyphen));
  const auto last = read_number(range.substr(hyphen + 1));
  if (hyphen == 0) {  // so many bytes from the end
    if (!last) return Whole{};
    if (*last == 0 || size == 0) return Unsatisfiable{};
    const std::uint64_t length = std::min(*last, size);
    return ByteRange{size - length, length};
  }
  const bool is_open = hyphen + 1 == range.size();
  if (!first || (!last && !is_open) || (last && *last < *first)) return Whole{};
  if (*first >= size) return Unsatisfiable{};
  const std::uint64_t end = is_open ? size - 1 : std::min(*last, size - 1);
  return ByteRange{*first, end - *first + 1};
}

}  // namespace taskdock::site
