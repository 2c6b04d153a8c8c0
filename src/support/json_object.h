#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace taskdock::support {

/// A JSON value as far as Taskdock reads one: arrays and objects are known to be that, and no more.
struct JsonValue {
  enum class Kind { null, boolean, integer, other_number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;  // kind integer: a whole number that fits
  std::string string;        // kind string: valid UTF-8
};

/// The members of one JSON object.
class JsonObject {
 public:
  /// The value of `name`; of several with that name the last, as most parsers have it; null if
  /// none.
  const JsonValue* find(std::string_view name) const;

  /// Takes the next member; the parser calls it.
  JsonValue& add(std::string name) {
    return members_.emplace_back(std::move(name), JsonValue{}).second;
  }

 private:
  std::vector<std::pair<std::string, JsonValue>> members_;
};

/// What parse_json_object found.
struct ParsedJson {
  enum class Outcome { object, not_an_object, malformed };

  Outcome outcome = Outcome::malformed;
  JsonObject object;  // outcome object
  // Outcome malformed: the byte at which the text stops being JSON; where a whole number, text or
  // literal stands in a wrong place, a byte of it.
  std::size_t error_offset = 0;
};

/// Reads `text` as JSON (RFC 8259), keeping the members of a top-level object and only skipping
/// through what is nested in them. Takes time and memory linear in `text`, however deep it nests.
/// Text that is not UTF-8, or a number no double can hold, is malformed.
ParsedJson parse_json_object(std::string_view text);

}  // namespace taskdock::support
