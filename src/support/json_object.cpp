#include "support/json_object.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace taskdock::support {

namespace {

/// Receives nlohmann/json's parser events (its documentation: "SAX interface") and keeps what
/// stands at depth one.
class Collector {
 public:
  explicit Collector(ParsedJson& parsed) : parsed_(parsed) {}

  bool null() { return take(JsonValue::Kind::null); }

  bool boolean(bool value) {
    return take(JsonValue::Kind::boolean, [&](JsonValue& to) { to.boolean = value; });
  }

  bool number_integer(std::int64_t value) {
    return take(JsonValue::Kind::integer, [&](JsonValue& to) { to.integer = value; });
  }

  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return take(JsonValue::Kind::other_number);
    }
    return number_integer(static_cast<std::int64_t>(value));
  }

  bool number_float(double /*value*/, const std::string& /*text*/) {
    return take(JsonValue::Kind::other_number);
  }

  bool string(std::string& value) {
    return take(JsonValue::Kind::string, [&](JsonValue& to) { to.string = std::move(value); });
  }

  bool binary(nlohmann::json::binary_t& /*value*/) { return false; }  // not a thing in JSON text

  bool start_object(std::size_t /*size*/) { return start(JsonValue::Kind::object); }
  bool start_array(std::size_t /*size*/) { return start(JsonValue::Kind::array); }
  bool end_object() { return end(); }
  bool end_array() { return end(); }

  bool key(std::string& name) {
    if (depth_ == 1) slot_ = &parsed_.object.add(std::move(name));
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) {
    // The parser counts what it has read, the offending byte (or the end) included.
    parsed_.outcome = ParsedJson::Outcome::malformed;
    parsed_.error_offset = position > 0 ? position - 1 : 0;
    return false;
  }

 private:
  template <class Fill>
  bool take(JsonValue::Kind kind, Fill fill) {
    if (depth_ == 0) {
      parsed_.outcome = ParsedJson::Outcome::not_an_object;
    } else if (depth_ == 1 && slot_) {
      slot_->kind = kind;
      fill(*slot_);
    }
    return true;
  }

  bool take(JsonValue::Kind kind) {
    return take(kind, [](JsonValue&) {});
  }

  bool start(JsonValue::Kind kind) {
    if (depth_ == 0) {
      parsed_.outcome = kind == JsonValue::Kind::object ? ParsedJson::Outcome::object
                                                        : ParsedJson::Outcome::not_an_object;
    } else {
      take(kind);
    }
    ++depth_;
    return true;
  }

  bool end() {
    --depth_;
    return true;
  }

  ParsedJson& parsed_;
  std::size_t depth_ = 0;
  JsonValue* slot_ =
      nullptr;  // the value of the last key at depth one; null inside a top-level array
};

}  // namespace

const JsonValue* JsonObject::find(std::string_view name) const {
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (member->first == name) return &member->second;
  }
  return nullptr;
}

ParsedJson parse_json_object(std::string_view text) {
  ParsedJson parsed;
  Collector collector(parsed);
  nlohmann::json::sax_parse(text.begin(), text.end(), &collector);
  // The parser takes a NUL byte for the end of the text; in JSON it can stand nowhere.
  const std::size_t nul = text.find('\0');
  if (parsed.outcome != ParsedJson::Outcome::malformed && nul != std::string_view::npos) {
    parsed.outcome = ParsedJson::Outcome::malformed;
    parsed.error_offset = nul;
  }
  return parsed;
}

}  // namespace taskdock::support
