#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "api/errors.h"
#include "api/schema.h"
#include "api/strictness.h"
#include "support/date_time.h"
#include "support/json_value.h"
#include "support/text.h"
#include "support/uuid.h"

/// Reading declared types from JSON and from parameters, with every fault found. Only what is
/// declared is kept: whatever else a body has costs no memory, and how deep reading goes is how
/// deep the declared types nest.
namespace taskdock::api {

/// Collects what is wrong with a request.
using Faults = std::vector<Fault>;

/// The place of a value in a request, as a chain from the value outwards, so that nothing is copied
/// unless there is a fault to report. The outer places must outlive it.
class Where {
 public:
  Where(Source source) : source_(source) {}  // NOLINT(google-explicit-constructor)
  Where(Source source, Step step) : source_(source), step_(step) {}
  Where(const Where& outer, Step step)
      : source_(outer.source_), strictness_(outer.strictness_), outer_(&outer), step_(step) {}
  Where(Source source, Strictness* strictness) : source_(source), strictness_(strictness) {}

  Location location() const;

  /// Where members that are not declared are faults, here and in all that is in it; otherwise null.
  Strictness* strictness() const { return strictness_; }

 private:
  Source source_;
  Strictness* strictness_ = nullptr;
  const Where* outer_ = nullptr;
  std::optional<Step> step_;
};

void add_missing(const Where& where, Faults& faults);

/// Adds a fault of Pydantic's type value_error, in its words.
void add_value_error(const Where& where, std::string_view reason, Faults& faults);

/// Adds a fault of our own type file_invalid: a file that was sent, or a part of it, cannot be read
/// at all. `reason` is a sentence.
void add_file_fault(const Where& where, std::string_view reason, Faults& faults);

/// Whether the value at `where`, or something in it, has a fault: then it says nothing.
bool has_fault(const Where& where, const Faults& faults);

/// Reads a text by its rule into `out`, or adds what is wrong with it to `faults`. The text must be
/// valid UTF-8 without U+0000.
void read_text(std::string text, const Text& rule, const Where& where, std::string& out,
               Faults& faults);
void read_text(std::string_view text, const Email& rule, const Where& where, std::string& out,
               Faults& faults);
void read_text(std::string_view text, const Id& rule, const Where& where, support::Uuid& out,
               Faults& faults);
void read_text(std::string_view text, const Instant& rule, const Where& where,
               support::Timestamp& out, Faults& faults);
void read_text(std::string_view text, const DateOrTime& rule, const Where& where,
               support::DateOrTime& out, Faults& faults);
void read_text(std::string text, const UtcOffset& rule, const Where& where,
               std::chrono::minutes& out, Faults& faults);
void read_text(std::string text, const RecurrenceRule& rule, const Where& where, std::string& out,
               Faults& faults);
void read_text(std::string_view text, const Tag& rule, const Where& where, std::string& out,
               Faults& faults);

/// The place of `text` in `words`; nothing, and a fault, if it is not there.
std::optional<std::size_t> find_word(std::string_view text, std::span<const std::string_view> words,
                                     const Where& where, Faults& faults);

template <class Enumeration>
void read_text(std::string_view text, const Choice& /*rule*/, const Where& where, Enumeration& out,
               Faults& faults) {
  if (const auto place = find_word(text, words<Enumeration>, where, faults)) {
    out = static_cast<Enumeration>(*place);
  }
}

/// What `text`, which may be any bytes, stands for by a rule that a std::string follows. Throws
/// ValidationError, with faults of the body's member `name`.
template <class Rule>
std::string read_text(const Rule& rule, const std::string& text, std::string_view name);

/// Whether `text` is valid UTF-8 without U+0000, which neither C nor every client can carry; adds
/// the fault if it is not.
bool check_text(std::string_view text, const Where& where, Faults& faults);

/// The text of a JSON string; nothing and a fault if `value` is none, or has U+0000. What a value
/// of another kind is told follows from the rule.
std::optional<std::string> read_string(const support::JsonValue& value, const Text& rule,
                                       const Where& where, Faults& faults);
std::optional<std::string> read_string(const support::JsonValue& value, const Email& rule,
                                       const Where& where, Faults& faults);
std::optional<std::string> read_string(const support::JsonValue& value, const Id& rule,
                                       const Where& where, Faults& faults);
std::optional<std::string> read_string(const support::JsonValue& value, const Instant& rule,
                                       const Where& where, Faults& faults);
std::optional<std::string> read_string(const support::JsonValue& value, const DateOrTime& rule,
                                       const Where& where, Faults& faults);
std::optional<std::string> read_string(const support::JsonValue& value, const RecurrenceRule& rule,
                                       const Where& where, Faults& faults);
std::optional<std::string> read_string(const support::JsonValue& value, const Tag& rule,
                                       const Where& where, Faults& faults);
std::optional<std::string> read_string(const support::JsonValue& value, const Choice& rule,
                                       const Where& where, Faults& faults);

/// Reads a JSON value by its rule into `out`, or adds what is wrong with it to `faults`.
template <class Rule, class T>
void read_value(const support::JsonValue& value, const Rule& rule, const Where& where, T& out,
                Faults& faults) {
  if (auto text = read_string(value, rule, where, faults)) {
    read_text(*std::move(text), rule, where, out, faults);
  }
}
void read_value(const support::JsonValue& value, const Boolean& rule, const Where& where, bool& out,
                Faults& faults);
void read_value(const support::JsonValue& value, const Integer& rule, const Where& where,
                std::int64_t& out, Faults& faults);
/// Takes little memory and time linear in the value's size, whatever it has.
void read_value(const support::JsonValue& value, const Tags& rule, const Where& where,
                std::vector<std::string>& out, Faults& faults);
/// The same for tags that were read already: `tags` itself is what is left of them.
void read_tags(std::vector<std::string>& tags, const Tags& rule, const Where& where,
               Faults& faults);
void read_value(const support::JsonValue& value, const Discriminator& rule, const Where& where,
                std::monostate& out, Faults& faults);
template <class T>
void read_value(const support::JsonValue& value, const Nested& rule, const Where& where, T& out,
                Faults& faults);
template <class... Types>
void read_value(const support::JsonValue& value, const OneOf& rule, const Where& where,
                std::variant<Types...>& out, Faults& faults);
template <class Rule, class T>
void read_value(const support::JsonValue& value, const List<Rule>& rule, const Where& where,
                std::vector<T>& out, Faults& faults);

/// Whether `value` is an object, or an array; adds the fault if it is not.
bool check_object(const support::JsonValue& value, const Where& where, Faults& faults);
bool check_array(const support::JsonValue& value, const Where& where, Faults& faults);

/// Whether a list may have `count` elements; adds the fault if it may not.
bool check_count(std::size_t count, std::size_t min_count, std::size_t max_count,
                 const Where& where, Faults& faults);

/// Whether `value` is a string of white space only, or an empty one.
bool is_blank(const support::JsonValue& value);

/// The same values from a parameter's text, as Pydantic reads them: true and false also as 1, 0,
/// yes, no, on, off, y, n, t, f, in any case.
void read_parameter(std::string_view text, const Boolean& rule, const Where& where, bool& out,
                    Faults& faults);
void read_parameter(std::string_view text, const Integer& rule, const Where& where,
                    std::int64_t& out, Faults& faults);
template <class Rule, class T>
void read_parameter(std::string_view text, const Rule& rule, const Where& where, T& out,
                    Faults& faults) {
  // All other rules refuse such a text anyway, with a fault of their own.
  constexpr bool takes_any_text =
      std::is_same_v<Rule, Text> || std::is_same_v<Rule, Email> || std::is_same_v<Rule, Tag>;
  if (takes_any_text && !check_text(text, where, faults)) return;
  read_text(std::string(text), rule, where, out, faults);
}
template <class Rule, class T>
void read_parameter(std::string_view text, const Rule& rule, const Where& where,
                    std::optional<T>& out, Faults& faults) {
  read_parameter(text, rule, where, out.emplace(), faults);
}

/// Reads the object `value` into a T. A value that is absent is a fault only where it must be
/// there.
template <class T>
void read_members(const support::JsonValue& value, const Where& where, T& out, Faults& faults) {
  std::array<support::JsonValue, member_names<T>.size()> values;
  support::find_json_members(value, member_names<T>, values);
  const support::JsonValue* next = values.data();
  for_each_member<T>([&](const auto& member) {
    using Type = std::remove_reference_t<decltype(out.*member.pointer)>;
    using Kind = support::JsonValue::Kind;
    const support::JsonValue& found = *next++;
    const Where here(where, member.name);
    auto& target = out.*member.pointer;
    if constexpr (!is_optional<Type>) {
      if (found.kind == Kind::absent) {
        if (!has_default(member.rule)) add_missing(here, faults);
      } else if (found.kind != Kind::null || !has_default(member.rule)) {
        read_value(found, member.rule, here, target, faults);
      }
    } else if (found.kind != Kind::absent) {
      bool is_null = found.kind == Kind::null;
      if constexpr (requires { member.rule.blank_is_null; }) {
        if (member.rule.blank_is_null && is_blank(found)) is_null = true;
      }
      if constexpr (is_clearable<Type>) {
        target.emplace();
        if (!is_null) read_value(found, member.rule, here, target->emplace(), faults);
      } else if (!is_null || !schema<T>.null_is_absent ||
                 reads_null<std::remove_cvref_t<decltype(member.rule)>>) {
        read_value(found, member.rule, here, target.emplace(), faults);
      }
    }
  });
  if (Strictness* strictness = where.strictness()) {
    add_unknown_members(value, member_names<T>, where, *strictness, faults);
  }
}

template <class T>
void read_value(const support::JsonValue& value, const Nested& /*rule*/, const Where& where, T& out,
                Faults& faults) {
  if (check_object(value, where, faults)) read_members(value, where, out, faults);
}

/// The place in `words` of the text that the object's member `name` has; nothing, and the fault, if
/// that is none of them.
std::optional<std::size_t> find_discriminator(const support::JsonValue& object,
                                              std::string_view name,
                                              std::span<const std::string_view> words,
                                              const Where& where, Faults& faults);

template <class... Types>
void read_value(const support::JsonValue& value, const OneOf& /*rule*/, const Where& where,
                std::variant<Types...>& out, Faults& faults) {
  if (!check_object(value, where, faults)) return;
  constexpr std::array known = {discriminator_of<Types>()...};
  constexpr std::array<std::string_view, known.size()> known_words = {
      discriminator_of<Types>().second...};
  const auto place = find_discriminator(value, known.front().first, known_words, where, faults);
  if (!place) return;
  std::size_t i = 0;
  const auto read_at_place = [&]<class T>(std::type_identity<T> /*type*/) {
    if (i++ == *place) read_members(value, where, out.template emplace<T>(), faults);
  };
  (read_at_place(std::type_identity<Types>()), ...);
}

/// How many faults are found in the lists of a request at least, if it has so many; there are not
/// many more, so that a small body cannot make a very large answer.
inline constexpr std::size_t many_faults = 5'000;

template <class Rule, class T>
void read_value(const support::JsonValue& value, const List<Rule>& rule, const Where& where,
                std::vector<T>& out, Faults& faults) {
  if (!check_array(value, where, faults)) return;
  const std::size_t faults_before = faults.size();
  std::size_t size = 0;
  support::JsonElements elements(value);
  for (support::JsonValue element; elements.next(element); ++size) {
    if (size >= rule.max_count || faults.size() >= many_faults) continue;
    read_value(element, rule.element, Where(where, size), out.emplace_back(), faults);
  }
  if (size > rule.max_count)
    faults.resize(faults_before);  // only that there are too many is reported
  check_count(size, rule.min_count, rule.max_count, where, faults);
}

/// The object that the JSON text `body` is; absent, with the fault, where it is none.
support::JsonValue parse_body(std::string_view body, Faults& faults);

/// Reads a T from the JSON text `body`. The result is valid only if no fault was added. Members
/// that are not declared are faults if there is a `strictness`.
template <class T>
T read_body(std::string_view body, Faults& faults, Strictness* strictness = nullptr) {
  T result;
  const support::JsonValue object = parse_body(body, faults);
  if (object.kind == support::JsonValue::Kind::object) {
    read_members(object, Where(Source::body, strictness), result, faults);
  }
  return result;
}

/// Reads a T from query parameters. Each of several with one name is an element where that is a
/// list; otherwise the last counts.
template <class T>
T read_query(const std::vector<std::pair<std::string, std::string>>& query, Faults& faults) {
  T result;
  for_each_member<T>([&](const auto& member) {
    const Where where(Source::query, member.name);
    auto& target = result.*member.pointer;
    if constexpr (requires { member.rule.element; }) {
      std::size_t size = 0;
      const std::size_t faults_before = faults.size();
      const auto take = [&](std::string_view text) {
        if (++size > member.rule.max_count) return;
        read_parameter(text, member.rule.element, Where(where, size - 1), target.emplace_back(),
                       faults);
      };
      for (const auto& [name, value] : query) {
        if (name != member.name) continue;
        if (!member.rule.comma_separated) {
          take(value);
        } else {
          support::any_part(value, ',', [&](std::string_view part) { return take(part), false; });
        }
      }
      if (size > member.rule.max_count) faults.resize(faults_before);
      check_count(size, member.rule.min_count, member.rule.max_count, where, faults);
    } else {
      for (auto parameter = query.rbegin(); parameter != query.rend(); ++parameter) {
        if (parameter->first != member.name) continue;
        read_parameter(parameter->second, member.rule, where, target, faults);
        break;
      }
    }
  });
  return result;
}

template <class Rule>
std::string read_text(const Rule& rule, const std::string& text, std::string_view name) {
  Faults faults;
  std::string value;
  read_parameter(text, rule, Where(Source::body, name), value, faults);
  if (!faults.empty()) throw ValidationError(std::move(faults));
  return value;
}

}  // namespace taskdock::api
