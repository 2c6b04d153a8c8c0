#include "support/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "support/text.h"

namespace taskdock::support {

namespace {

using CodePoints = std::vector<utf8proc_int32_t>;

int combining_class(utf8proc_int32_t point) {
  return utf8proc_get_property(point)->combining_class;
}

CodePoints decode(std::string_view text) {
  CodePoints points;
  points.reserve(text.size());
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(at, left, &point);
    if (length <= 0) break;  // not UTF-8
    points.push_back(point);
    at += length;
    left -= length;
  }
  return points;
}

/// Each of `points` decomposed, and folded where `options` say so, in canonical order (Unicode,
/// 3.11, D109). utf8proc_decompose does the same, but takes time square in the number of marks on
/// one letter.
CodePoints decompose(const CodePoints& points, int options) {
  CodePoints result;
  result.reserve(points.size());
  for (const utf8proc_int32_t point : points) {
    std::array<utf8proc_int32_t, 16> parts;  // what a code point becomes has at most 4
    const utf8proc_ssize_t count = utf8proc_decompose_char(
        point, parts.data(), parts.size(), static_cast<utf8proc_option_t>(options), nullptr);
    result.insert(result.end(), parts.data(), parts.data() + count);
  }
  const auto is_starter = [](utf8proc_int32_t point) { return combining_class(point) == 0; };
  for (auto at = result.begin(); at != result.end();) {
    const auto marks = std::find_if_not(at, result.end(), is_starter);
    at = std::find_if(marks, result.end(), is_starter);
    std::stable_sort(marks, at, [](utf8proc_int32_t a, utf8proc_int32_t b) {
      return combining_class(a) < combining_class(b);
    });
  }
  return result;
}

}  // namespace

std::string fold(std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::all_of(text.begin(), text.end(), is_ascii)) return to_lower_ascii(text);

  // Twice, because folding makes a letter of the mark U+0345, whose place is behind other marks.
  CodePoints points = decompose(decode(text), UTF8PROC_DECOMPOSE);
  points = decompose(points, UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
  // In place: composed, then as UTF-8, and a NUL behind it.
  const auto count = static_cast<utf8proc_ssize_t>(points.size());
  points.push_back(0);
  const utf8proc_ssize_t size = utf8proc_reencode(
      points.data(), count, static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  if (size <= 0) return {};  // `text` was no UTF-8
  return {reinterpret_cast<const char*>(points.data()), static_cast<std::size_t>(size)};
}

}  // namespace taskdock::support
