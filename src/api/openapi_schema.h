#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "api/describe.h"

/// The schemas in the OpenAPI document (JSON Schema 2020-12), made of declared types. Only the
/// document's own sources include this, and with it the JSON library.
namespace taskdock::api {

using Json = nlohmann::ordered_json;

/// Whether a type is read or written: what is read may leave optional members out, what is written
/// has all of them.
enum class Direction { request, response };

Json reference_to(std::string_view name);

/// The schema of values that follow `rule`, which is neither Choice nor Nested.
Json schema_of_rule(const AnyRule& rule);

/// The schema of a member's value, without null.
Json schema_of_member(const MemberDescription& member);

/// Collects the types that the operations refer to.
class Schemas {
 public:
  /// A reference to `type`, which is described once.
  Json refer_to(const TypeDescription& type, Direction direction);

  /// A JSON body of `type`, with an example.
  Json content_of(const TypeDescription& type, Direction direction);

  /// All of them, with those of the errors, ErrorResponse and ValidationErrorResponse.
  Json take();

 private:
  void add(const TypeDescription& type, Direction direction);

  Json schemas_ = Json::object();
};

}  // namespace taskdock::api
