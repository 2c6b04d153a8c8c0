#pragma once

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

using AnyRule = std::variant<Text, Email, Flag, Whole, Id, Moment, Nested, ListOfNested>;

struct MemberDescription {
  std::string_view name;
  std::string_view description;
  std::string_view example;  // JSON; empty where `nested` has examples of its own
  std::string default_json;  // what it is where it may be absent, in a query
  AnyRule rule;
  bool optional;                  // it may be absent; in a response: it may be null
  bool clearable;                 // null is a value of its own
  const TypeDescription* nested;  // of Nested and ListOfNested; null otherwise
};

struct TypeDescription {
  std::string_view name;
  std::vector<MemberDescription> members;
};

/// The type a member's value, or the elements of its list, have.
template <class T>
struct ElementOf {
  using Type = T;
};
template <class T>
struct ElementOf<std::vector<T>> {
  using Type = T;
};

/// The description of T, made at the first call and kept. Any thread may call it.
template <class T>
const TypeDescription& describe() {
  static const TypeDescription description = [] {
    TypeDescription result{schema<T>.name, {}};
    for_each_member<T>([&](const auto& member) {
      using Type = std::remove_reference_t<decltype(std::declval<T>().*member.pointer)>;
      using Element = typename ElementOf<Type>::Type;
      const TypeDescription* nested = nullptr;
      if constexpr (!std::is_same_v<decltype(schema<Element>), const std::nullptr_t>) {
        nested = &describe<Element>();
      }
      std::string default_json;
      if constexpr (std::is_arithmetic_v<Type>) default_json = to_json(T{}.*member.pointer);
      result.members.push_back({member.name, member.description, member.example, default_json,
                                member.rule, is_optional<Type>, is_clearable<Type>, nested});
    });
    return result;
  }();
  return description;
}

}  // namespace taskdock::api
