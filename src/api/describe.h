#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "api/schema.h"
#include "api/write.h"

/// Declared types as data, for what describes the API instead of serving it.
namespace taskdock::api {

struct TypeDescription;

using AnyRule = std::variant<Text, Email, Boolean, Integer, Id, Instant, DateOrTime, UtcOffset,
                             RecurrenceRule, Tag, Choice, Discriminator, Nested, OneOf>;

/// How many elements a list may have.
struct ListLimits {
  std::size_t min_count;
  std::size_t max_count;
};

struct MemberDescription {
  std::string_view name;
  std::string_view description;
  std::string_view example;  // JSON; empty where `nested` has examples of its own
  std::string default_json;  // what it is where it may be absent, in a query
  AnyRule rule;              // of the value, or of a list's elements
  std::optional<ListLimits> list;
  // A body may have a text with the list's elements, too; a parameter of a query has them so.
  bool comma_separated;
  bool optional;                            // it may be absent; in a response: it may be null
  bool has_default;                         // it may be absent; in a response: it is never null
  bool nullable;                            // null is valid
  std::span<const std::string_view> words;  // of Choice
  const TypeDescription* nested;            // of Nested; null otherwise
  std::vector<const TypeDescription*> alternatives = {};  // of OneOf
};

struct TypeDescription {
  std::string_view name;
  std::vector<MemberDescription> members;
};

/// What a member's value, or each element of its list, is when it is there.
template <class T>
struct ElementOf {
  using Type = T;
};
template <class T>
struct ElementOf<std::optional<T>> : ElementOf<T> {};
template <class T>
struct ElementOf<std::vector<T>> : ElementOf<T> {};

template <class T>
const TypeDescription& describe();

template <class... Types>
std::vector<const TypeDescription*> describe_all(
    std::type_identity<std::variant<Types...>> /*variant*/) {
  return {&describe<Types>()...};
}

template <class T, class Member>
MemberDescription describe_member(const Member& member) {
  using Type = std::remove_reference_t<decltype(std::declval<T>().*member.pointer)>;
  using Element = typename ElementOf<Type>::Type;
  using Rule = std::remove_cvref_t<decltype(member.rule)>;
  MemberDescription result{
      .name = member.name,
      .description = member.description,
      .example = member.example,
      .default_json = {},
      .rule = Nested{},
      .list = {},
      .comma_separated = false,
      .optional = is_optional<Type>,
      .has_default = !is_optional<Type> && has_default(member.rule),
      .nullable = is_clearable<Type> || reads_null<Rule> ||
                  ((is_optional<Type> || has_default(member.rule)) && schema<T>.null_is_absent),
      .words = {},
      .nested = nullptr};
  if constexpr (std::is_same_v<Rule, Tags>) {
    result.rule = member.rule.element;
    result.list = {0, member.rule.max_count};
    result.comma_separated = true;
  } else if constexpr (requires { member.rule.element; }) {
    result.rule = member.rule.element;
    result.list = {member.rule.min_count, member.rule.max_count};
    result.comma_separated = member.rule.comma_separated;
  } else {
    result.rule = member.rule;
  }
  if constexpr (std::is_same_v<Rule, OneOf> || std::is_same_v<Rule, List<OneOf>>) {
    result.alternatives = describe_all(std::type_identity<Element>());
  }
  if constexpr (std::is_arithmetic_v<Type>) result.default_json = to_json(T{}.*member.pointer);
  if constexpr (std::is_enum_v<Element>) result.words = words<Element>;
  if constexpr (!std::is_same_v<decltype(schema<Element>), const std::nullptr_t>) {
    result.nested = &describe<Element>();
  }
  return result;
}

/// The description of T, made at the first call and kept. Any thread may call it.
template <class T>
const TypeDescription& describe() {
  static const TypeDescription description = [] {
    TypeDescription result{schema<T>.name, {}};
    for_each_member<T>(
        [&](const auto& member) { result.members.push_back(describe_member<T>(member)); });
    return result;
  }();
  return description;
}

}  // namespace taskdock::api
