#include "api/read.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "api/email.h"
#include "support/recurrence.h"
#include "support/text.h"

// The types and messages of the faults are Pydantic v2's (its "Validation Errors" page).
namespace taskdock::api {

namespace {

using support::JsonValue;

constexpr std::chrono::hours max_utc_offset(14);

std::string characters(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " character" : " characters");
}

std::string items(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " item" : " items");
}

void add(const Where& where, std::string_view type, std::string message, Faults& faults) {
  faults.push_back({where.location(), type, std::move(message)});
}

void add_too_small(const Integer& rule, const Where& where, Faults& faults) {
  add(where, "greater_than_equal",
      "Input should be greater than or equal to " + std::to_string(rule.min), faults);
}

void add_too_large(const Integer& rule, const Where& where, Faults& faults) {
  add(where, "less_than_equal", "Input should be less than or equal to " + std::to_string(rule.max),
      faults);
}

/// An integer of any length in decimal digits.
struct Parsed {
  enum class Kind { not_an_integer, fits, too_small, too_large };
  Kind kind;
  std::int64_t value = 0;
};

Parsed parse_integer(std::string_view digits) {
  Parsed parsed{Parsed::Kind::fits};
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, parsed.value);
  if (stop != end || error == std::errc::invalid_argument) {
    parsed.kind = Parsed::Kind::not_an_integer;
  } else if (error == std::errc::result_out_of_range) {
    parsed.kind = digits.starts_with('-') ? Parsed::Kind::too_small : Parsed::Kind::too_large;
  }
  return parsed;
}

void take_integer(const Parsed& parsed, const Integer& rule, const Where& where, std::int64_t& out,
                  Faults& faults) {
  if (parsed.kind == Parsed::Kind::too_small ||
      (parsed.kind == Parsed::Kind::fits && parsed.value < rule.min)) {
    add_too_small(rule, where, faults);
  } else if (parsed.kind == Parsed::Kind::too_large || parsed.value > rule.max) {
    add_too_large(rule, where, faults);
  } else {
    out = parsed.value;
  }
}

/// The integer that a JSON number with a fraction or an exponent is, as 1.0 and 1e2 are.
Parsed integer_of_float(std::string_view text) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr double bound = 9223372036854775808.0;  // 2^63
  if (error == std::errc::result_out_of_range) {
    // Either far too large, or so near to zero that a double cannot tell it from that.
    value = std::strtod(std::string(text).c_str(), nullptr);
    if (std::abs(value) < 1) return {Parsed::Kind::not_an_integer};
  }
  if (value >= bound) return {Parsed::Kind::too_large};
  if (value < -bound) return {Parsed::Kind::too_small};
  if (value != std::trunc(value)) return {Parsed::Kind::not_an_integer};
  return {Parsed::Kind::fits, static_cast<std::int64_t>(value)};
}

bool is_one_of(std::string_view text, const std::array<std::string_view, 6>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// The text of a string; nothing and a fault of `type` if `value` is none.
std::optional<std::string> read_string(const JsonValue& value, std::string_view type,
                                       const char* message, const Where& where, Faults& faults) {
  if (value.kind != JsonValue::Kind::string) {
    add(where, type, message, faults);
    return std::nullopt;
  }
  std::string text = support::decode_json_string(value);
  if (text.find('\0') != std::string::npos) {
    add(where, "value_error", "Value error, the character U+0000 is not allowed", faults);
    return std::nullopt;
  }
  return text;
}

}  // namespace

Location Where::location() const {
  Location location{source_, {}};
  for (const Where* where = this; where; where = where->outer_) {
    if (where->step_) location.steps.push_back(*where->step_);
  }
  std::reverse(location.steps.begin(), location.steps.end());
  return location;
}

void add_missing(const Where& where, Faults& faults) {
  add(where, "missing", "Field required", faults);
}

void add_value_error(const Where& where, std::string_view reason, Faults& faults) {
  add(where, "value_error", "Value error, " + std::string(reason), faults);
}

void add_file_fault(const Where& where, std::string_view reason, Faults& faults) {
  add(where, file_invalid, std::string(reason), faults);
}

bool has_fault(const Where& where, const Faults& faults) {
  const Location place = where.location();
  return std::ranges::any_of(faults, [&](const Fault& fault) {
    const auto& [source, steps, unknown] = fault.location;
    return source == place.source && steps.size() >= place.steps.size() &&
           std::equal(place.steps.begin(), place.steps.end(), steps.begin());
  });
}

