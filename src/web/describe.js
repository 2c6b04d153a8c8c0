// Rules of recurrence (RFC 5545, 3.3.10) in words. What reads such words is in rule_words.js.

const units = /** @type {Record<string, string>} */ ({ DAILY: "day", WEEKLY: "week", MONTHLY: "month", YEARLY: "year" });
const names_of_weekdays = /** @type {Record<string, string>} */ ({
  MO: "Monday", TU: "Tuesday", WE: "Wednesday", TH: "Thursday", FR: "Friday", SA: "Saturday", SU: "Sunday",
});
const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"];
const place_names = /** @type {Record<string, string>} */ ({
  1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", "-1": "last",
});

/** The rules that people need most, for a choice. */
export const common_rules = [
  "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY",
  "FREQ=MONTHLY;INTERVAL=3", "FREQ=YEARLY",
];

/**
 * The parts of a rule by their names, both in upper case.
 * @param {string} rule
 * @returns {Record<string, string>}
 */
export function parts_of(rule) {
  return Object.fromEntries(rule.toUpperCase().split(";").map((part) => {
    const equals = part.indexOf("=");
    return [part.slice(0, equals), part.slice(equals + 1)];
  }));
}

/** Numbers as in "the 15th". @param {number} number */
function ordinal(number) {
  const ending = Math.floor(number / 10) % 10 === 1 ? undefined : ["th", "st", "nd", "rd"][number % 10];
  return `${number}${ending ?? "th"}`;
}

/** @param {string[]} words */
const joined = (words) =>
  (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);

/** @param {string} number counted from the end if it is negative */
function place(number) {
  const value = Number(number);
  return place_names[value] ?? (value < 0 ? `${ordinal(-value)} last` : ordinal(value));
}

/** @param {string} day such as MO or -1FR */
function day_in_words(day) {
  const [, number, name = ""] = /^([+-]?\d+)?([A-Z]{2})$/.exec(day) ?? [];
  const word = names_of_weekdays[name] ?? day;
  return number ? `the ${place(number)} ${word}` : word;
}

/** @param {string} day such as 15 or -1 */
const month_day_in_words = (day) => (Number(day) > 0 ? `the ${ordinal(Number(day))}` : `the ${place(day)} day`);

/**
 * A rule in words, such as "every 2 weeks on Monday and Thursday".
 * @param {string} rule
 * @param {"due" | "completion"} [from] what the next date is counted from
 */
export function rule_in_words(rule, from = "due") {
  const parts = parts_of(rule);
  const list = (/** @type {string} */ name) => parts[name]?.split(",") ?? [];
  const interval = Number(parts.INTERVAL ?? 1);
  const unit = units[parts.FREQ ?? ""] ?? "time";
  const days = list("BYDAY");
  const month_days = list("BYMONTHDAY");
  const in_months = list("BYMONTH").map((number) => months[Number(number) - 1] ?? number);

  let words = interval > 1 ? `every ${interval} ${unit}s` : `every ${unit}`;
  const is_plain_week = parts.FREQ === "WEEKLY" && interval === 1 && !parts.BYSETPOS && month_days.length === 0;
  if (is_plain_week && days.length > 0) {
    const set = [...days].sort().join();
    words = set === "FR,MO,TH,TU,WE" ? "every weekday" : set === "SA,SU" ? "every weekend"
      : `every ${joined(days.map(day_in_words))}`;
  } else if (days.length > 0) {
    words += ` on ${joined(days.map(day_in_words))}`;
  }
  if (month_days.length > 0 && in_months.length === 1 && month_days.every((day) => Number(day) > 0) && days.length === 0) {
    words += ` on ${joined(month_days)} ${in_months[0]}`;
  } else {
    if (month_days.length > 0) words += `${days.length > 0 ? ", if it is" : " on"} ${joined(month_days.map(month_day_in_words))}`;
    if (in_months.length > 0) words += ` in ${joined(in_months)}`;
  }
  if (parts.BYSETPOS) words += `, the ${joined(list("BYSETPOS").map(place))} of these`;
  if (parts.COUNT) words += ` ${parts.COUNT} ${parts.COUNT === "1" ? "time" : "times"}`;
  if (parts.UNTIL) words += ` until ${parts.UNTIL.replace(/^(\d{4})-?(\d\d)-?(\d\d).*/, "$1-$2-$3")}`;
  return words + (from === "completion" ? " after completion" : "");
}
