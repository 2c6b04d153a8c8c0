#include <array>

#include "api/read.h"

// Pydantic has the types of faults union_tag_not_found and union_tag_invalid here, but they are at
// the object; what is wrong is the member.
namespace taskdock::api {

using support::JsonValue;

void read_value(const JsonValue& value, const Discriminator& rule, const Where& where,
                std::monostate& /*out*/, Faults& faults) {
  const std::array<std::string_view, 1> words = {rule.word};
  if (const auto text = read_string(value, Choice{}, where, faults)) {
    find_word(*text, words, where, faults);
  }
}

std::optional<std::size_t> find_discriminator(const JsonValue& object, std::string_view name,
                                              std::span<const std::string_view> words,
                                              const Where& where, Faults& faults) {
  const std::array<std::string_view, 1> names = {name};
  std::array<JsonValue, 1> values;
  support::find_json_members(object, names, values);
  const Where here(where, name);
  if (values.front().kind == JsonValue::Kind::absent) {
    add_missing(here, faults);
    return std::nullopt;
  }
  const auto text = read_string(values.front(), Choice{}, here, faults);
  return text ? find_word(*text, words, here, faults) : std::nullopt;
}

}  // namespace taskdock::api
