// Dates and times in words, such as "next monday at 5pm". Each reader looks at the words from one place on, and takes as
// many as it understands.

import { last_of_month, make_day, next_day, next_month, padded, today, weekday_of } from "./days.js";
import { month, number, ordinal_day, weekday, word_after } from "./words.js";

/**
 * @typedef {import("./words.js").Word} Word
 * @typedef {{ day: string, time: string | null }} Moment in the browser's zone
 */
/** @template T @typedef {import("./words.js").Found<T>} Found */

/**
 * A time of day: "5pm", "5:30 pm", "17:00", "at noon".
 * @param {Word[]} words
 * @param {number} at
 * @returns {Found<string> | null} "17:00"
 */
export function time_at(words, at) {
  const has_at = word_after(words, at, 0) === "at";
  const first = word_after(words, at, has_at ? 1 : 0);
  const before = has_at ? 1 : 0;
  if (has_at && (first === "noon" || first === "midnight")) {
    return { count: 2, value: first === "noon" ? "12:00" : "00:00" };
  }
  const [, hours = "", minutes = "00", half] = /^(\d{1,2})(?:[:.](\d\d))?(am|pm)?$/.exec(first) ?? [];
  if (hours === "" || Number(minutes) > 59) return null;
  const next = word_after(words, at, before + 1);
  const half_day = half ?? (next === "am" || next === "pm" ? next : undefined);
  if (half_day !== undefined) {
    if (Number(hours) < 1 || Number(hours) > 12) return null;
    const hour = (Number(hours) % 12) + (half_day === "pm" ? 12 : 0);
    return { count: before + (half === undefined ? 2 : 1), value: `${padded(hour)}:${minutes}` };
  }
  if (!first.includes(":") || Number(hours) > 23) return null;
  return { count: before + 1, value: `${padded(Number(hours))}:${minutes}` };
}

/**
 * A date, with a time before or after it if there is one.
 * @param {Word[]} words
 * @param {number} at
 * @param {Date} now
 * @returns {Found<Moment> | null}
 */
export function moment_at(words, at, now) {
  const early = time_at(words, at);
  if (early && !words[at + early.count - 1]?.stops) {
    const date = date_at(words, at + early.count, now);
    if (date && date.value.time === null) {
      return { count: early.count + date.count, value: { day: date.value.day, time: early.value } };
    }
  }
  const date = date_at(words, at, now);
  if (!date || date.value.time !== null || words[at + date.count - 1]?.stops) return date;
  const late = time_at(words, at + date.count);
  return late ? { count: date.count + late.count, value: { day: date.value.day, time: late.value } } : date;
}

const prepositions = new Set(["on", "by", "due"]);

/**
 * A date: "today", "on fri", "next week", "in 3 days", "8 aug 2027", "the 8th", "2026-08-08", "8.8.".
 * @param {Word[]} words
 * @param {number} at
 * @param {Date} now
 * @returns {Found<Moment> | null}
 */
function date_at(words, at, now) {
  let before = 0;
  while (before < 2 && prepositions.has(word_after(words, at, before))) ++before;
  if (before > 0 && words[at + before - 1]?.stops) return null;
  const found = named_day(words, at + before, now, before > 0) ?? calendar_day(words, at + before, now) ??
    span(words, at + before, now);
  return found && { count: before + found.count, value: found.value };
}

/** @param {number} count @param {string | null} day @returns {Found<Moment> | null} */
const whole_day = (count, day) => (day === null ? null : { count, value: { day, time: null } });

/** The first day after `day` that is that weekday. @param {string} day @param {number} wanted */
const next_weekday = (day, wanted) => next_day(day, ((wanted - weekday_of(day) + 6) % 7) + 1);

/** The Monday of the next week. @param {string} day */
const next_week = (day) => next_weekday(day, 1);

/**
 * @param {Word[]} words
 * @param {number} at
 * @param {Date} now
 * @param {boolean} has_preposition
 * @returns {Found<Moment> | null}
 */
function named_day(words, at, now, has_preposition) {
  const day = today(now);
  const first = word_after(words, at, 0);
  const second = word_after(words, at, 1);
  if (first === "today") return whole_day(1, day);
  if (first === "tomorrow") return whole_day(1, next_day(day, 1));
  if (first === "day" && second === "after" && word_after(words, at, 2) === "tomorrow") return whole_day(3, next_day(day, 2));
  const bare = weekday(first, has_preposition);
  if (bare !== null) return whole_day(1, next_weekday(day, bare));
  if (first !== "next" && first !== "this") return null;
  const named = weekday(second, true) ?? (second === "weekend" ? 6 : null);
  // A week begins on Monday: what is next week's is after this Sunday.
  const start = first === "next" ? next_day(next_week(day), -1) : day;
  if (named !== null) return whole_day(2, next_weekday(start, named));
  if (first === "this") return null;
  if (second === "week") return whole_day(2, next_week(day));
  if (second === "month") return whole_day(2, next_day(last_of_month(day), 1));
  if (second === "year") return whole_day(2, make_day(Number(day.slice(0, 4)) + 1, 1, 1));
  return null;
}

