#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

/// The language in which a request or response type is declared, once: its members, their rules and
/// what they mean. Reading (read.h), the faults of invalid input, writing (write.h) and the
/// description of the type (describe.h) all follow from that one declaration:
///
///   struct NewThing { std::string title; std::optional<bool> loud; };
///   template <>
///   inline constexpr auto schema<NewThing> = object("NewThing",
///       member("title", &NewThing::title, Text{.min = 1, .max = 200}, "What it is called",
///              R"("Bell")"),
///       member("loud", &NewThing::loud, Boolean{}, "Whether it makes noise", "true"));
///
/// A member of type std::optional may be absent, and null means the same; in a type declared with
/// patch() null is invalid there. In a std::optional<std::optional<T>> null is a value of its own,
/// which clears. In a query every member may be absent and then has the value the type gives it.
namespace taskdock::api {

/// A string. Lengths count code points, after trimming where there is some.
struct Text {
  std::size_t min = 0;
  std::size_t max = std::numeric_limits<std::size_t>::max();
  bool trimmed = false;        // white space at either end is removed
  bool not_blank = false;      // not only white space
  bool blank_is_null = false;  // only white space, or nothing at all, means null
  bool password = false;       // a form should hide what is typed
};

/// An email address: trimmed, in lower case, checked as email.h says; a std::string.
struct Email {};

/// A boolean.
struct Boolean {};

/// A 64-bit integer.
struct Integer {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// A UUID.
struct Id {
  char version = 0;  // the only version (RFC 9562, 4.2) it may have; 0: any
};

/// An instant, as a date and time with Z or an offset from UTC; a support::Timestamp.
struct Instant {
  bool blank_is_null = false;  // as in Text
};

/// A date, a local time or an instant; a support::DateOrTime.
struct DateOrTime {
  bool blank_is_null = false;  // as in Text
};

/// An offset from UTC as +05:30, of at most 14 hours; a std::chrono::minutes. A space stands for a
/// plus, which a query has in its place if it was not percent-encoded.
struct UtcOffset {};

/// A rule by which something recurs (support::Recurrence), as it is written; a std::string.
struct RecurrenceRule {
  std::size_t max = 500;  // characters
};

/// One of the `words` of an enumeration.
struct Choice {
  // A request may leave it out or have null; then it is what its type gives it. (A std::optional
  // needs no default.)
  bool has_default = false;
};

/// A tag: trimmed, from one to `max` code points, no comma and no control character (Cc) in it; a
/// std::string.
struct Tag {
  std::size_t max = 50;
};

/// The tags of a task; a std::vector of std::string. A request may leave them out, and null means
/// none, in a patch too. It has a list of them, or a text with commas between them. Tags that are
/// equal by support::fold are one, which has the first spelling; only what is left is counted.
struct Tags {
  static constexpr bool has_default = true;  // as in Choice
  static constexpr bool reads_null = true;   // null is a value of its own
  Tag element = {};
  std::size_t max_count = 20;
};

/// Always the same word, by which a OneOf knows the type; a std::monostate.
struct Discriminator {
  std::string_view word;
};

/// A value of a type that has a schema itself.
struct Nested {};

/// A value of one of several types that have schemas themselves; a std::variant. In a request each
/// has a Discriminator, of one name for all of them.
struct OneOf {};

/// A list of values that follow one rule; a std::vector. In a request it must have a `max_count`,
/// so that a small body cannot become a large list.
template <class Rule>
struct List {
  Rule element = {};
  std::size_t min_count = 0;
  std::size_t max_count = std::numeric_limits<std::size_t>::max();
  bool comma_separated = false;  // in a query: a parameter has elements with commas between them
};

/// A list of values of a type that has a schema itself.
using ListOfNested = List<Nested>;

/// The words that stand for the values of an enumeration, as a std::array of std::string_view in
/// the order of the enumerators, which count from zero; each is beside its enumeration.
template <class Enumeration>
inline constexpr auto words = nullptr;

template <class Owner, class Type, class Rule>
struct Member {
  std::string_view name;
  Type Owner::*pointer;
  Rule rule;
  std::string_view description;
  std::string_view example;
};

/// `example` is JSON; a member whose type has a schema itself needs none. One that may be absent is
/// not in the example of its type if it has none.
template <class Owner, class Type, class Rule>
constexpr Member<Owner, Type, Rule> member(std::string_view name, Type Owner::*pointer, Rule rule,
                                           std::string_view description,
                                           std::string_view example = {}) {
  return {name, pointer, rule, description, example};
}

template <class Owner, class Type, class Rule>
constexpr auto as_tuple(const Member<Owner, Type, Rule>& member) {
  return std::tuple(member);
}
template <class... Members>
constexpr const auto& as_tuple(const std::tuple<Members...>& members) {
  return members;
}

template <class Members>
struct Object {
  std::string_view name;
  Members members;             // a tuple of Member
  bool null_is_absent = true;  // for members of type std::optional
};

/// Each of `members` is a Member, or a tuple of them, such as what another type has in common.
template <class... Members>
constexpr auto object(std::string_view name, const Members&... members) {
  auto all = std::tuple_cat(as_tuple(members)...);
  return Object<decltype(all)>{name, all};
}

/// The body of a PATCH: a change. What is absent stays as it is; null clears what can be cleared
/// and is invalid for everything else.
template <class... Members>
constexpr auto patch(std::string_view name, const Members&... members) {
  auto all = std::tuple_cat(as_tuple(members)...);
  return Object<decltype(all)>{name, all, false};
}

/// The declaration of `T`; each type's is beside the type.
template <class T>
inline constexpr auto schema = nullptr;

/// Calls `visit(member)` for each member of T, in their order.
template <class T, class Visit>
constexpr void for_each_member(Visit visit) {
  std::apply([&](const auto&... members) { (visit(members), ...); }, schema<T>.members);
}

/// The names of T's members, in their order.
template <class T>
inline constexpr auto member_names = std::apply(
    [](const auto&... members) {
      return std::array<std::string_view, sizeof...(members)>{members.name...};
    },
    schema<T>.members);

/// The name of T's Discriminator, and its word; empty if it has none.
template <class T>
constexpr std::pair<std::string_view, std::string_view> discriminator_of() {
  std::pair<std::string_view, std::string_view> found;
  for_each_member<T>([&](const auto& member) {
    if constexpr (requires { member.rule.word; }) found = {member.name, member.rule.word};
  });
  return found;
}

/// Whether a member with this rule may be absent though its type is no std::optional.
template <class Rule>
constexpr bool has_default(const Rule& rule) {
  if constexpr (requires { rule.has_default; }) {
    return rule.has_default;
  } else {
    return false;
  }
}

/// Whether null is a value of its own for members with this rule.
template <class Rule>
inline constexpr bool reads_null = requires {
  Rule::reads_null;
};

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
