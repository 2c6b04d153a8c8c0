// Rules by which tasks recur, as clients send them. What follows a day is after it, in order, and
// the same however the rule's letters are written; COUNT is replaced by another.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "property.h"
#include "support/recurrence.h"

using taskdock::fuzz::require;

namespace support = taskdock::support;

namespace {

std::optional<support::Recurrence> parse(std::string_view text) {
  try {
    return support::Recurrence(text);
  } catch (const support::InvalidRecurrence&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(taskdock::fuzz::as_text(data, size));
  const auto rule = parse(text);
  if (!rule) return 0;
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto same = parse(lower);
  require(same.has_value(), "lower case is read, too");

  const support::Date start{std::chrono::local_days(std::chrono::year(2024) / 2 / 29)};
  const auto first = rule->next(start, start);
  const auto first_of_same = same->next(start, start);
  require(first.has_value() == first_of_same.has_value() &&
              (!first || (first->day == first_of_same->day && first->step == first_of_same->step)),
          "the letters' case means nothing");
  if (first) {
    require(first->day > start && first->step == 1, "the next day is after the start");
    const auto later = rule->next(start, first->day + std::chrono::days(1));
    require(!later || (later->day > first->day && later->step >= 1), "days come in their order");
  }
  if (rule->count()) {
    const auto counted = parse(support::with_count(text, 7));
    require(counted && counted->count() == 7, "COUNT is replaced");
  }
  return 0;
}
