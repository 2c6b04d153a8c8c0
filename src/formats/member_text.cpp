#include "formats/member_text.h"

#include "support/text.h"

namespace taskdock::formats {

namespace {

template <class Enumeration>
const char* read_word(std::string_view text, Enumeration& to, const char* fault) {
  const auto& words = store::words<Enumeration>;
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) return fault;
  to = static_cast<Enumeration>(found - words.begin());
  return nullptr;
}

}  // namespace

const char* read_value(std::string_view text, bool& to) {
  const std::string word = support::to_lower_ascii(text);
  to = word == "true" || word == "1";
  return to || word == "false" || word == "0" ? nullptr : "must be true or false";
}

const char* read_value(std::string_view text, support::Uuid& to) {
  const auto id = support::Uuid::parse(text);
  if (!id) return "must be a UUID";
  to = *id;
  return nullptr;
}

const char* read_value(std::string_view text, support::Timestamp& to) {
  const auto value = support::parse_date_or_time(text);
  const auto* instant = value ? std::get_if<support::Timestamp>(&*value) : nullptr;
  if (!instant) return "must be a time with Z or an offset from UTC, as 2026-08-08T10:30:00Z";
  to = *instant;
  return nullptr;
}

const char* read_value(std::string_view text, support::DateOrTime& to) {
  const auto value = support::parse_date_or_time(text);
  if (!value) {
    return "must be a date or time, as 2026-08-08, 2026-08-08T10:30 or 2026-08-08T10:30:00Z";
  }
  to = *value;
  return nullptr;
}

const char* read_value(std::string_view text, store::Priority& to) {
  return read_word(text, to, "must be low, medium, high or urgent");
}

const char* read_value(std::string_view text, store::RecurrenceFrom& to) {
  return read_word(text, to, "must be due or completion");
}

void split_tags(std::string_view list, std::vector<std::string>& tags) {
  support::any_part(list, ',', [&](std::string_view tag) {
    if (!tag.empty()) tags.emplace_back(tag);
    return false;
  });
}

const char* text_fault(std::string_view text) {
  if (!support::is_utf8(text)) return "must be UTF-8: save the file as UTF-8";
  if (text.find('\0') != std::string_view::npos) return "must not have the character U+0000";
  return nullptr;
}

}  // namespace taskdock::formats
