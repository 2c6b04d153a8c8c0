#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "support/json_checker.h"

namespace taskdock::support {

/// A value in a JSON text, as a view of its part of the text. Nothing is copied, so that a value
/// which is not asked for costs no memory. The text must outlive it.
struct JsonValue {
  enum class Kind : std::uint8_t { absent, null, boolean, number, string, array, object };

  Kind kind = Kind::absent;
  std::string_view text = {};  // without white space around it, a string with its quotation marks
};

/// What parse_json found.
struct ParsedJson {
  JsonValue value = {};          // absent where the text is not JSON
  std::size_t error_offset = 0;  // of the first byte that is wrong
};

/// Checks that `text` is one JSON value (RFC 8259) in UTF-8, and no deeper than max_json_depth. A
/// byte order mark before it is ignored (8.1); half a surrogate pair is an error (8.2); a number
/// may be too large for any type. Takes time linear in the size of `text`, and no heap memory.
ParsedJson parse_json(std::string_view text);

/// Sets each of `values` to the value of the member of `object` that has the name at the same place
/// in `names`: the last one if several have the same name, as most parsers do, and an absent value
/// if there is none. `object` must come from parse_json.
void find_json_members(const JsonValue& object, std::span<const std::string_view> names,
                       std::span<JsonValue> values);

/// Iterates over the elements of an array that comes from parse_json.
class JsonElements {
 public:
  explicit JsonElements(const JsonValue& array);

  /// Sets `element` to the next element; false if there is none.
  bool next(JsonValue& element);

 private:
  const char* at_;
  const char* end_;
};

/// Iterates over the members of an object that comes from parse_json.
class JsonMembers {
 public:
  explicit JsonMembers(const JsonValue& object);

  /// Sets `name`, a string, and `value` to those of the next member; false if there is none.
  bool next(JsonValue& name, JsonValue& value);

 private:
  const char* at_;
  const char* end_;
};

/// The text that a value of kind string stands for, its escapes resolved: valid UTF-8, in which
/// U+0000 may occur.
std::string decode_json_string(const JsonValue& value);

/// The integer that `value` is; nothing if it is no number, has a fraction or an exponent, or does
/// not fit into 64 bits.
std::optional<std::int64_t> parse_json_integer(const JsonValue& value);

}  // namespace taskdock::support
