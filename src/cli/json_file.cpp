#include "cli/json_file.h"

#include <cstddef>
#include <exception>
#include <span>
#include <utility>

#include "system/regular_file.h"

namespace taskdock::cli {

std::optional<JsonFile> JsonFile::read(const system::Directory& directory,
                                       const std::string& name) {
  constexpr std::size_t max_bytes = 64 * 1024;
  try {
    std::string content = system::read_all(directory.open_file(name), max_bytes);
    if (support::parse_json(content).value.kind != support::JsonValue::Kind::object) {
      return std::nullopt;
    }
    return JsonFile(std::move(content));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

support::JsonValue JsonFile::member(std::string_view name) const {
  support::JsonValue value;
  support::find_json_members(support::parse_json(content_).value, std::span(&name, 1),
                             std::span(&value, 1));
  return value;
}

std::optional<std::string> JsonFile::text(std::string_view name) const {
  const support::JsonValue value = member(name);
  if (value.kind != support::JsonValue::Kind::string) return std::nullopt;
  return support::decode_json_string(value);
}

std::optional<int> JsonFile::number(std::string_view name) const {
  const auto value = support::parse_json_integer(member(name));
  if (!value || !std::in_range<int>(*value)) return std::nullopt;
  return static_cast<int>(*value);
}

}  // namespace taskdock::cli
