// Recurrence in words, such as "every 2 weeks on monday", as a rule of RFC 5545 (3.3.10). It reads what describe.js says
// of the rules that it can read.

import { last_of_month, make_day, next_day, today, weekday_of } from "./days.js";
import { moment_at, time_at } from "./date_words.js";
import { parts_of, rule_in_words } from "./describe.js";
import { month, number, ordinal_day, weekday, word_after, words_of } from "./words.js";

/**
 * @typedef {import("./words.js").Word} Word
 * @typedef {{ rule: string, from: "due" | "completion", time: string | null }} Recurrence
 * @typedef {{ count: number, parts: string[] }} Parts what some words make of the rule
 */
/** @template T @typedef {import("./words.js").Found<T>} Found */

const codes = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const frequencies = /** @type {Record<string, string>} */ ({ day: "DAILY", week: "WEEKLY", month: "MONTHLY", year: "YEARLY" });
const places = /** @type {Record<string, number>} */ ({ first: 1, second: 2, third: 3, fourth: 4, fifth: 5, last: -1 });

/** The singular of a unit or a weekday. @param {string} word */
const singular = (word) => word.replace(/s$/, "");

/** @param {string} word @returns {string | undefined} */
const frequency = (word) => (Object.hasOwn(frequencies, word) ? frequencies[word] : undefined);

/** @param {string} word @returns {string | null} */
const weekday_code = (word) => codes[weekday(word, true) ?? weekday(singular(word), true) ?? -1] ?? null;

/**
 * @param {Word[]} words
 * @param {number} at
 * @param {Date} now
 * @returns {Found<Recurrence> | null}
 */
export function rule_at(words, at, now) {
  const first = words[at]?.raw.toLowerCase() ?? "";
  // The mark of "every!" is no end of what is said.
  const [, every, mark] = /^(every|each)(!?)$/.exec(first) ?? [];
  if (every === undefined) return null;
  const found = what_recurs(words, at + 1);
  if (!found) return null;
  let count = 1 + found.count;
  const parts = [...found.parts];
  let from = /** @type {"due" | "completion"} */ (mark ? "completion" : "due");
  /** @type {string | null} */
  let time = null;
  let bound = false;
  for (;;) {
    const next = at + count;
    if (words[next - 1]?.stops) break;
    /** @type {Found<string> | null} */
    const clock = time === null ? time_at(words, next) : null;
    const end = bound ? null : bound_at(words, next, now);
    if (clock) {
      time = clock.value;
      count += clock.count;
    } else if (end) {
      bound = true;
      parts.push(...end.parts);
      count += end.count;
    } else if (from === "due" && completion_at(words, next)) {
      from = "completion";
      count += 2;
    } else {
      break;
    }
  }
  return { count, value: { rule: parts.join(";"), from, time } };
}

/** "after completion", "when done". @param {Word[]} words @param {number} at */
export function completion_at(words, at) {
  const said = `${word_after(words, at, 0)} ${word_after(words, at, 1)}`;
  return said === "after completion" || said === "when done";
}

/** "until 8 aug", "10 times". @param {Word[]} words @param {number} at @param {Date} now @returns {Parts | null} */
function bound_at(words, at, now) {
  if (word_after(words, at, 0) === "until") {
    if (words[at]?.stops) return null;
    const end = moment_at(words, at + 1, now);
    if (!end || end.value.time !== null) return null;
    return { count: 1 + end.count, parts: [`UNTIL=${end.value.day.replaceAll("-", "")}`] };
  }
  const before = word_after(words, at, 0) === "for" ? 1 : 0;
  const times = number(word_after(words, at, before));
  if (times === null || singular(word_after(words, at, before + 1)) !== "time") return null;
  return { count: before + 2, parts: [`COUNT=${times}`] };
}

/** What stands after "every". @param {Word[]} words @param {number} at @returns {Parts | null} */
function what_recurs(words, at) {
  const first = word_after(words, at, 0);
  const second = word_after(words, at, 1);
  if (first === "weekday" || first === "workday") return { count: 1, parts: ["FREQ=WEEKLY", "BYDAY=MO,TU,WE,TH,FR"] };
  if (first === "weekend") return { count: 1, parts: ["FREQ=WEEKLY", "BYDAY=SA,SU"] };

  const days = weekdays_at(words, at);
  if (days) return { count: days.count, parts: ["FREQ=WEEKLY", `BYDAY=${days.value}`] };

  // "second" and "other" are an interval before a unit, and a place before a weekday.
  const interval = first === "other" ? 2 : number(first) ?? ordinal_interval(first);
  const unit = interval === null ? first : singular(second);
  const freq = frequency(unit);
  const is_last_day = first === "last" && second === "day";
  if (freq && !is_last_day) {
    const before = interval === null ? 1 : 2;
    const parts = [`FREQ=${freq}`, ...(interval === null || interval === 1 ? [] : [`INTERVAL=${interval}`])];
    const on = words[at + before - 1]?.stops ? null : day_of_unit(words, at + before, freq);
    return { count: before + (on?.count ?? 0), parts: [...parts, ...(on?.parts ?? [])] };
  }
  if (first === "other") {
    const code = weekday_code(second);
    return code ? { count: 2, parts: ["FREQ=WEEKLY", "INTERVAL=2", `BYDAY=${code}`] } : null;
  }
  const yearly = date_of_year(words, at);
  if (yearly) return { count: yearly.count, parts: ["FREQ=YEARLY", ...yearly.parts] };
  const monthly = days_of_month(words, at, true);
  return monthly && { count: monthly.count, parts: ["FREQ=MONTHLY", ...monthly.parts] };
}

