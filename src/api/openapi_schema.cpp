#include "api/openapi_schema.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "api/email.h"

namespace taskdock::api {

Json reference_to(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

namespace {

// A character that support::trim() leaves and one that it takes: \s of regular expressions
// (ECMA-262) is the white space of Unicode without U+0085, and not every language's has U+FEFF.
constexpr const char* solid = R"([^\s\u0085\uFEFF])";
constexpr const char* blank = R"([\s\u0085\uFEFF])";

/// The pattern of texts that are trimmed, and then have from one to `max` characters, or none where
/// a blank one means null: their lengths are not those of what is sent.
std::string trimmed_pattern(const Text& rule) {
  const std::string middle = R"([\s\S]{0,)" + std::to_string(rule.max - 2) + '}';
  const std::string inner = std::string(solid) + '(' + middle + solid + ")?";
  return std::string("^") + blank + '*' + (rule.blank_is_null ? '(' + inner + ")?" : inner) +
         blank + "*$";
}

Json schema_of(const Text& rule) {
  Json schema = {{"type", "string"}};
  if (rule.trimmed) {
    schema["pattern"] = trimmed_pattern(rule);
  } else {
    if (rule.min > 0 && !rule.blank_is_null) schema["minLength"] = rule.min;
    if (rule.max != Text{}.max) schema["maxLength"] = rule.max;
    if (rule.not_blank) schema["pattern"] = solid;
  }
  if (rule.password) schema["format"] = "password";
  return schema;
}

Json schema_of(const Email& /*rule*/) {
  return {{"type", "string"}, {"format", "email"}, {"maxLength", max_email_length}};
}

Json schema_of(const Boolean& /*rule*/) {
  return {{"type", "boolean"}};
}

Json schema_of(const Integer& rule) {
  Json schema = {{"type", "integer"}, {"format", "int64"}};
  if (rule.min != Integer{}.min) schema["minimum"] = rule.min;
  if (rule.max != Integer{}.max) schema["maximum"] = rule.max;
  return schema;
}

Json schema_of(const Id& rule) {
  Json schema = {{"type", "string"}, {"format", "uuid"}};
  if (rule.version != 0) schema["pattern"] = "^.{14}" + std::to_string(rule.version);
  return schema;
}

Json schema_of(const Instant& /*rule*/) {
  return {{"type", "string"}, {"format", "date-time"}};
}

Json schema_of(const RecurrenceRule& rule) {
  constexpr const char* part = "[A-Za-z]+=[-+,A-Za-z0-9]+";
  return {{"type", "string"},
          {"maxLength", rule.max},
          {"pattern", std::string("^") + part + "(;" + part + ")*$"}};
}

/// The pattern of a tag in a request, without ^ and $.
std::string tag_pattern(const Tag& rule) {
  constexpr const char* not_allowed = R"(,\u0000-\u001f\u007f-\u009f)";
  const std::string inner = std::string("[^") + not_allowed + ']';
  const std::string end = std::string("[^\\s\\uFEFF") + not_allowed + ']';
  return std::string(blank) + '*' + end + '(' + inner + "{0," + std::to_string(rule.max - 2) + '}' +
         end + ")?" + blank + '*';
}

Json schema_of(const Tag& rule) {
  return {{"type", "string"}, {"pattern", '^' + tag_pattern(rule) + '$'}};
}

/// The schema of tags in a request: `list`, or a text with commas between them, or null. How many
/// there may be is not said, since only those that differ are counted.
Json comma_separated(const Json& list, const Tag& rule) {
  const std::string part = std::string("(") + tag_pattern(rule) + '|' + blank + "*)";
  Json any_count = list;
  any_count.erase("maxItems");
  const Json text = {{"type", "string"}, {"pattern", '^' + part + "(," + part + ")*$"}};
  return {{"anyOf", Json::array({any_count, text, {{"type", "null"}}})}};
}

Json schema_of(const Discriminator& rule) {
  return {{"type", "string"}, {"const", rule.word}};
}

Json schema_of(const DateOrTime& rule) {
  constexpr const char* date = R"(\d{4}-\d{2}-\d{2})";
  constexpr const char* local_time = R"([Tt]\d{2}:\d{2}(:\d{2})?)";
  constexpr const char* instant = R"([Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2}))";
  const std::string pattern = std::string("^") + date + "(" + local_time + "|" + instant + ")?$";
  return {{"type", "string"},
          {"pattern", rule.blank_is_null ? pattern + "|^" + blank + "*$" : pattern}};
}

Json schema_of(const UtcOffset& /*rule*/) {
  return {{"type", "string"}, {"pattern", R"(^[-+ ]((0\d|1[0-3]):[0-5]\d|14:00)$)"}};
}

}  // namespace

Json schema_of_rule(const AnyRule& rule) {
  return std::visit(
      [](const auto& known) -> Json {
        if constexpr (requires { schema_of(known); }) return schema_of(known);
        return Json::object();
      },
      rule);
}

namespace {

/// The member that tells `type` from others; null if there is none.
const MemberDescription* discriminator_in(const TypeDescription& type) {
  for (const MemberDescription& member : type.members) {
    if (std::holds_alternative<Discriminator>(member.rule)) return &member;
  }
  return nullptr;
}

/// Whether each of `types`, of which all members are required, has one that no other has.
bool tell_themselves_apart(const std::vector<const TypeDescription*>& types) {
  return std::ranges::all_of(types, [&](const TypeDescription* type) {
    return std::ranges::any_of(type->members, [&](const MemberDescription& own) {
      return std::ranges::none_of(types, [&](const TypeDescription* other) {
        return other != type && std::ranges::any_of(other->members, [&](const auto& member) {
                 return member.name == own.name;
               });
      });
    });
  });
}

/// The schema of a value of one of `types`.
Json schema_of(const std::vector<const TypeDescription*>& types) {
  Json references = Json::array();
  Json mapping = Json::object();
  const MemberDescription* discriminator = nullptr;
  for (const TypeDescription* type : types) {
    references.push_back(reference_to(type->name));
    discriminator = discriminator_in(*type);
    if (!discriminator) continue;
    const std::string word(std::get<Discriminator>(discriminator->rule).word);
    mapping[word] = references.back()["$ref"];
  }
  if (!discriminator) return {{tell_themselves_apart(types) ? "oneOf" : "anyOf", references}};
  return {{"oneOf", references},
          {"discriminator", {{"propertyName", discriminator->name}, {"mapping", mapping}}}};
}

/// The schema of a member's value, or of each element of its list.
Json element_schema_of(const MemberDescription& member) {
  if (member.nested) return reference_to(member.nested->name);
  if (!member.alternatives.empty()) return schema_of(member.alternatives);
  if (std::holds_alternative<Choice>(member.rule)) {
    return {{"type", "string"}, {"enum", member.words}};
  }
  return schema_of_rule(member.rule);
}

/// `schema`, by which null is valid as well.
Json with_null(Json schema) {
  if (!schema.contains("type")) return {{"anyOf", Json::array({schema, {{"type", "null"}}})}};
  schema["type"] = Json::array({schema["type"], "null"});
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
  return schema;
}

Json example_of(const TypeDescription& type) {
  Json example = Json::object();
  for (const MemberDescription& member : type.members) {
    if (!member.nested && member.alternatives.empty() && member.example.empty()) continue;
    Json& value = example[std::string(member.name)];
    if (!member.alternatives.empty()) {
      for (const TypeDescription* each : member.alternatives) value.push_back(example_of(*each));
    } else if (!member.nested) {
      value = Json::parse(member.example);
    } else if (member.list) {
      value = Json::array({example_of(*member.nested)});
    } else {
      value = example_of(*member.nested);
    }
  }
  return example;
}

/// The one shape of an error, which no declared type has: its detail may be a text or a list.
void add_error_schemas(Json& schemas) {
  const Json status_code = {{"type", "integer"}, {"description", "The status of the answer"}};
  const Json message = {{"type", "string"}, {"description", "What is wrong, to show to people"}};
  schemas["ErrorResponse"] = {{"type", "object"},
                              {"properties",
                               {{"detail", {{"type", "string"}, {"description", "What is wrong"}}},
                                {"status_code", status_code},
                                {"message", message}}},
                              {"required", {"detail", "status_code", "message"}}};
  const Json place = {{"anyOf", {{{"type", "string"}}, {{"type", "integer"}}}}};
  const Json fault = {
      {"type", "object"},
      {"properties",
       {{"loc",
         {{"type", "array"},
          {"items", place},
          {"description", "Where: body, query or path, and the member, or the offset of a byte"}}},
        {"msg", {{"type", "string"}, {"description", "What is wrong, in words"}}},
        {"type", {{"type", "string"}, {"description", "What is wrong, in Pydantic's terms"}}}}},
      {"required", {"loc", "msg", "type"}}};
  schemas["ValidationErrorResponse"] = {
      {"type", "object"},
      {"properties",
       {{"detail",
         {{"type", "array"}, {"items", fault}, {"description", "Every fault that was found"}}},
        {"status_code", {{"type", "integer"}, {"const", 422}}},
        {"message",
         {{"type", "string"}, {"description", "A sentence for each fault, to show to people"}}}}},
      {"required", {"detail", "status_code", "message"}}};
}

}  // namespace

Json schema_of_member(const MemberDescription& member) {
  Json schema = element_schema_of(member);
  if (member.list) {
    schema = {{"type", "array"}, {"items", schema}};
    if (member.list->min_count > 0) schema["minItems"] = member.list->min_count;
    if (member.list->max_count != ListOfNested{}.max_count) {
      schema["maxItems"] = member.list->max_count;
    }
  }
  return schema;
}

Json Schemas::refer_to(const TypeDescription& type, Direction direction) {
  add(type, direction);
  return reference_to(type.name);
}

Json Schemas::content_of(const TypeDescription& type, Direction direction) {
  return {{"schema", refer_to(type, direction)}, {"example", example_of(type)}};
}

void Schemas::add(const TypeDescription& type, Direction direction) {
  const std::string name(type.name);
  if (schemas_.contains(name)) return;
  Json properties = Json::object();
  Json required = Json::array();
  for (const MemberDescription& member : type.members) {
    const bool nullable = direction == Direction::response ? member.optional : member.nullable;
    Json schema = schema_of_member(member);
    if (member.comma_separated && direction == Direction::request) {
      schema = comma_separated(schema, std::get<Tag>(member.rule));
    } else if (nullable) {
      schema = with_null(std::move(schema));
    }
    schema["description"] = member.description;
    properties[std::string(member.name)] = std::move(schema);
    const bool may_be_absent = member.optional || member.has_default;
    if (!may_be_absent || direction == Direction::response) required.push_back(member.name);
  }
  schemas_[name] = {{"type", "object"}, {"properties", properties}};
  if (!required.empty()) schemas_[name]["required"] = required;
  for (const MemberDescription& member : type.members) {
    if (member.nested) add(*member.nested, direction);
    for (const TypeDescription* alternative : member.alternatives) add(*alternative, direction);
  }
}

Json Schemas::take() {
  add_error_schemas(schemas_);
  return std::move(schemas_);
}

}  // namespace taskdock::api
