// Rules of recurrence (RFC 5545), as far as a form can show them, and all of them in words.

const units = /** @type {Record<string, string>} */ ({ DAILY: "day", WEEKLY: "week", MONTHLY: "month", YEARLY: "year" });
const weekdays = /** @type {Record<string, string>} */ ({
  MO: "Monday", TU: "Tuesday", WE: "Wednesday", TH: "Thursday", FR: "Friday", SA: "Saturday", SU: "Sunday",
});
const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"];
const ordinals = /** @type {Record<string, string>} */ ({
  1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", "-1": "last", "-2": "second to last",
});

/** The rules that most people need, for a choice. */
export const common_rules = [
  "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY",
  "FREQ=MONTHLY;INTERVAL=3", "FREQ=YEARLY",
];

/**
 * A rule in words, such as "every 2 weeks on Monday and Thursday".
 * @param {string} rule
 */
export function rule_in_words(rule) {
  const parts = Object.fromEntries(rule.split(";").map((part) => part.split("=")));
  const unit = units[parts.FREQ] ?? parts.FREQ;
  if (parts.FREQ === "WEEKLY" && parts.BYDAY === "MO,TU,WE,TH,FR" && !parts.INTERVAL) return "every weekday";
  let words = Number(parts.INTERVAL ?? 1) > 1 ? `every ${parts.INTERVAL} ${unit}s` : `every ${unit}`;
  if (parts.BYDAY) words += ` on ${joined(parts.BYDAY.split(",").map(day_in_words))}`;
  if (parts.BYMONTHDAY) words += ` on the ${joined(parts.BYMONTHDAY.split(",").map(date_in_words))}`;
  if (parts.BYMONTH) words += ` in ${joined(parts.BYMONTH.split(",").map((/** @type {string} */ month) => months[Number(month) - 1]))}`;
  if (parts.BYSETPOS) words += `, the ${joined(parts.BYSETPOS.split(",").map(place_in_words))} of these`;
  if (parts.COUNT) words += parts.COUNT === "1" ? ", once more" : `, ${parts.COUNT} times`;
  if (parts.UNTIL) words += `, until ${parts.UNTIL.replace(/^(\d{4})(\d\d)(\d\d).*/, "$1-$2-$3")}`;
  return words;
}

/** @param {string} place */
function place_in_words(place) {
  return ordinals[place] ?? `${place}.`;
}

/** @param {string} day such as MO or -1FR */
function day_in_words(day) {
  const [, place, name] = /^(-?\d+)?([A-Z]{2})$/.exec(day) ?? [];
  const word = weekdays[name] ?? day;
  return place ? `the ${place_in_words(place)} ${word}` : word;
}

/** @param {string} day such as 1 or -1 */
function date_in_words(day) {
  if (day === "-1") return "last day";
  const number = Number(day);
  if (number < 0) return `${-number}. day from the end`;
  const ending = number % 10 === 1 && number !== 11 ? "st" : number % 10 === 2 && number !== 12 ? "nd"
    : number % 10 === 3 && number !== 13 ? "rd" : "th";
  return `${number}${ending}`;
}

/** @param {string[]} words */
function joined(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
