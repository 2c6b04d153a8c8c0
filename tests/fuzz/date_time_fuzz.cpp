// Dates and times. What is read is written in one normal form, which is read to be the same, and
// names a day of the calendar.
#include <algorithm>
#include <string>
#include <variant>

#include "property.h"
#include "support/date_time.h"

using taskdock::fuzz::require;

namespace support = taskdock::support;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = taskdock::fuzz::as_text(data, size);
  const auto value = support::parse_date_or_time(text);
  if (!value) return 0;
  require(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; }),
          "a date or time is printable ASCII");

  std::string written;
  support::append_date_or_time(written, *value);
  const auto again = support::parse_date_or_time(written);
  require(again && again->index() == value->index(),
          "what is written has the form of what was read");
  require(*again == *value, "what is written is what was read");
  std::string rewritten;
  support::append_date_or_time(rewritten, *again);
  require(rewritten == written, "the normal form stays as it is");

  require(written.size() >= 10 && written[4] == '-' && written[7] == '-', "it begins with a date");
  // Without an offset from UTC nothing is converted.
  if (!std::holds_alternative<support::Timestamp>(*value)) {
    require(written.substr(0, 10) == text.substr(0, 10), "the day is the one in the text");
    // RFC 3339, 5.6, allows other signs between day and time.
    require(text.substr(10).substr(0, 1) != "T" || text.starts_with(written),
            "the time is the one in the text");
  }
  return 0;
}