/** @param {string} word such as "second" or "3rd" */
function ordinal_interval(word) {
  if (word === "first" || word === "last") return null;
  return (Object.hasOwn(places, word) ? places[word] : ordinal_day(word)) ?? null;
}

/** "mon, wed and fri". @param {Word[]} words @param {number} at @returns {Found<string> | null} the codes */
function weekdays_at(words, at) {
  const found = list_at(words, at, (place) => {
    const code = weekday_code(words[place]?.low ?? "");
    return code ? { count: 1, value: code } : null;
  });
  return found && { count: found.count, value: [...new Set(found.value)].join() };
}

/**
 * What `read` finds one or more times, with commas, "and" or both between.
 * @template T
 * @param {Word[]} words
 * @param {number} at
 * @param {(at: number) => Found<T> | null} read
 * @returns {Found<T[]> | null}
 */
function list_at(words, at, read) {
  const first = read(at);
  if (!first) return null;
  let count = first.count;
  const value = [first.value];
  for (;;) {
    const last = words[at + count - 1];
    if (last?.stops && !last.raw.endsWith(",")) break;
    const has_and = words[at + count]?.raw === "and";
    if (!last?.stops && !has_and) break;
    const next = read(at + count + (has_and ? 1 : 0));
    if (!next) break;
    count += next.count + (has_and ? 1 : 0);
    value.push(next.value);
  }
  return { count, value };
}

/** "on monday and friday", "on the 15th", "on 8 aug". @param {Word[]} words @param {number} at @param {string} freq @returns {Parts | null} */
function day_of_unit(words, at, freq) {
  if (word_after(words, at, 0) !== "on" || words[at]?.stops) return null;
  const found = freq === "WEEKLY" ? weekdays_at(words, at + 1) : null;
  if (found) return { count: 1 + found.count, parts: [`BYDAY=${found.value}`] };
  const on = freq === "MONTHLY" ? days_of_month(words, at + 1, false) : freq === "YEARLY" ? date_of_year(words, at + 1) : null;
  return on && { count: 1 + on.count, parts: on.parts };
}

/**
 * "the 15th and the last day", "first monday", all with or without "the" and "of the month".
 * @param {Word[]} words
 * @param {number} at
 * @param {boolean} is_whole whether no unit has said yet that it is a month
 * @returns {Parts | null}
 */
function days_of_month(words, at, is_whole) {
  const without_the = (/** @type {number} */ place) => (words[place]?.raw.toLowerCase() === "the" ? 1 : 0);
  const by_number = list_at(words, at, (place) => {
    const the = without_the(place);
    const said = word_after(words, place, the);
    const day = ordinal_day(said);
    if (day !== null) return { count: the + 1, value: String(day) };
    return said === "last" && word_after(words, place, the + 1) === "day" ? { count: the + 2, value: "-1" } : null;
  });
  const by_weekday = by_number ? null : list_at(words, at, (place) => {
    const the = without_the(place);
    const said = word_after(words, place, the);
    const ordinal = Object.hasOwn(places, said) ? places[said] : ordinal_day(said);
    const code = weekday_code(word_after(words, place, the + 1));
    return ordinal && ordinal <= 5 && code ? { count: the + 2, value: ordinal + code } : null;
  });
  const found = by_number ?? by_weekday;
  if (!found) return null;
  const end = at + found.count - 1;
  const of_month = ["of", "the", "month"].every((word, i) => word_after(words, end, i + 1) === word) ? 3 : 0;
  // "every 3rd" of something else is no day of a month: it has to be all that is said, or to say more.
  const name = by_number ? "BYMONTHDAY" : "BYDAY";
  const says_more = of_month > 0 || !is_whole || by_weekday || without_the(at) > 0 || found.value.includes("-1");
  if (!says_more && words[end + 1] && !words[end]?.stops && !follows_rule(words, end + 1)) return null;
  return { count: found.count + of_month, parts: [`${name}=${found.value.join()}`] };
}

