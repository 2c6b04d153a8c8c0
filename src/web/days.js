// Days and times as people see them: in the browser's zone and language. A day is a text such as "2026-08-08". A due
// date is one of the API's three forms: a day, a local time (2026-08-08T17:00:00), which are the same in every zone,
// or an instant (2026-08-08T15:00:00.000000Z).

/**
 * @typedef {"date" | "local" | "instant"} Form
 * @typedef {{ form: Form, day: string, time: string | null }} Due its day and time ("17:00") in the browser's zone
 * @typedef {string | readonly string[]} Languages BCP 47 names; undefined for those of the browser
 */

const earliest_day = "0001-01-01";
const latest_day = "9999-12-31";
const day_length = 24 * 60 * 60 * 1000; // milliseconds

/** @param {number} number @param {number} [count] */
export const padded = (number, count = 2) => String(number).padStart(count, "0");

/** @param {Date} date */
const local_day = (date) =>
  `${padded(date.getFullYear(), 4)}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`;

/** Midnight of a day in UTC, in which days can be counted: all are equally long. */
const midnight = (/** @type {string} */ day) => Date.parse(`${day}T00:00:00Z`);

/** @param {number} milliseconds @returns {string} the day in UTC; the first or last that the API knows, beyond them */
function utc_day(milliseconds) {
  const days = Math.min(Math.max(milliseconds, midnight(earliest_day)), midnight(latest_day));
  return new Date(days).toISOString().slice(0, 10);
}

/** Today in the browser's zone. */
export function today(now = new Date()) {
  return local_day(now);
}

/**
 * The day that is `count` days after `day`, or before it if `count` is negative.
 * @param {string} day
 * @param {number} count
 */
export function next_day(day, count) {
  return utc_day(midnight(day) + count * day_length);
}

/** How many days `to` is after `from`. @param {string} from @param {string} to */
export function days_between(from, to) {
  return Math.round((midnight(to) - midnight(from)) / day_length);
}

/**
 * The day with the same number `count` months after `day`; the last of that month where it has no such day.
 * @param {string} day
 * @param {number} count
 */
export function next_month(day, count) {
  const date = new Date(midnight(day));
  const number = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + count, 1);
  const first = utc_day(date.getTime());
  return make_day(Number(first.slice(0, 4)), Number(first.slice(5, 7)), number) ?? last_of_month(first);
}

/** The last day of the month that `day` is in. @param {string} day */
export function last_of_month(day) {
  return utc_day(new Date(midnight(day)).setUTCMonth(Number(day.slice(5, 7)), 0));
}

/**
 * The day with these numbers, or null if the calendar has none.
 * @param {number} year
 * @param {number} month 1 is January
 * @param {number} number of the day in the month
 */
export function make_day(year, month, number) {
  const day = `${padded(year, 4)}-${padded(month)}-${padded(number)}`;
  return year >= 1 && year <= 9999 && !Number.isNaN(midnight(day)) && utc_day(midnight(day)) === day ? day : null;
}

/** The day of the week: 0 is Sunday. @param {string} day */
export function weekday_of(day) {
  return new Date(midnight(day)).getUTCDay();
}

/**
 * Reads a due date. Throws RangeError for a text that is none.
 * @param {string} due
 * @returns {Due}
 */
export function read_due(due) {
  const [, day, time, zone] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)[\d:.]*(Z|[+-]\d\d:\d\d)?)?$/.exec(due) ?? [];
  if (day === undefined) throw new RangeError(`not a due date: ${due}`);
  if (time === undefined) return { form: "date", day, time: null };
  if (zone === undefined) return { form: "local", day, time };
  const date = new Date(due);
  return { form: "instant", day: local_day(date), time: local_time(date) };
}

/** @param {Date} date */
const local_time = (date) => `${padded(date.getHours())}:${padded(date.getMinutes())}`;

/** The day on which something is due, in the browser's zone. @param {string} due */
export function day_of(due) {
  return read_due(due).day;
}

/** The time at which something is due, as "17:00" in the browser's zone; null for a whole day. @param {string} due */
export function time_of(due) {
  return read_due(due).time;
}

