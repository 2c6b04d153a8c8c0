#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "formats/content_lines.h"
#include "store/types.h"
#include "support/date_time.h"

/// The values of iCalendar (RFC 5545, 3.3) that tasks have.
namespace taskdock::formats {

/// Appends a text (3.3.11). It has neither line breaks of other kinds than LF nor other control
/// characters than tabs: CR, with an LF after it or not, becomes LF, and another one U+FFFD.
void append_ics_text(std::string& out, std::string_view text);
/// The text that `value` stands for. A backslash that stands before nothing special is one.
std::string read_ics_text(std::string_view value);

/// Appends the line `NAME:value` of a date or time. What is below a second, which iCalendar does
/// not have, is in the parameter X-TASKDOCK-FRACTION, as six digits.
void append_ics_time(std::string& out, std::string_view name, const support::DateOrTime& time);
/// Reads a date, local time or instant with what append_ics_time wrote. A time of another time zone
/// than UTC (TZID) is the local time there. Nothing if it is none of them.
std::optional<support::DateOrTime> read_ics_time(const ContentLine& line);

/// Reads a duration (3.3.6), as -P1DT12H. Nothing if it is none, or has a number of more than six
/// digits.
std::optional<std::chrono::seconds> read_ics_duration(std::string_view value);
/// `time` and `duration` after it; a date with a duration that is no whole number of days becomes a
/// local time. Nothing if it is beyond the years 1 to 9999.
std::optional<support::DateOrTime> add_duration(const support::DateOrTime& time,
                                                std::chrono::seconds duration);

/// A priority as a number from 1, the highest, to 9 (3.8.1.9), and what each number stands for: so
/// that the same comes back, and that programs which know three of them show 1 to 4 as high, 5 as
/// medium and 6 to 9 as low. Nothing for 0.
int ics_priority(store::Priority priority);
std::optional<store::Priority> priority_of_ics(int number);

}  // namespace taskdock::formats
