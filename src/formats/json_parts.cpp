#include "formats/json_parts.h"

#include <algorithm>

#include "formats/byte_order_mark.h"
#include "formats/task_reader.h"
#include "support/json_characters.h"
#include "support/json_value.h"
#include "support/text.h"

namespace taskdock::formats {

namespace {

// Longer than any step of a path.
constexpr std::size_t max_name_bytes = 256;

bool ends_scalar(char c) {
  return c == ',' || c == ']' || c == '}' || support::is_space(c);
}

/// The name that stands between these quotation marks; empty if it is none.
std::string decode_name(const std::string& written) {
  if (written.find('\\') == std::string::npos) return written;
  const std::string quoted = '"' + written + '"';
  const support::JsonValue name = support::parse_json(quoted).value;
  if (name.kind != support::JsonValue::Kind::string) return {};
  return support::decode_json_string(name);
}

}  // namespace

JsonParts::JsonParts(std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths) {
    std::vector<std::string_view>& steps = paths_.emplace_back();
    support::any_part(path, '/', [&](std::string_view step) {
      steps.push_back(step);
      return false;
    });
  }
}

bool JsonParts::next(std::string_view& bytes) {
  while (!bytes.empty() && !is_broken_) {
    if (state_ == State::inside) {
      if (take_inside(bytes)) return true;
      continue;
    }
    const char c = bytes.front();
    take(c);
    // What begins or ends a value is taken with the value.
    if (is_broken_ || state_ == State::inside) continue;
    bytes.remove_prefix(1);
    ++byte_;
    if (c == '\n') ++line_;
  }
  bytes = {};
  return false;
}

void JsonParts::finish() {
  if (state_ == State::inside && is_scalar_ && levels_.empty()) state_ = State::end;
  if (state_ != State::end) refuse();
}

void JsonParts::take(char c) {
  if (state_ == State::mark) {
    if (c == byte_order_mark[mark_]) {
      if (++mark_ == byte_order_mark.size()) state_ = State::value;
      return;
    }
    if (mark_ > 0) return refuse();
    state_ = State::value;
  }
  if (state_ == State::name) return take_name(c);
  if (support::is_space(c)) return;
  switch (state_) {
    case State::value:
      begin_value(c);
      break;
    case State::first_element:
      if (c == ']') return end_level(c);
      begin_value(c);
      break;
    case State::first_name:
      if (c == '}') return end_level(c);
      [[fallthrough]];
    case State::next_name:
      if (c != '"') return refuse();
      name_.clear();
      state_ = State::name;
      break;
    case State::colon:
      if (c != ':') return refuse();
      state_ = State::value;
      break;
    case State::after_value:
      if (c != ',') return end_level(c);
      state_ = levels_.back().is_array ? State::value : State::next_name;
      break;
    default:  // the text has ended
      refuse();
  }
}

void JsonParts::take_name(char c) {
  if (is_escaped_) {
    is_escaped_ = false;
  } else if (c == '\\') {
    is_escaped_ = true;
  } else if (c == '"') {
    state_ = State::colon;
    name_ = decode_name(name_);
    return;
  }
  if (name_.size() < max_name_bytes) name_ += c;
}

void JsonParts::begin_value(char c) {
  const Paths here = paths_here();
  is_kept_ = false;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if ((here >> i & 1) == 0 || paths_[i].size() != levels_.size()) continue;
    is_kept_ = true;
    path_ = i;
  }
  const bool is_container = c == '[' || c == '{';
  if (is_container && here != 0 && !is_kept_) {
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if ((here >> i & 1) == 0 || paths_[i].size() != levels_.size() + 1) continue;
      if ((paths_[i].back() == "*") == (c == '[')) entered_ |= Paths{1} << i;
    }
    levels_.push_back({c == '[', here});
    state_ = c == '[' ? State::first_element : State::first_name;
    return;
  }
  is_scalar_ = !is_container && c != '"';
  if (is_scalar_ && c != '-' && !support::is_digit(c) && c != 't' && c != 'f' && c != 'n') {
    return refuse();
  }
  text_.clear();
  is_too_long_ = false;
  depth_ = 0;
  in_string_ = false;
  is_escaped_ = false;
  state_ = State::inside;
}

/// Takes the bytes that are of the value, but for what comes after it. Returns whether it has ended
/// and is handed out.
bool JsonParts::take_inside(std::string_view& bytes) {
  std::size_t size = 0;
  bool has_ended = false;
  while (size < bytes.size() && !has_ended) {
    const char c = bytes[size];
    if (in_string_) {
      if (is_escaped_) {
        is_escaped_ = false;
      } else if (c == '\\') {
        is_escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
        has_ended = depth_ == 0;
      }
    } else if (is_scalar_) {
      has_ended = ends_scalar(c);
      if (has_ended) break;
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (c == '}' || c == ']') {
      has_ended = --depth_ == 0;
    }
    ++size;
  }
  const std::string_view taken = bytes.substr(0, size);
  if (is_kept_) {
    const std::size_t room = max_task_bytes - text_.size();
    if (taken.size() > room) is_too_long_ = true;
    text_ += taken.substr(0, room);
  }
  byte_ += size;
  line_ += static_cast<std::size_t>(std::count(taken.begin(), taken.end(), '\n'));
  bytes.remove_prefix(size);
  if (!has_ended) return false;
  end_value();
  return is_kept_;
}

void JsonParts::end_level(char c) {
  if (levels_.empty() || c != (levels_.back().is_array ? ']' : '}')) return refuse();
  levels_.pop_back();
  end_value();
}

void JsonParts::end_value() {
  state_ = levels_.empty() ? State::end : State::after_value;
}

/// The paths that lead to the value which begins.
JsonParts::Paths JsonParts::paths_here() const {
  if (levels_.empty()) return ~Paths{0};
  const Level& level = levels_.back();
  const std::string_view step = level.is_array ? std::string_view("*") : std::string_view(name_);
  Paths here = 0;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if ((level.paths >> i & 1) == 0 || paths_[i].size() < levels_.size()) continue;
    const std::string_view wanted = paths_[i][levels_.size() - 1];
    if ((wanted == "*") == level.is_array && wanted == step) here |= Paths{1} << i;
  }
  return here;
}

}  // namespace taskdock::formats