/**
 * The day with that number in a month. Without a year it is the next one from today on.
 * @param {string} day today
 * @param {number} number_of_day
 * @param {number} number_of_month
 * @param {number} [year]
 */
function in_calendar(day, number_of_day, number_of_month, year) {
  if (year !== undefined) return make_day(year, number_of_month, number_of_day);
  const this_year = Number(day.slice(0, 4));
  for (let later = 0; later <= 8; ++later) { // there may be eight years between two leap days
    const found = make_day(this_year + later, number_of_month, number_of_day);
    if (found !== null && found >= day) return found;
  }
  return null;
}

/**
 * @param {Word[]} words
 * @param {number} at
 * @param {Date} now
 * @returns {Found<Moment> | null}
 */
function calendar_day(words, at, now) {
  const day = today(now);
  const first = words[at]?.low ?? "";
  const [, iso_year, iso_month, iso_day, iso_time = null] =
    /^(\d{4})-(\d\d)-(\d\d)(?:t((?:[01]\d|2[0-3]):[0-5]\d))?$/.exec(first) ?? [];
  if (iso_year !== undefined) {
    const found = make_day(Number(iso_year), Number(iso_month), Number(iso_day));
    return found === null ? null : { count: 1, value: { day: found, time: iso_time } };
  }
  // The last dot belongs to the date where there is no year.
  const [, dot_day, dot_month, dot_year] =
    /^(\d{1,2})\.(\d{1,2})\.(\d{4})?(?=[.,;:!?)]*$)/.exec(words[at]?.raw ?? "") ?? [];
  if (dot_day !== undefined) {
    return whole_day(1, in_calendar(day, Number(dot_day), Number(dot_month), dot_year === undefined ? undefined : Number(dot_year)));
  }
  const has_the = first === "the";
  const start = has_the ? at + 1 : at;
  const ordinal = ordinal_day(word_after(words, at, has_the ? 1 : 0));
  // "8." is the number of a day as well, where the month follows.
  const word = words[start];
  const dotted = word && /^\d{1,2}\.$/.test(word.raw) ? Number(word.low) : null;
  const number_first = ordinal ?? dotted ?? (has_the ? null : day_number(first));
  if (number_first !== null) {
    const rest = dotted === null ? start : start + 1;
    const name_at = (dotted === null ? 1 : 0) + (word_after(words, start, 1) === "of" ? 1 : 0);
    const named = month(word_after(words, rest, name_at));
    if (named !== null) {
      const end = rest + name_at;
      const year = year_at(words, end);
      return whole_day(end - at + (year === undefined ? 1 : 2), in_calendar(day, number_first, named, year));
    }
    if (ordinal === null || !(has_the || prepositions.has(words[at - 1]?.low ?? ""))) return null;
    for (let later = 0; later < 3; ++later) { // a month with 31 days is at most two away
      const first_of = `${next_month(`${day.slice(0, 8)}01`, later).slice(0, 8)}`;
      const found = make_day(Number(first_of.slice(0, 4)), Number(first_of.slice(5, 7)), ordinal);
      if (found !== null && found >= day) return whole_day(start - at + 1, found);
    }
    return null;
  }
  const month_first = month(first);
  const following = word_after(words, at, 1);
  const day_second = ordinal_day(following) ?? day_number(following);
  if (month_first === null || day_second === null) return null;
  const year = year_at(words, at + 1, true);
  return whole_day(year === undefined ? 2 : 3, in_calendar(day, day_second, month_first, year));
}

/** @param {string} word */
const day_number = (word) => (/^(?:0?[1-9]|[12]\d|3[01])$/.test(word) ? Number(word) : null);

/** The year after the word `at`, perhaps after a comma. @param {Word[]} words @param {number} at @param {boolean} [comma] */
function year_at(words, at, comma = false) {
  const is_near = !words[at]?.stops || (comma && words[at]?.raw.endsWith(","));
  const word = words[at + 1]?.low ?? "";
  return is_near && /^(?:19|20|21)\d\d$/.test(word) ? Number(word) : undefined;
}

/**
 * "in 3 days", "in an hour".
 * @param {Word[]} words
 * @param {number} at
 * @param {Date} now
 * @returns {Found<Moment> | null}
 */
function span(words, at, now) {
  const count = word_after(words, at, 0) === "in" ? number(word_after(words, at, 1)) : null;
  if (count === null) return null;
  const unit = word_after(words, at, 2).replace(/s$/, "");
  const day = today(now);
  if (unit === "day") return whole_day(3, next_day(day, count));
  if (unit === "week") return whole_day(3, next_day(day, 7 * count));
  if (unit === "month") return whole_day(3, next_month(day, count));
  if (unit === "year") return whole_day(3, next_month(day, 12 * count));
  const minutes = minutes_of(unit);
  if (minutes === null) return null;
  const then = new Date(now.getTime() + count * minutes * 60_000);
  return { count: 3, value: { day: today(then), time: `${padded(then.getHours())}:${padded(then.getMinutes())}` } };
}

/** How many minutes a unit has, in the singular; null if it has none. @param {string} unit */
export function minutes_of(unit) {
  if (unit === "minute" || unit === "min") return 1;
  if (unit === "hour" || unit === "h") return 60;
  return null;
}