void read_text(std::string text, const Text& rule, const Where& where, std::string& out,
               Faults& faults) {
  out = rule.trimmed ? std::string(support::trim(text)) : std::move(text);
  const std::size_t length = support::code_points(out);
  if (length < rule.min) {
    add(where, "string_too_short", "String should have at least " + characters(rule.min), faults);
  } else if (length > rule.max) {
    add(where, "string_too_long", "String should have at most " + characters(rule.max), faults);
  } else if (rule.not_blank && support::trim(out).empty()) {
    add(where, "value_error", "Value error, must not be only white space", faults);
  }
}

void read_text(std::string_view text, const Email& /*rule*/, const Where& where, std::string& out,
               Faults& faults) {
  out = support::to_lower_ascii(support::trim(text));
  if (const char* reason = email_fault(out)) {
    add(where, "value_error", std::string("value is not a valid email address: ") + reason, faults);
  }
}

void read_text(std::string_view text, const Id& rule, const Where& where, support::Uuid& out,
               Faults& faults) {
  const auto uuid = support::Uuid::parse(text);
  if (!uuid) {
    add(where, "uuid_parsing", "Input should be a valid UUID", faults);
  } else if (rule.version != 0 && uuid->bytes[6] >> 4 != rule.version) {
    add(where, "uuid_version", "UUID version " + std::to_string(rule.version) + " expected",
        faults);
  } else {
    out = *uuid;
  }
}

void read_text(std::string_view text, const Instant& /*rule*/, const Where& where,
               support::Timestamp& out, Faults& faults) {
  const auto parsed = support::parse_date_or_time(text);
  if (!parsed) {
    add(where, "datetime_parsing", "Input should be a valid datetime", faults);
  } else if (const auto* instant = std::get_if<support::Timestamp>(&*parsed)) {
    out = *instant;
  } else {
    add(where, "timezone_aware", "Input should have timezone info", faults);
  }
}

void read_text(std::string_view text, const DateOrTime& /*rule*/, const Where& where,
               support::DateOrTime& out, Faults& faults) {
  if (const auto parsed = support::parse_date_or_time(text)) {
    out = *parsed;
  } else {
    add(where, "datetime_parsing", "Input should be a valid date or datetime", faults);
  }
}

void read_text(std::string text, const UtcOffset& /*rule*/, const Where& where,
               std::chrono::minutes& out, Faults& faults) {
  if (text.starts_with(' ')) text.front() = '+';
  const auto parsed = support::parse_utc_offset(text);
  if (parsed && std::chrono::abs(*parsed) <= max_utc_offset) {
    out = *parsed;
  } else {
    add(where, "value_error", "Value error, must be an offset from UTC, as +05:30", faults);
  }
}

void read_text(std::string text, const RecurrenceRule& rule, const Where& where, std::string& out,
               Faults& faults) {
  out = std::move(text);
  if (support::code_points(out) > rule.max) {
    add(where, "string_too_long", "String should have at most " + characters(rule.max), faults);
    return;
  }
  try {
    support::Recurrence{out};
  } catch (const support::InvalidRecurrence& error) {
    add(where, "value_error", std::string("Value error, ") + error.what(), faults);
  }
}

std::optional<std::size_t> find_word(std::string_view text, std::span<const std::string_view> words,
                                     const Where& where, Faults& faults) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string message = "Input should be ";
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) message += i + 1 == words.size() ? " or " : ", ";
    message.append(1, '\'').append(words[i]).append(1, '\'');
  }
  add(where, "enum", std::move(message), faults);
  return std::nullopt;
}

bool check_text(std::string_view text, const Where& where, Faults& faults) {
  if (!support::is_utf8(text)) {
    add(where, "string_unicode",
        "Input should be a valid string, unable to parse raw data as a unicode string", faults);
    return false;
  }
  if (text.find('\0') != std::string_view::npos) {
    add(where, "value_error", "Value error, the character U+0000 is not allowed", faults);
    return false;
  }
  return true;
}

std::optional<std::string> read_string(const JsonValue& value, const Text& /*rule*/,
                                       const Where& where, Faults& faults) {
  return read_string(value, "string_type", "Input should be a valid string", where, faults);
}

std::optional<std::string> read_string(const JsonValue& value, const Email& /*rule*/,
                                       const Where& where, Faults& faults) {
  return read_string(value, "string_type", "Input should be a valid string", where, faults);
}

std::optional<std::string> read_string(const JsonValue& value, const Id& /*rule*/,
                                       const Where& where, Faults& faults) {
  return read_string(value, "uuid_type", "UUID input should be a string", where, faults);
}

