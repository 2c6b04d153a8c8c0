// A task in a line of text: "Pay rent tomorrow at 5pm #home !high every month, remind me 1 hour before". What is understood
// is shown and can be refused; everything else is the title, and so no word is ever lost. Text in quotation marks is
// left alone, and so is what a backslash stands before.

import { minutes_of, moment_at, time_at } from "./date_words.js";
import { format_day, format_due, format_time, instant_of, next_day, today, with_time } from "./days.js";
import { rule_in_words } from "./describe.js";
import { completion_at, first_day_of, rule_at } from "./rule_words.js";
import { number, to_word, word_after, words_of } from "./words.js";

/**
 * @typedef {import("./words.js").Word} Word
 * @typedef {import("./date_words.js").Moment} Moment
 * @typedef {import("./rule_words.js").Recurrence} Recurrence
 * @typedef {"low" | "medium" | "high" | "urgent"} Priority
 *
 * @typedef {object} QuickTask what a POST takes
 * @property {string} title
 * @property {string} [due_date]
 * @property {string} [remind_at]
 * @property {Priority} [priority]
 * @property {string[]} [tags]
 * @property {string} [recurrence]
 * @property {"due" | "completion"} [recurrence_from]
 *
 * @typedef {object} Chip something that was understood
 * @property {string} key what refuses it
 * @property {Kind} kind
 * @property {number} start of its place in the text
 * @property {number} end
 * @property {string} text that stands there
 * @property {string} label what it means, in words
 *
 * @typedef {"due" | "time" | "recurrence" | "completion" | "reminder" | "priority" | "tag"} Kind
 * @typedef {Partial<Moment> & { before?: number }} Reminder on a day, at a time, or minutes before the task is due
 * @typedef {{ kind: "due", value: Moment } | { kind: "time", value: string } | { kind: "recurrence", value: Recurrence }
 *   | { kind: "completion", value: true } | { kind: "reminder", value: Reminder } | { kind: "priority", value: Priority }
 *   | { kind: "tag", value: string }} Meaning
 * @typedef {Meaning & { start: number, end: number, text: string, key: string }} Part
 *
 * @typedef {object} Understood
 * @property {QuickTask} task
 * @property {Chip[]} chips in the order of the text
 * @property {number[]} escapes places of the backslashes that are not in the title, since they have done their work
 * @property {{ member: string, message: string }[]} faults why the server would not take it; none if it would
 */

const max_title = 200;
const max_tag = 50;
const max_tags = 20;
const morning = "09:00"; // of a day that is named for a reminder without a time

/**
 * Understands a line of text.
 * @param {string} text
 * @param {{ now?: Date, refused?: ReadonlySet<string> }} [options] `refused` has the keys of chips that are not wanted
 * @returns {Understood}
 */
export function parse_quick_add(text, { now = new Date(), refused = new Set() } = {}) {
  const { parts, escapes } = parts_of_text(text, now, refused);
  const found = by_kind(parts);
  const reminder = parts.find(({ kind }) => kind === "reminder");
  if (reminder && found.reminder?.before !== undefined && !found.due && !found.time && !found.recurrence) {
    // Before what? So it is no reminder.
    return parse_quick_add(text, { now, refused: new Set([...refused, reminder.key]) });
  }
  const task = to_task(title_of(text, parts, escapes), found, now);
  const chips = parts.map((part) => {
    const { kind, start, end, key } = part;
    return { key, kind, start, end, text: part.text, label: label_of(part, task, now) };
  });
  return { task, chips, escapes, faults: faults_of(task) };
}

/**
 * Where the quoted parts of a text are: from a mark at the beginning of a word to one at the end of a word.
 * @param {string} text
 */
