#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "store/types.h"
#include "support/clock.h"
#include "support/date_time.h"
#include "support/uuid.h"

/// The values of a task's members as texts, which our own formats have in common.
namespace taskdock::formats {

inline void append_value(std::string& out, bool value) {
  out += value ? "true" : "false";
}
inline void append_value(std::string& out, const support::Uuid& value) {
  const auto text = value.characters();
  out.append(text.data(), text.size());
}
inline void append_value(std::string& out, support::Timestamp value) {
  const auto text = support::rfc3339_characters(value);
  out.append(text.data(), text.size());
}
inline void append_value(std::string& out, const support::DateOrTime& value) {
  support::append_date_or_time(out, value);
}
template <class Enumeration>
requires std::is_enum_v<Enumeration>
void append_value(std::string& out, Enumeration value) {
  out += store::words<Enumeration>[static_cast<std::size_t>(value)];
}

/// Reads what append_value writes, and what people write for it, into `to`. Returns what is wrong
/// with it, or null.
const char* read_value(std::string_view text, bool& to);
const char* read_value(std::string_view text, support::Uuid& to);
const char* read_value(std::string_view text, support::Timestamp& to);
const char* read_value(std::string_view text, support::DateOrTime& to);
const char* read_value(std::string_view text, store::Priority& to);
const char* read_value(std::string_view text, store::RecurrenceFrom& to);

/// Adds the tags in `list`, which have commas between them, to `tags`. A part without anything is
/// none.
void split_tags(std::string_view list, std::vector<std::string>& tags);

/// What is wrong with `text` as any text: it must be valid UTF-8 without U+0000. Null: nothing.
const char* text_fault(std::string_view text);

}  // namespace taskdock::formats