std::optional<std::string> read_string(const JsonValue& value, const Instant& /*rule*/,
                                       const Where& where, Faults& faults) {
  return read_string(value, "datetime_type", "Input should be a valid datetime", where, faults);
}

std::optional<std::string> read_string(const JsonValue& value, const DateOrTime& /*rule*/,
                                       const Where& where, Faults& faults) {
  return read_string(value, "datetime_type", "Input should be a valid date or datetime", where,
                     faults);
}

std::optional<std::string> read_string(const JsonValue& value, const RecurrenceRule& /*rule*/,
                                       const Where& where, Faults& faults) {
  return read_string(value, "string_type", "Input should be a valid string", where, faults);
}

std::optional<std::string> read_string(const JsonValue& value, const Tag& /*rule*/,
                                       const Where& where, Faults& faults) {
  return read_string(value, "string_type", "Input should be a valid string", where, faults);
}

std::optional<std::string> read_string(const JsonValue& value, const Choice& /*rule*/,
                                       const Where& where, Faults& faults) {
  return read_string(value, "string_type", "Input should be a valid string", where, faults);
}

void read_value(const JsonValue& value, const Boolean& /*rule*/, const Where& where, bool& out,
                Faults& faults) {
  if (value.kind == JsonValue::Kind::boolean) {
    out = value.text == "true";
  } else {
    add(where, "bool_type", "Input should be a valid boolean", faults);
  }
}

void read_value(const JsonValue& value, const Integer& rule, const Where& where, std::int64_t& out,
                Faults& faults) {
  if (value.kind != JsonValue::Kind::number) {
    add(where, "int_type", "Input should be a valid integer", faults);
    return;
  }
  Parsed parsed = parse_integer(value.text);
  if (parsed.kind == Parsed::Kind::not_an_integer) parsed = integer_of_float(value.text);
  if (parsed.kind == Parsed::Kind::not_an_integer) {
    add(where, "int_from_float",
        "Input should be a valid integer, got a number with a fractional part", faults);
    return;
  }
  take_integer(parsed, rule, where, out, faults);
}

bool check_object(const JsonValue& value, const Where& where, Faults& faults) {
  if (value.kind == JsonValue::Kind::object) return true;
  add(where, "model_attributes_type",
      "Input should be a valid dictionary or object to extract fields from", faults);
  return false;
}

bool check_array(const JsonValue& value, const Where& where, Faults& faults) {
  if (value.kind == JsonValue::Kind::array) return true;
  add(where, "list_type", "Input should be a valid list", faults);
  return false;
}

bool check_count(std::size_t count, std::size_t min_count, std::size_t max_count,
                 const Where& where, Faults& faults) {
  if (count >= min_count && count <= max_count) return true;
  const bool is_short = count < min_count;
  add(where, is_short ? "too_short" : "too_long",
      std::string("List should have at ") +
          (is_short ? "least " + items(min_count) : "most " + items(max_count)) +
          " after validation, not " + std::to_string(count),
      faults);
  return false;
}

bool is_blank(const JsonValue& value) {
  return value.kind == JsonValue::Kind::string &&
         support::trim(support::decode_json_string(value)).empty();
}

void read_parameter(std::string_view text, const Boolean& /*rule*/, const Where& where, bool& out,
                    Faults& faults) {
  const std::string word = support::to_lower_ascii(text);
  if (is_one_of(word, {"true", "1", "yes", "on", "y", "t"})) {
    out = true;
  } else if (is_one_of(word, {"false", "0", "no", "off", "n", "f"})) {
    out = false;
  } else {
    add(where, "bool_parsing", "Input should be a valid boolean, unable to interpret input",
        faults);
  }
}

void read_parameter(std::string_view text, const Integer& rule, const Where& where,
                    std::int64_t& out, Faults& faults) {
  std::string_view digits = support::trim(text);
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  const Parsed parsed = parse_integer(digits);
  if (parsed.kind == Parsed::Kind::not_an_integer) {
    add(where, "int_parsing",
        "Input should be a valid integer, unable to parse string as an integer", faults);
    return;
  }
  take_integer(parsed, rule, where, out, faults);
}

JsonValue parse_body(std::string_view body, Faults& faults) {
  const support::ParsedJson parsed = support::parse_json(body);
  if (parsed.value.kind == JsonValue::Kind::absent) {
    add({Source::body, parsed.error_offset}, "json_invalid", "JSON decode error", faults);
  } else if (check_object(parsed.value, Source::body, faults)) {
    return parsed.value;
  }
  return {};
}

}  // namespace taskdock::api