const quotations = (text) =>
  [...text.matchAll(/(?<=^|\s)(?:"[^"]*"|[“„][^“”]*[“”]|«[^»]*»)(?=$|[\s.,;:!?)])/gu)]
    .map(({ 0: { length }, index = 0 }) => ({ start: index, end: index + length }));

/**
 * @param {string} text
 * @param {Date} now
 * @param {ReadonlySet<string>} refused
 */
function parts_of_text(text, now, refused) {
  const words = words_of(text);
  const quoted = quotations(text);
  /** @type {Part[]} */
  const parts = [];
  /** @type {number[]} */
  const escapes = [];
  for (let at = 0; at < words.length;) {
    const word = /** @type {Word} */ (words[at]);
    const quotation = quoted.find(({ start, end }) => word.start >= start && word.start < end);
    if (quotation) {
      ++at;
      continue;
    }
    const is_escaped = word.raw.startsWith("\\");
    const from_here = is_escaped ? unescaped(words, at) : words;
    const end_of_breath = quoted.find(({ start }) => start > word.start)?.start ?? Infinity;
    const seen = parts.map(({ kind }) => kind);
    const found = meaning_at(from_here.filter(({ start }) => start < end_of_breath), at, text, now, seen);
    if (!found) {
      ++at;
      continue;
    }
    const { end } = found;
    const part = /** @type {Part} */ ({ ...found, key: `${found.kind}:${text.slice(word.start, end).toLowerCase()}` });
    if (is_escaped) escapes.push(word.start);
    else if (!refused.has(part.key)) parts.push(part);
    while (at < words.length && /** @type {Word} */ (words[at]).start < end) ++at;
  }
  return { parts, escapes };
}

/** The words, with the one at that place without its backslash. @param {Word[]} words @param {number} at */
const unescaped = (words, at) =>
  words.map((word, i) => (i === at ? to_word(word.raw.slice(1), word.start + 1) : word));

/**
 * What the words from that place on mean; null if they are words of the title.
 * @param {Word[]} words
 * @param {number} at
 * @param {string} text
 * @param {Date} now
 * @param {Kind[]} seen kinds that were found before; of all but tags the first one counts
 * @returns {Omit<Part, "key"> | null}
 */
function meaning_at(words, at, text, now, seen) {
  const { start } = /** @type {Word} */ (words[at]);
  const is_new = (/** @type {Kind} */ kind) => !seen.includes(kind);
  /** @param {Meaning} meaning @param {number} count of words */
  const part = (meaning, count) => {
    const { end } = /** @type {Word} */ (words[at + count - 1]);
    return /** @type {Omit<Part, "key">} */ ({ ...meaning, start, end, text: text.slice(start, end) });
  };
  const tag = tag_at(text, start);
  if (tag) return { kind: "tag", value: tag.value, start, end: tag.end, text: text.slice(start, tag.end) };
  const priority = is_new("priority") && priority_of(words[at]);
  if (priority) return part({ kind: "priority", value: priority }, 1);
  const reminder = is_new("reminder") && reminder_at(words, at, now);
  if (reminder) return part({ kind: "reminder", value: reminder.value }, reminder.count);
  const recurrence = is_new("recurrence") && rule_at(words, at, now);
  if (recurrence) return part({ kind: "recurrence", value: recurrence.value }, recurrence.count);
  if (!is_new("recurrence") && is_new("completion") && completion_at(words, at)) return part({ kind: "completion", value: true }, 2);
  const due = is_new("due") && moment_at(words, at, now);
  if (due) return part({ kind: "due", value: due.value }, due.count);
  const time = is_new("time") && time_at(words, at);
  return time ? part({ kind: "time", value: time.value }, time.count) : null;
}

/** "#home", #"two words", with the punctuation after it. @param {string} text @param {number} start */
function tag_at(text, start) {
  const here = text.slice(start);
  const [quoted, two_words] = /^#"([^",]*[^",\s][^",]*)"[.,;:!?)]*(?=$|\s|#)/u.exec(here) ?? [];
  if (quoted !== undefined && two_words !== undefined) return { value: two_words.trim(), end: start + quoted.length };
  const [plain, name = ""] = /^#([^\s,"#]*[^\s,"#.;:!?)])[.,;:!?)]*(?=$|\s|#)/u.exec(here) ?? [];
  // What has digits alone is the number of something.
  return plain !== undefined && /[^\d\p{P}]/u.test(name) ? { value: name, end: start + plain.length } : null;
}

const priorities = /** @type {Record<string, Priority>} */ ({
  low: "low", medium: "medium", high: "high", urgent: "urgent", 1: "urgent", 2: "high", 3: "medium", 4: "low",
});

/** @param {Word | undefined} word @returns {Priority | null} */
function priority_of(word) {
  const name = word?.low.startsWith("!") ? word.low.slice(1) : "";
  return Object.hasOwn(priorities, name) ? priorities[name] ?? null : null;
}

/**
 * "remind me at 9:00", "remind tomorrow", "remind me in 2 hours", "remind me 1 day before".
 * @param {Word[]} words
 * @param {number} at
 * @param {Date} now
 * @returns {import("./words.js").Found<Reminder> | null}
 */
function reminder_at(words, at, now) {
  if (word_after(words, at, 0) !== "remind") return null;
  const before = word_after(words, at, 1) === "me" ? 2 : 1;
  if (words[at + before - 1]?.stops) return null;
  const moment = moment_at(words, at + before, now);
  if (moment) return { count: before + moment.count, value: moment.value };
  const time = time_at(words, at + before);
  if (time) return { count: before + time.count, value: { time: time.value } };
  const count = number(word_after(words, at, before));
  const unit = word_after(words, at, before + 1).replace(/s$/, "");
  const minutes = unit === "day" ? 24 * 60 : minutes_of(unit);
  if (count === null || minutes === null || word_after(words, at, before + 2) !== "before") return null;
  return { count: before + 3, value: { before: count * minutes } };
}

/**
 * The text without what was understood.
 * @param {string} text
 * @param {Part[]} parts
 * @param {number[]} escapes
 */
function title_of(text, parts, escapes) {
  const cuts = [...parts, ...escapes.map((start) => ({ start, end: start + 1 }))].sort((a, b) => a.start - b.start);
  let title = "";
  let from = 0;
  for (const { start, end } of [...cuts, { start: text.length, end: text.length }]) {
    const piece = text.slice(from, start);
    // Of the white space on both sides of what is taken out, one is enough.
    title += title === "" || /\s$/.test(title) ? piece.trimStart() : piece;
    from = end;
  }
  return title.trim();
}

/** @param {Part[]} parts */
function by_kind(parts) {
  /** @type {{ due?: Moment, time?: string, recurrence?: Recurrence, reminder?: Reminder, priority?: Priority, completion?: true }} */
  const found = {};
  /** @type {string[]} */
  const tags = [];
  for (const { kind, value } of parts) {
    if (kind === "tag") tags.push(value);
    else Object.assign(found, { [kind]: value });
  }
  return { ...found, tags };
}

/**
 * @param {string} title
 * @param {ReturnType<typeof by_kind>} found
 * @param {Date} now
 * @returns {QuickTask}
 */
function to_task(title, { due, time, recurrence, reminder, priority, completion, tags }, now) {
  const clock = due?.time ?? time ?? recurrence?.time ?? null;
  const first = recurrence ? first_day_of({ ...recurrence, time: clock }, now) : clock === null ? null : next_at(clock, now);
  const day = due?.day ?? first;
  return {
    title,
    ...(day !== null && { due_date: with_time(day, clock) }),
    ...(reminder && { remind_at: reminder_moment(reminder, day, clock, now) }),
    ...(priority && { priority }),
    ...(tags.length > 0 && { tags: without_repetitions(tags) }),
    ...(recurrence && { recurrence: recurrence.rule }),
    ...(recurrence && (completion || recurrence.from === "completion") && { recurrence_from: "completion" }),
  };
}

/** The day on which it is that time next. @param {string} time @param {Date} now */
function next_at(time, now) {
  const day = today(now);
  return instant_of(day, time) < now.toISOString() ? next_day(day, 1) : day;
}

/**
 * @param {Reminder} reminder
 * @param {string | null} day on which the task is due
 * @param {string | null} clock the time at which it is
 * @param {Date} now
 */
function reminder_moment({ day: wanted, time, before }, day, clock, now) {
  if (before !== undefined && day !== null) {
    return new Date(Date.parse(instant_of(day, clock ?? morning)) - before * 60_000).toISOString();
  }
  const at = time ?? morning;
  return instant_of(wanted ?? day ?? next_at(at, now), at);
}

/** Tags are the same without regard to case and to Unicode's forms; the first spelling stays. @param {string[]} tags */
function without_repetitions(tags) {
  /** @type {Map<string, string>} */
  const kept = new Map();
  for (const tag of tags) {
    const folded = tag.normalize("NFC").toLowerCase();
    if (!kept.has(folded)) kept.set(folded, tag);
  }
  return [...kept.values()];
}

/** @param {Part} part @param {QuickTask} task @param {Date} now */
function label_of(part, task, now) {
  switch (part.kind) {
    case "due": return part.value.time === null ? format_day(part.value.day, now) : format_due(with_time(part.value.day, part.value.time), now);
    case "time": return format_time(part.value);
    case "recurrence": {
      const words = rule_in_words(part.value.rule, part.value.from);
      return part.value.time === null ? words : `${words}, ${format_time(part.value.time)}`;
    }
    case "completion": return "after completion";
    case "reminder": return format_due(/** @type {string} */ (task.remind_at), now);
    case "priority": return part.value;
    case "tag": return part.value;
  }
}

/** @param {string} text */
const length_of = (text) => [...text].length; // in code points, as the server counts

/** @param {QuickTask} task */
function faults_of({ title, tags = [] }) {
  /** @type {{ member: string, message: string }[]} */
  const faults = [];
  const add = (/** @type {string} */ member, /** @type {string} */ message) => faults.push({ member, message });
  if (/^[\s\u0085]*$/.test(title)) add("title", "Say what is to be done");
  else if (length_of(title) > max_title) add("title", `A title has at most ${max_title} characters`);
  else if (/[\0\p{Cs}]/u.test(title)) add("title", "The title has a character that is none");
  if (tags.length > max_tags) add("tags", `A task has at most ${max_tags} tags`);
  for (const tag of tags) {
    if (length_of(tag) > max_tag) add("tags", `A tag has at most ${max_tag} characters`);
    else if (/[\p{Cc}\p{Cs}]/u.test(tag)) add("tags", "A tag has a character that no tag may have");
  }
  return faults;
}
