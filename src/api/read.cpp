#include "api/read.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "api/email.h"
#include "support/text.h"

// The types and messages of the faults are Pydantic v2's (its "Validation Errors" page).
namespace taskdock::api {

namespace {

using support::JsonValue;

std::string characters(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " character" : " characters");
}

/// `value` as a string without U+0000, which neither C nor every client can carry; null and a fault
/// otherwise.
const std::string* read_string(const JsonValue& value, const Location& where, Faults& faults) {
  if (value.kind != JsonValue::Kind::string) {
    faults.push_back({where, "string_type", "Input should be a valid string"});
    return nullptr;
  }
  if (value.string.find('\0') != std::string::npos) {
    faults.push_back({where, "value_error", "Value error, the character U+0000 is not allowed"});
    return nullptr;
  }
  return &value.string;
}

bool is_one_of(std::string_view text, const std::array<std::string_view, 6>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

void read_value(const JsonValue& value, const Text& rule, Location where, std::string& out,
                Faults& faults) {
  const std::string* text = read_string(value, where, faults);
  if (!text) return;
  out = rule.trimmed ? std::string(support::trim(*text)) : *text;
  const std::size_t length = support::code_points(out);
  if (length < rule.min) {
    faults.push_back(
        {where, "string_too_short", "String should have at least " + characters(rule.min)});
  } else if (length > rule.max) {
    faults.push_back(
        {where, "string_too_long", "String should have at most " + characters(rule.max)});
  } else if (rule.not_blank && support::trim(out).empty()) {
    faults.push_back({where, "value_error", "Value error, must not be only white space"});
  }
}

void read_value(const JsonValue& value, const Email& /*rule*/, Location where, std::string& out,
                Faults& faults) {
  const std::string* text = read_string(value, where, faults);
  if (!text) return;
  out = support::to_lower_ascii(support::trim(*text));
  if (const char* reason = email_fault(out)) {
    faults.push_back(
        {where, "value_error", std::string("value is not a valid email address: ") + reason});
  }
}

void read_value(const JsonValue& value, const Flag& /*rule*/, Location where, bool& out,
                Faults& faults) {
  if (value.kind != JsonValue::Kind::boolean) {
    faults.push_back({where, "bool_type", "Input should be a valid boolean"});
    return;
  }
  out = value.boolean;
}

void read_parameter(std::string_view text, const Flag& /*rule*/, Location where, bool& out,
                    Faults& faults) {
  const std::string word = support::to_lower_ascii(text);
  if (is_one_of(word, {"true", "1", "yes", "on", "y", "t"})) {
    out = true;
  } else if (is_one_of(word, {"false", "0", "no", "off", "n", "f"})) {
    out = false;
  } else {
    faults.push_back(
        {where, "bool_parsing", "Input should be a valid boolean, unable to interpret input"});
  }
}

void read_parameter(std::string_view text, const Whole& rule, Location where, std::int64_t& out,
                    Faults& faults) {
  std::string_view digits = support::trim(text);
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  const bool negative = digits.starts_with('-');
  const bool is_whole = end == digits.data() + digits.size();
  // A number beyond 64 bits is a number all the same, and out of every range.
  const bool is_huge = is_whole && error == std::errc::result_out_of_range;
  if (!is_whole || (error != std::errc() && !is_huge)) {
    faults.push_back({where, "int_parsing",
                      "Input should be a valid integer, unable to parse string as an integer"});
  } else if (is_huge ? negative : out < rule.min) {
    faults.push_back({where, "greater_than_equal",
                      "Input should be greater than or equal to " + std::to_string(rule.min)});
  } else if (is_huge || out > rule.max) {
    faults.push_back({where, "less_than_equal",
                      "Input should be less than or equal to " + std::to_string(rule.max)});
  }
}

void read_parameter(std::string_view text, const Id& /*rule*/, Location where, support::Uuid& out,
                    Faults& faults) {
  if (const auto uuid = support::Uuid::parse(text)) {
    out = *uuid;
  } else {
    faults.push_back({where, "uuid_parsing", "Input should be a valid UUID"});
  }
}

std::optional<support::JsonObject> parse_body(std::string_view body, Faults& faults) {
  support::ParsedJson parsed = support::parse_json_object(body);
  switch (parsed.outcome) {
    case support::ParsedJson::Outcome::object:
      return std::move(parsed.object);
    case support::ParsedJson::Outcome::not_an_object:
      faults.push_back({{Source::body, {}},
                        "model_attributes_type",
                        "Input should be a valid dictionary or object to extract fields from"});
      break;
    case support::ParsedJson::Outcome::malformed:
      faults.push_back({{Source::body, parsed.error_offset}, "json_invalid", "JSON decode error"});
      break;
  }
  return std::nullopt;
}

void add_missing(Location where, Faults& faults) {
  faults.push_back({where, "missing", "Field required"});
}

}  // namespace taskdock::api