/** Whether the word begins what can stand after a rule, or another mark. @param {Word[]} words @param {number} at */
function follows_rule(words, at) {
  return /^(?:at|until|for|after|when|remind|\d+|[#!].*)$/.test(words[at]?.low ?? "") || time_at(words, at) !== null;
}

/** "8 aug", "august 8th". @param {Word[]} words @param {number} at @returns {Parts | null} */
function date_of_year(words, at) {
  const the = word_after(words, at, 0) === "the" ? 1 : 0;
  const [first, second] = [word_after(words, at, the), word_after(words, at, the + 1)];
  const of = second === "of" ? 1 : 0;
  const day_of = (/** @type {string} */ word) => ordinal_day(word) ?? (/^(?:[1-9]|[12]\d|3[01])$/.test(word) ? Number(word) : null);
  const [day, in_month, count] = day_of(first) !== null
    ? [day_of(first), month(word_after(words, at, the + 1 + of)), the + 2 + of] : [day_of(second), month(first), 2];
  const exists = day !== null && in_month !== null && make_day(2024, in_month, day) !== null; // a leap year
  return exists ? { count, parts: [`BYMONTH=${in_month}`, `BYMONTHDAY=${day}`] } : null;
}

/** One or more of what the pattern says, with commas between. @param {string} one */
const list_of = (one) => new RegExp(`^(?:${one})(?:,(?:${one}))*$`);

/** The parts of a rule as RFC 5545 writes them. How they go together is for the server to say. */
const part_forms = /** @type {Record<string, RegExp>} */ ({
  FREQ: /^(?:DAILY|WEEKLY|MONTHLY|YEARLY)$/, INTERVAL: /^[1-9]\d{0,3}$/, COUNT: /^[1-9]\d{0,3}$/,
  UNTIL: /^\d{8}(?:T\d{6}Z?)?$/, BYDAY: list_of(`(?:[+-]?[1-5]?\\d)?(?:${codes.join("|")})`),
  BYMONTHDAY: list_of("[+-]?[1-3]?\\d"), BYMONTH: list_of("1?\\d"), BYSETPOS: list_of("[+-]?\\d{1,3}"),
  WKST: new RegExp(`^(?:${codes.join("|")})$`),
});

/**
 * The rule that a text says, all of it, in words or as RFC 5545 writes it; or what is wrong with the text.
 * @param {string} text such as "every 2 weeks on monday after completion", "FREQ=MONTHLY;BYDAY=1MO"
 * @param {Date} [now]
 * @returns {{ rule: string, from: "due" | "completion" } | { problem: string }}
 */
export function read_rule(text, now = new Date()) {
  if (text.includes("=")) return read_plain_rule(text.trim().replace(/^RRULE:/i, ""));
  const words = words_of(text);
  const found = rule_at(words, 0, now);
  const rest = words[found?.count ?? 0];
  if (!found) return { problem: "This is not understood." };
  if (rest) return { problem: `“${text.slice(rest.start).trim()}” is not understood.` };
  if (found.value.time !== null) return { problem: "The time of day stands beside the due date." };
  return { rule: found.value.rule, from: found.value.from };
}

/** @param {string} rule @returns {ReturnType<typeof read_rule>} */
function read_plain_rule(rule) {
  const parts = Object.entries(parts_of(rule));
  const wrong = parts.find(([name, value]) => !Object.hasOwn(part_forms, name) || !part_forms[name]?.test(value));
  if (wrong) return { problem: `“${wrong.join("=")}” is no part of a rule.` };
  return parts.some(([name]) => name === "FREQ") ? { rule, from: "due" } : { problem: "The rule has no FREQ." };
}

/**
 * What read_rule reads as a rule: words if they say all of it, else the rule itself.
 * @param {string} rule
 */
export function text_of_rule(rule) {
  const words = rule_in_words(rule);
  const read = read_rule(words);
  return "rule" in read && read.rule === rule ? words : rule;
}

/**
 * The first day from `start` on that a rule names, as far as it was read here: its weekdays, days of a month and months;
 * `start` for a rule that names none, or none within years.
 * @param {string} rule
 * @param {string} start
 */
export function first_day(rule, start) {
  const { BYDAY, BYMONTHDAY, BYMONTH } = parts_of(rule);
  const weekdays = BYDAY?.split(",");
  const month_days = BYMONTHDAY?.split(",").map(Number);
  for (let day = start, i = 0; i < 8 * 366; day = next_day(day, 1), ++i) {
    const date = Number(day.slice(8));
    const from_end = date - Number(last_of_month(day).slice(8)) - 1;
    const code = codes[weekday_of(day)] ?? "";
    const place = Math.ceil(date / 7);
    const matches = (!BYMONTH || Number(day.slice(5, 7)) === Number(BYMONTH)) &&
      (!month_days || month_days.includes(date) || month_days.includes(from_end)) &&
      (!weekdays || [code, place + code, Math.ceil(from_end / 7) - 1 + code].some((one) => weekdays.includes(one)));
    if (matches) return day;
  }
  return start;
}

/** The first day of a rule from today on; a time of today that is over is tomorrow's. @param {Recurrence} recurrence @param {Date} now */
export function first_day_of({ rule, time }, now) {
  const day = today(now);
  const clock = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
  return first_day(rule, time !== null && time < clock ? next_day(day, 1) : day);
}
