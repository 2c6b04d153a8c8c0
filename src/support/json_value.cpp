#include "support/json_value.h"

#include <charconv>

#include "support/json_characters.h"
#include "support/json_checker.h"

namespace taskdock::support {

namespace {

// The functions below read only text that find_json_error() has accepted, so they check nothing.

/// The end of the string that begins at `at`.
const char* end_of_string(const char* at) {
  for (++at; *at != '"'; ++at) {
    if (*at == '\\') ++at;
  }
  return at + 1;
}

/// The end of the array or object that begins at `at`.
const char* end_of_nested(const char* at) {
  std::size_t depth = 0;
  for (;;) {
    switch (*at) {
      case '"':
        at = end_of_string(at);
        continue;
      case '[':
      case '{':
        ++depth;
        break;
      case ']':
      case '}':
        if (--depth == 0) return at + 1;
        break;
      default:
        break;
    }
    ++at;
  }
}

/// The value that begins at `at`, in a text up to `end`.
JsonValue value_at(const char* at, const char* end) {
  using Kind = JsonValue::Kind;
  const auto until = [at](const char* value_end) {
    return std::string_view(at, static_cast<std::size_t>(value_end - at));
  };
  switch (*at) {
    case '{':
      return {Kind::object, until(end_of_nested(at))};
    case '[':
      return {Kind::array, until(end_of_nested(at))};
    case '"':
      return {Kind::string, until(end_of_string(at))};
    case 't':
      return {Kind::boolean, until(at + 4)};
    case 'f':
      return {Kind::boolean, until(at + 5)};
    case 'n':
      return {Kind::null, until(at + 4)};
    default:
      break;
  }
  const char* number_end = at;
  while (number_end != end && (is_digit(*number_end) || *number_end == '-' || *number_end == '+' ||
                               *number_end == '.' || *number_end == 'e' || *number_end == 'E')) {
    ++number_end;
  }
  return {Kind::number, until(number_end)};
}

void append_code_point(std::string& out, std::uint32_t code_point) {
  const auto append = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80) {
    append(code_point);
  } else if (code_point < 0x800) {
    append(0xc0 | code_point >> 6);
    append(0x80 | (code_point & 0x3f));
  } else if (code_point < 0x10000) {
    append(0xe0 | code_point >> 12);
    append(0x80 | (code_point >> 6 & 0x3f));
    append(0x80 | (code_point & 0x3f));
  } else {
    append(0xf0 | code_point >> 18);
    append(0x80 | (code_point >> 12 & 0x3f));
    append(0x80 | (code_point >> 6 & 0x3f));
    append(0x80 | (code_point & 0x3f));
  }
}

/// Appends what the escape at `at` stands for, and returns its end.
const char* append_escaped(std::string& out, const char* at) {
  ++at;
  switch (*at) {
    case 'b':
      out += '\b';
      return at + 1;
    case 'f':
      out += '\f';
      return at + 1;
    case 'n':
      out += '\n';
      return at + 1;
    case 'r':
      out += '\r';
      return at + 1;
    case 't':
      out += '\t';
      return at + 1;
    case 'u':
      break;
    default:
      out += *at;
      return at + 1;
  }
  auto code_point = static_cast<std::uint32_t>(code_unit(at + 1));
  at += 5;
  if (is_high_surrogate(static_cast<int>(code_point))) {
    const auto low = static_cast<std::uint32_t>(code_unit(at + 2));
    code_point = 0x10000 + ((code_point - 0xd800) << 10) + (low - 0xdc00);
    at += 6;
  }
  append_code_point(out, code_point);
  return at;
}

/// Whether the string `value` stands for `name`, which is ASCII.
bool is_named(const JsonValue& value, std::string_view name) {
  const std::string_view inner = value.text.substr(1, value.text.size() - 2);
  if (inner == name) return true;
  // An escape is at most six bytes for one of ASCII; what is longer need not be decoded.
  if (inner.size() <= name.size() || inner.size() > 6 * name.size()) return false;
  return inner.find('\\') != std::string_view::npos && decode_json_string(value) == name;
}

}  // namespace

ParsedJson parse_json(std::string_view text) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  const std::size_t start = text.starts_with(mark) ? mark.size() : 0;
  text.remove_prefix(start);
  if (const auto error = find_json_error(text)) return {.error_offset = start + *error};
  const char* end = text.data() + text.size();
  return {.value = value_at(skip_space(text.data(), end), end)};
}

void find_json_members(const JsonValue& object, std::span<const std::string_view> names,
                       std::span<JsonValue> values) {
  JsonMembers members(object);
  JsonValue name;
  JsonValue value;
  while (members.next(name, value)) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (is_named(name, names[i])) values[i] = value;
    }
  }
}

JsonMembers::JsonMembers(const JsonValue& object)
    : at_(object.text.data() + 1), end_(object.text.data() + object.text.size()) {}

bool JsonMembers::next(JsonValue& name, JsonValue& value) {
  at_ = skip_space(at_, end_);
  if (*at_ == ',') at_ = skip_space(at_ + 1, end_);
  if (*at_ == '}') return false;
  name = value_at(at_, end_);
  at_ = skip_space(at_ + name.text.size(), end_);
  at_ = skip_space(at_ + 1, end_);  // the colon
  value = value_at(at_, end_);
  at_ += value.text.size();
  return true;
}

JsonElements::JsonElements(const JsonValue& array)
    : at_(array.text.data() + 1), end_(array.text.data() + array.text.size()) {}

bool JsonElements::next(JsonValue& element) {
  at_ = skip_space(at_, end_);
  if (*at_ == ',') at_ = skip_space(at_ + 1, end_);
  if (*at_ == ']') return false;
  element = value_at(at_, end_);
  at_ += element.text.size();
  return true;
}

std::string decode_json_string(const JsonValue& value) {
  const std::string_view inner = value.text.substr(1, value.text.size() - 2);
  std::size_t escape = inner.find('\\');
  if (escape == std::string_view::npos) return std::string(inner);
  std::string text;
  text.reserve(inner.size());
  std::size_t at = 0;
  for (; escape != std::string_view::npos; escape = inner.find('\\', at)) {
    text += inner.substr(at, escape - at);
    at = static_cast<std::size_t>(append_escaped(text, inner.data() + escape) - inner.data());
  }
  text += inner.substr(at);
  return text;
}

std::optional<std::int64_t> parse_json_integer(const JsonValue& value) {
  if (value.kind != JsonValue::Kind::number) return std::nullopt;
  std::int64_t integer = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto [stop, error] = std::from_chars(value.text.data(), end, integer);
  if (stop != end || error != std::errc()) return std::nullopt;
  return integer;
}

}  // namespace taskdock::support
