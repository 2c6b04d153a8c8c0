// Bodies of requests, read into a declared type. What is read without a fault obeys the declared
// rules, is what another JSON parser finds in the text, and is read again from what is written of
// it.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "api/read.h"
#include "api/schema.h"
#include "property.h"
#include "support/json_writer.h"
#include "support/text.h"

using taskdock::fuzz::require;

namespace api = taskdock::api;
namespace support = taskdock::support;

namespace {

struct Thing {
  std::string title;
  std::optional<std::optional<std::string>> note;
  std::optional<std::string> email;
  std::optional<bool> done;

  bool operator==(const Thing&) const = default;
};

}  // namespace

template <>
inline constexpr auto taskdock::api::schema<Thing> = object(
    "Thing", member("title", &Thing::title, Text{.min = 1, .max = 20, .not_blank = true}, "", ""),
    member("note", &Thing::note, Text{.min = 2, .max = 10, .trimmed = true}, "", ""),
    member("email", &Thing::email, Email{}, "", ""), member("done", &Thing::done, Flag{}, "", ""));

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
  return body + '}';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = taskdock::fuzz::as_text(data, size);
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
