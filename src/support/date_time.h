#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "support/clock.h"

namespace taskdock::support {

/// A day of the calendar, in no particular time zone.
using Date = std::chrono::local_days;

/// A date and a time of day, in no particular time zone.
using LocalTime = std::chrono::local_seconds;

/// One of three forms of a date or time. None is ever converted to another, since that would take a
/// time zone.
using DateOrTime = std::variant<Date, LocalTime, Timestamp>;

/// Of the years 1 to 9999, which have a text in RFC 3339: the beginning, and what comes after them.
inline constexpr Timestamp first_moment{
    std::chrono::sys_days(std::chrono::January / 1 / std::chrono::year(1))};
inline constexpr Timestamp end_of_time{
    std::chrono::sys_days(std::chrono::January / 1 / std::chrono::year(10'000))};

/// Reads a date (2026-08-08), a local time (2026-08-08T17:00, seconds optional), or an instant,
/// which is a local time with Z or an offset from UTC (RFC 3339, seconds optional) and up to nine
/// digits of a fraction of a second, which is rounded down to microseconds. The years are 0001 to
/// 9999, for an instant in UTC. Nothing if `text` is none of them, or no day of the calendar.
std::optional<DateOrTime> parse_date_or_time(std::string_view text);

/// Appends `value` in the form that it is: a date, a local time (without seconds if they are zero,
/// as HTML's date and time inputs write it), or an instant in UTC as format_rfc3339 writes it.
void append_date_or_time(std::string& out, const DateOrTime& value);

/// Writes the same to where `to` points, and returns the end of it. There must be room for
/// max_date_or_time_size characters.
char* write_date_or_time(char* to, const DateOrTime& value);
inline constexpr std::size_t max_date_or_time_size = 27;

/// Reads an offset from UTC of less than a day, as +05:30 or -03:00 (RFC 3339); nothing if `text`
/// is none. Appends one in that form.
std::optional<std::chrono::minutes> parse_utc_offset(std::string_view text);
void append_utc_offset(std::string& out, std::chrono::minutes offset);

}  // namespace taskdock::support
