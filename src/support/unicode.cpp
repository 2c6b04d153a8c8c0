#include "support/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <type_traits>

#include "support/byte_groups.h"
#include "support/text.h"

namespace taskdock::support {

namespace {

static_assert(std::is_same_v<std::int32_t, utf8proc_int32_t>);

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
    std::array<utf8proc_int32_t, 32> parts;  // what a code point becomes has at most 18
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

/// Decomposed, folded, and by `options`.
CodePoints fold_points(std::string_view text, int options) {
  // Twice, because folding makes a letter of the mark U+0345, whose place is behind other marks.
  return decompose(decompose(decode(text), UTF8PROC_DECOMPOSE),
                   UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | options);
}

constexpr auto composed = static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE);

}  // namespace

std::string fold(std::string_view text) {
  if (is_ascii(text)) return to_lower_ascii(text);
  CodePoints points = fold_points(text, 0);
  // In place: composed, then as UTF-8, and a NUL behind it.
  const auto count = static_cast<utf8proc_ssize_t>(points.size());
  points.push_back(0);
  const utf8proc_ssize_t size = utf8proc_reencode(points.data(), count, composed);
  if (size <= 0) return {};  // `text` was no UTF-8
  return {reinterpret_cast<const char*>(points.data()), static_cast<std::size_t>(size)};
}

CodePoints fold_widely(std::string_view text) {
  if (!is_ascii(text)) return fold_points(text, UTF8PROC_COMPAT | UTF8PROC_IGNORE);
  CodePoints points(text.begin(), text.end());
  for (std::int32_t& point : points) {
    if (point >= 'A' && point <= 'Z') point += 'a' - 'A';
  }
  return points;
}

bool is_ascii(std::string_view text) {
  return all_groups(text, [](ByteGroup group) { return (group & high_bits) == 0; });
}

void compose(CodePoints& points) {
  const auto count = static_cast<utf8proc_ssize_t>(points.size());
  const utf8proc_ssize_t left = utf8proc_normalize_utf32(points.data(), count, composed);
  if (left >= 0) points.resize(static_cast<std::size_t>(left));
}

void append_utf8(std::string& out, std::int32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
    return;
  }
  std::array<utf8proc_uint8_t, 4> bytes;
  const utf8proc_ssize_t size = utf8proc_encode_char(point, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

PointKind kind_of(std::int32_t point) {
  const utf8proc_category_t category = utf8proc_category(point);
  if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) {
    return PointKind::letter_or_number;
  }
  if (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME) return PointKind::mark;
  if (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) {
    return PointKind::letter_or_number;
  }
  if (category == UTF8PROC_CATEGORY_SO) return PointKind::symbol;
  return category == UTF8PROC_CATEGORY_SK ? PointKind::modifier_symbol : PointKind::other;
}

}  // namespace taskdock::support
