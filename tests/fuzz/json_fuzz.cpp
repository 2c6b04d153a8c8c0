// Bodies of requests, read into a declared type. What is read without a fault obeys the declared
// rules, is what another JSON parser finds in the text, and is read again from what is written of
// it.
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/read.h"
#include "api/schema.h"
#include "property.h"
#include "support/json_value.h"
#include "support/json_writer.h"
#include "support/text.h"

using taskdock::fuzz::require;

namespace api = taskdock::api;
namespace support = taskdock::support;

namespace {

struct Part {
  std::int64_t number = 0;
  std::optional<std::string> label;

  bool operator==(const Part&) const = default;
};

struct Thing {
  std::string title;
  std::optional<std::optional<std::string>> note;
  std::optional<std::string> email;
  std::optional<bool> done;
  std::optional<std::vector<Part>> parts;

  bool operator==(const Thing&) const = default;
};

}  // namespace

template <>
inline constexpr auto taskdock::api::schema<Part> =
    object("Part", member("number", &Part::number, Integer{.min = -5, .max = 5}, "", ""),
           member("label", &Part::label, Text{}, "", ""));

template <>
inline constexpr auto taskdock::api::schema<Thing> = object(
    "Thing", member("title", &Thing::title, Text{.min = 1, .max = 20, .not_blank = true}, "", ""),
    member("note", &Thing::note, Text{.min = 2, .max = 10, .trimmed = true}, "", ""),
    member("email", &Thing::email, Email{}, "", ""),
    member("done", &Thing::done, Boolean{}, "", ""),
    member("parts", &Thing::parts, List<Nested>{.max_count = 3}, "", ""));

namespace {

void check_rules(const Thing& thing) {
  const std::size_t length = support::code_points(thing.title);
  require(length >= 1 && length <= 20, "a title has an allowed length");
  require(!support::trim(thing.title).empty(), "a title is not blank");
  if (thing.note && *thing.note) {
    const std::string& note = **thing.note;
    require(support::trim(note) == note, "a note is trimmed");
    require(support::code_points(note) >= 2 && support::code_points(note) <= 10,
            "a note has an allowed length");
  }
  for (const Part& part : thing.parts.value_or(std::vector<Part>())) {
    require(part.number >= -5 && part.number <= 5, "a number is in its range");
  }
  require(!thing.parts || thing.parts->size() <= 3, "there are not too many parts");
  for (const std::string& text : {thing.title, thing.note.value_or("").value_or("")}) {
    require(text.find('\0') == std::string::npos, "no text has U+0000");
  }
}

/// Compares with `json`, which was read from the same text. Of members with one name the last
/// counts there, too.
void check_values(const Thing& thing, const nlohmann::json& json) {
  require(json.is_object(), "only an object is read");
  require(json.at("title") == thing.title, "the title is the one in the text");
  const auto note = json.find("note");
  require(thing.note.has_value() == (note != json.end()), "a note is read where there is one");
  if (thing.note) {
    require(thing.note->has_value() == !note->is_null(), "null clears a note");
    require(note->is_null() || support::trim(note->get<std::string>()) == **thing.note,
            "the note is the one in the text");
  }
  const auto done = json.find("done");
  require(thing.done.has_value() == (done != json.end() && !done->is_null()),
          "done is read where there is one");
  require(!thing.done || *done == *thing.done, "done is the one in the text");
  const auto email = json.find("email");
  require(thing.email.has_value() == (email != json.end() && !email->is_null()),
          "an email is read where there is one");
  const auto parts = json.find("parts");
  require(thing.parts.has_value() == (parts != json.end() && !parts->is_null()),
          "parts are read where there are some");
  if (!thing.parts) return;
  require(parts->size() == thing.parts->size(), "there are as many parts as in the text");
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const nlohmann::json& part = parts->at(i);
    require(part.at("number") == thing.parts->at(i).number, "a number is the one in the text");
    const auto label = part.find("label");
    const bool has_label = label != part.end() && !label->is_null();
    require(thing.parts->at(i).label.has_value() == has_label &&
                (!has_label || *label == *thing.parts->at(i).label),
            "a label is the one in the text");
  }
}

std::string write(const Thing& thing) {
  std::string body = R"({"title":)";
  support::append_json_string(body, thing.title);
  if (thing.note && *thing.note) {
    body += R"(,"note":)";
    support::append_json_string(body, **thing.note);
  } else if (thing.note) {
    body += R"(,"note":null)";
  }
  if (thing.email) {
    body += R"(,"email":)";
    support::append_json_string(body, *thing.email);
  }
  if (thing.done) body += *thing.done ? R"(,"done":true)" : R"(,"done":false)";
  if (thing.parts) {
    body += R"(,"parts":[)";
    for (const Part& part : *thing.parts) {
      if (body.back() != '[') body += ',';
      body += R"({"number":)" + std::to_string(part.number);
      if (part.label) {
        body += R"(,"label":)";
        support::append_json_string(body, *part.label);
      }
      body += '}';
    }
    body += ']';
  }
  return body + '}';
}

/// What the other parser says of a text: numbers that no double holds, it refuses although they are
/// JSON.
struct OtherVerdict : nlohmann::json::json_sax_t {
  bool is_json = true;
  bool is_number_too_large = false;

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*size*/) override { return true; }
  bool key(string_t& /*name*/) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t /*size*/) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::json::exception& error) override {
    is_json = false;
    is_number_too_large = error.id == 406;
    return false;
  }
};

void check_parser(std::string_view text) {
  const support::ParsedJson parsed = support::parse_json(text);
  const bool is_json = parsed.value.kind != support::JsonValue::Kind::absent;
  require(is_json || parsed.error_offset <= text.size(), "an error is somewhere in the text");
  require(taskdock::fuzz::is_inside(parsed.value.text, text), "a value is a piece of the text");
  // The other parser takes a NUL byte for the end of the text.
  if (text.find('\0') != std::string_view::npos) {
    require(!is_json, "no JSON has a NUL byte");
    return;
  }
  OtherVerdict other;
  nlohmann::json::sax_parse(text, &other);
  require(other.is_number_too_large || is_json == other.is_json, "both parsers agree what is JSON");
  if (!is_json || !other.is_json) return;
  const auto json = nlohmann::json::parse(text);
  if (json.is_string()) {
    require(support::decode_json_string(parsed.value) == json.get<std::string>(),
            "both parsers read the same string");
  }
  if (const auto number = support::parse_json_integer(parsed.value)) {
    require(json == *number, "both parsers read the same number");
  } else {
    // The other parser compares an unsigned number with a signed one as if it were signed.
    constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
    require(!json.is_number_integer() ||
                (json.is_number_unsigned() && json.get<std::uint64_t>() > largest),
            "an integer is read wherever there is one");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = taskdock::fuzz::as_text(data, size);
  check_parser(text);
  api::Faults faults;
  const Thing thing = api::read_body<Thing>(text, faults);
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!faults.empty()) return 0;
  check_rules(thing);
  // The other parser refuses numbers that no double holds, also where nobody asks for them.
  if (!json.is_discarded()) check_values(thing, json);

  const std::string written = write(thing);
  api::Faults none;
  require(api::read_body<Thing>(written, none) == thing && none.empty(),
          "what is written is read to be the same");
  require(nlohmann::json::accept(written), "what is written is JSON");
  return 0;
}
