#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>

/// The language in which a request or response type is declared, once: its members, their rules and
/// what they mean. Reading (read.h), the faults of invalid input, writing (write.h) and the
/// description of the type (describe.h) all follow from that one declaration:
///
///   struct NewThing { std::string title; std::optional<bool> loud; };
///   template <>
///   inline constexpr auto schema<NewThing> = object("NewThing",
///       member("title", &NewThing::title, Text{.min = 1, .max = 200}, "What it is called",
///              R"("Bell")"),
///       member("loud", &NewThing::loud, Flag{}, "Whether it makes noise", "true"));
///
/// A member of type std::optional may be absent, and null means the same. In a
/// std::optional<std::optional<T>> null is a value of its own, which clears. In a query every
/// member may be absent and then has the value the type gives it.
namespace taskdock::api {

/// A string. Lengths count code points, after trimming where there is some.
struct Text {
  std::size_t min = 0;
  std::size_t max = std::numeric_limits<std::size_t>::max();
  bool trimmed = false;    // white space at either end is taken off
  bool not_blank = false;  // not only white space
  bool password = false;   // for whoever draws a form
};

/// An email address: trimmed, in lower case, checked as email.h says.
struct Email {};

/// A boolean.
struct Flag {};

/// A whole number.
struct Whole {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// A UUID.
struct Id {};

/// A moment in UTC.
struct Moment {};

/// A value of a type that has a schema itself.
struct Nested {};

/// A list of values of a type that has a schema itself.
struct ListOfNested {};

template <class Owner, class Type, class Rule>
struct Member {
  std::string_view name;
  Type Owner::*pointer;
  Rule rule;
  std::string_view description;
  std::string_view example;
};

/// `example` is JSON; a member whose type has a schema itself needs none.
template <class Owner, class Type, class Rule>
constexpr Member<Owner, Type, Rule> member(std::string_view name, Type Owner::*pointer, Rule rule,
                                           std::string_view description,
                                           std::string_view example = {}) {
  return {name, pointer, rule, description, example};
}

template <class Members>
struct Object {
  std::string_view name;
  Members members;  // a tuple of Member
};

template <class... Members>
constexpr auto object(std::string_view name, Members... members) {
  return Object<std::tuple<Members...>>{name, {members...}};
}

/// For a type that derives from two others: the members of both.
template <class First, class Second>
constexpr auto joined(std::string_view name, const Object<First>& first,
                      const Object<Second>& second) {
  auto members = std::tuple_cat(first.members, second.members);
  return Object<decltype(members)>{name, members};
}

/// The declaration of `T`; each type's is beside the type.
template <class T>
inline constexpr auto schema = nullptr;

/// Calls `visit(member)` for each member of T, in their order.
template <class T, class Visit>
void for_each_member(Visit visit) {
  std::apply([&](const auto&... members) { (visit(members), ...); }, schema<T>.members);
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// Whether null is a value of its own for a member of this type.
template <class T>
inline constexpr bool is_clearable = false;
template <class T>
inline constexpr bool is_clearable<std::optional<std::optional<T>>> = true;

}  // namespace taskdock::api