/** The browser's offset from UTC at that moment, as the API takes it: "+05:30". */
export function utc_offset(now = new Date()) {
  const minutes = -now.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${padded(Math.floor(size / 60))}:${padded(size % 60)}`;
}

/**
 * Whether a due date has passed, as the server judges it: a day when it has ended, a time when its minute is over.
 * @param {string} due
 */
export function is_overdue(due, now = new Date()) {
  const { day, time } = read_due(due);
  if (time === null) return day < today(now);
  return `${day}T${time}` < `${today(now)}T${local_time(now)}`;
}

/**
 * The due date on another day: in the same form, at the same time of the browser's day.
 * @param {string | null} due null: there was none, and it is due on the whole day now
 * @param {string} day
 */
export function move_to_day(due, day) {
  if (due === null) return day;
  const { form } = read_due(due);
  if (form === "date") return day;
  if (form === "local") return day + due.slice(day.length);
  const was = new Date(due);
  const moved = new Date(`${day}T00:00`);
  moved.setHours(was.getHours(), was.getMinutes(), was.getSeconds(), was.getMilliseconds());
  return moved.toISOString();
}

/**
 * The due date on `day`, all day or at a local time.
 * @param {string} day
 * @param {string | null} time "17:00"
 */
export function with_time(day, time) {
  return time === null ? day : `${day}T${time}`;
}

/**
 * The moment of a time of the browser's day, in UTC. In the hour that a clock skips in spring it is an hour later.
 * @param {string} day
 * @param {string} time "17:00"
 */
export function instant_of(day, time) {
  return new Date(`${day}T${time}`).toISOString();
}

/** How long it is until the browser's next day begins, in milliseconds. */
export function until_next_day(now = new Date()) {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime();
}

/**
 * To make a formatter takes a thousand times as long as to use it, and the first one tens of milliseconds. So each is made
 * when it is needed first.
 * @template T
 * @param {(languages: Languages | undefined) => T} make
 */
function kept_by_language(make) {
  /** @type {Map<string, T>} */
  const kept = new Map();
  return (/** @type {Languages | undefined} */ languages) => {
    const key = String(languages);
    let formatter = kept.get(key);
    if (!formatter) kept.set(key, formatter = make(languages));
    return formatter;
  };
}

/** @param {Intl.DateTimeFormatOptions} options */
const in_utc = (options) => kept_by_language((languages) =>
  new Intl.DateTimeFormat(/** @type {string[]} */ (languages), { ...options, timeZone: "UTC" }));

const relative_days = kept_by_language((languages) =>
  new Intl.RelativeTimeFormat(/** @type {string[]} */ (languages), { numeric: "auto" }));
const weekdays = in_utc({ weekday: "long" });
const dates = in_utc({ day: "numeric", month: "short" });
const dates_with_year = in_utc({ day: "numeric", month: "short", year: "numeric" });
const times = in_utc({ hour: "numeric", minute: "2-digit" });
const long_days = in_utc({ weekday: "long", day: "numeric", month: "long" });
const long_dates = in_utc({ day: "numeric", month: "long" });

/** @param {string} text @param {Languages} [languages] */
function capitalized(text, languages) {
  const [first = "", ...rest] = text;
  return first.toLocaleUpperCase(/** @type {string[]} */ (languages)) + rest.join("");
}

/**
 * A day as people say it today: "Yesterday", "Today", "Tomorrow", the weekday within a week, else the date, with the
 * year if it is another.
 * @param {string} day
 * @param {Date} [now]
 * @param {Languages} [languages]
 */
export function format_day(day, now = new Date(), languages) {
  const distance = days_between(today(now), day);
  if (Math.abs(distance) <= 1) return capitalized(relative_days(languages).format(distance, "day"), languages);
  if (distance > 0 && distance < 7) return capitalized(weekdays(languages).format(midnight(day)), languages);
  const same_year = day.slice(0, 4) === today(now).slice(0, 4);
  return (same_year ? dates : dates_with_year)(languages).format(midnight(day));
}

/** A day's name: "Thursday". @param {string} day */
export function format_weekday(day) {
  return weekdays(undefined).format(midnight(day));
}

/** "November 26". @param {string} day */
export function format_date(day) {
  return long_dates(undefined).format(midnight(day));
}

/** "Thursday, November 26". @param {string} day */
export function format_long_day(day) {
  return long_days(undefined).format(midnight(day));
}

/** @param {string} time "17:00" @param {Languages} [languages] */
export function format_time(time, languages) {
  return times(languages).format(Date.parse(`1970-01-01T${time}Z`));
}

/**
 * A due date, or any other moment, as people say it today: "Tomorrow", "Tomorrow 17:00".
 * @param {string} due
 * @param {Date} [now]
 * @param {Languages} [languages]
 */
export function format_due(due, now = new Date(), languages) {
  const { day, time } = read_due(due);
  return format_day(day, now, languages) + (time === null ? "" : ` ${format_time(time, languages)}`);
}

/**
 * The tasks below the days on which they are due, in order: "overdue" for the days before today together, then a group
 * for each day, then "none". Within a group the tasks stay in their order. A time of today that has passed is
 * today's: the day is what can still be worked with.
 * @template {{ due_date: string | null }} T
 * @param {Iterable<T>} tasks
 * @param {Date} [now]
 * @param {Languages} [languages]
 * @returns {{ key: string, day: string | null, label: string, tasks: T[] }[]}
 */
export function group_by_day(tasks, now = new Date(), languages) {
  const this_day = today(now);
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const task of tasks) {
    const day = task.due_date === null ? "none" : day_of(task.due_date);
    const key = day < this_day ? "overdue" : day;
    const group = groups.get(key);
    if (group) group.push(task);
    else groups.set(key, [task]);
  }
  /** @param {string} key */
  const place = (key) => (key === "overdue" ? "" : key); // "none" comes after all digits
  return [...groups.entries()]
    .sort(([a], [b]) => (place(a) < place(b) ? -1 : 1))
    .map(([key, list]) => {
      const day = key === "overdue" || key === "none" ? null : key;
      const label = day === null ? (key === "none" ? "No date" : "Overdue") : format_day(day, now, languages);
      return { key, day, label, tasks: list };
    });
}
