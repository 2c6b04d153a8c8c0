#include "formats/content_lines.h"

#include <algorithm>
#include <utility>

#include "formats/task_reader.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

constexpr std::size_t max_folded_bytes = 75;

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

/// Where the first `wanted` is in `text`, quotation marks and what is between them left out.
std::size_t find_unquoted(std::string_view text, char wanted) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && text[i] == wanted) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view ContentLine::parameter(std::string_view wanted) const {
  std::string_view rest = parameters;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the semicolon
    const std::size_t end = std::min(find_unquoted(rest, ';'), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(end);
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos) continue;
    if (!support::equals_ignoring_case(one.substr(0, equals), wanted)) continue;
    std::string_view found = one.substr(equals + 1);
    if (found.size() >= 2 && found.front() == '"' && found.back() == '"') {
      found = found.substr(1, found.size() - 2);
    }
    return found;
  }
  return {};
}

std::optional<ContentLine> parse_content_line(std::string_view line) {
  const auto name_end = std::find_if_not(line.begin(), line.end(), is_name_character);
  const auto name_size = static_cast<std::size_t>(name_end - line.begin());
  const std::string_view rest = line.substr(name_size);
  if (name_size == 0 || (!rest.starts_with(';') && !rest.starts_with(':'))) return std::nullopt;
  std::size_t colon = find_unquoted(rest, ':');
  if (colon == std::string_view::npos) colon = rest.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return ContentLine{line.substr(0, name_size), rest.substr(0, colon), rest.substr(colon + 1)};
}

void append_content_line(std::string& out, std::string_view line) {
  std::size_t room = max_folded_bytes;
  while (line.size() > room) {
    std::size_t size = room;
    const auto is_inside_character = [&] {
      return (static_cast<unsigned char>(line[size]) & 0xc0U) == 0x80U;
    };
    while (size > 0 && is_inside_character()) --size;
    if (size == 0) size = room;  // no UTF-8
    out.append(line.substr(0, size)).append("\r\n ");
    line.remove_prefix(size);
    room = max_folded_bytes - 1;  // the space
  }
  out.append(line).append("\r\n");
}

bool ContentLines::next(std::string_view& bytes) {
  while (lines_.next(bytes)) {
    if (add()) return true;
  }
  return false;
}

bool ContentLines::finish() {
  if (lines_.finish() && add()) return true;
  if (!has_following_) return false;
  take_following();
  has_following_ = false;
  return true;
}

bool ContentLines::add() {
  std::string_view added = lines_.line();
  const bool continues =
      has_following_ && !added.empty() && (added.front() == ' ' || added.front() == '\t');
  const bool is_complete = has_following_ && !continues;
  if (continues) {
    added.remove_prefix(1);
  } else {
    if (is_complete) take_following();
    following_.clear();
    following_number_ = lines_.number();
    has_following_ = true;
  }
  following_.append(added.substr(0, max_task_bytes - following_.size()));
  return is_complete;
}

void ContentLines::take_following() {
  std::swap(line_, following_);
  number_ = following_number_;
}

}  // namespace taskdock::formats
