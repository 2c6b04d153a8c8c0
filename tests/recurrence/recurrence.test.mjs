// Recurring tasks against another implementation of RFC 5545 (npm's rrule): random rules and starts,
// each task completed again and again, in all three forms of a due date. TASKDOCK_TEST_SEED=N makes
// other rules than the usual ones; a failure says which seed it had.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import rrule from "rrule";

import { Random } from "../contract/generate.mjs";
import { call, signUp } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";

const { RRule } = rrule;
const seed = Number(process.env.TASKDOCK_TEST_SEED ?? 20260808);
const clients = 32;
const dayLength = 24 * 60 * 60 * 1000;
// The other implementation looks for a rule's next day up to the year 9999, which takes it a second if
// there is none. So rules begin not long before: late enough for that, early enough for ten completions.
const lastYear = 9999;
const years = { DAILY: 9, WEEKLY: 20, MONTHLY: 60, YEARLY: 120 };

const server = await startServer(["--max-tasks-per-user", "1000000", "--throttle", "off"]);
after(() => server.stop());

const padded = (number) => String(number).padStart(2, "0");
const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const dayOf = (date) => date.toISOString().slice(0, 10);
const midnight = (day) => new Date(`${day}T00:00:00Z`);

/** Some of `list`, in any order, each once. */
const someOf = (random, list, max) => random.shuffled(list).slice(0, random.integer(1, max));

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/**
 * The parts of a random rule, as [name, value], each as RFC 5545 (3.3.10) allows it with the others.
 * Two kinds of rules are left out, in which the other implementation departs from it:
 * - BYDAY with and without numbers (MO,1TU) means all of these days. It takes those that are both.
 * - BYSETPOS=-2 is the last but one of the set. Of a set with one day there is none, but it takes that
 *   one. So there are such positions only where a set has at least four days, or none.
 */
function randomParts(random) {
  const freq = random.pick(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
  const parts = new Map([["FREQ", freq]]);
  const monthly = freq === "MONTHLY" || freq === "YEARLY";
  if (random.chance(0.5)) parts.set("INTERVAL", random.integer(1, random.pick([3, freq === "YEARLY" ? 5 : 30])));
  if (random.chance(freq === "DAILY" ? 0.2 : 0.3)) parts.set("BYMONTH", someOf(random, range(1, 12), 6));
  if (freq !== "WEEKLY" && random.chance(0.4)) {
    parts.set("BYMONTHDAY", someOf(random, [...range(1, 31), ...range(-31, -1), 29, 30, 31, -1], 8));
  }
  const numbered = monthly && random.chance(0.5);
  if (random.chance(0.5)) {
    const inMonth = freq === "MONTHLY" || parts.has("BYMONTH");
    const numbers = inMonth ? [1, 2, 3, 4, 5, -1, -2, -5] : [1, 2, 20, 52, 53, -1, -10, -53];
    parts.set("BYDAY", someOf(random, weekdays, 5).map((day) => (numbered ? random.pick(numbers) + day : day)));
  }
  if ((parts.has("BYDAY") || parts.has("BYMONTHDAY")) && random.chance(0.3)) {
    const hasFour = monthly && parts.has("BYDAY") && !numbered && !parts.has("BYMONTHDAY");
    parts.set("BYSETPOS", someOf(random, [1, 2, 3, 5, 10, -1, ...(hasFour ? [-2, -3, -4] : [])], 2));
  }
  if (random.chance(0.3)) parts.set("WKST", random.pick(weekdays));
  return [...parts];
}

const join = (parts) => parts.map(([name, value]) => `${name}=${[value].flat().join(",")}`).join(";");

/**
 * The first `count` days by the rule after `day` and not before `earliest`, as the other implementation
 * sees them, for a rule that begins on `day`; fewer if the years end before.
 */
function followingDays(parts, day, count, earliest = day) {
  const { FREQ, BYSETPOS, WKST = "MO" } = Object.fromEntries(parts);
  const start = midnight(day);
  const options = RRule.parseString(join(parts));
  options.dtstart = start;
  if (FREQ === "WEEKLY" && BYSETPOS) {
    // The set is a week's. The other implementation leaves the days before the start out of the first
    // week's, and counts from there.
    const passed = (start.getUTCDay() + 6 - weekdays.indexOf(WKST)) % 7;
    options.dtstart = new Date(start.getTime() - passed * dayLength);
  }
  // A day that two positions name comes twice, but a set has each day once (RFC 5545, 3.8.5.3).
  const days = new Set();
  new RRule(options).all((date) => {
    if (days.size === count || date.getUTCFullYear() > lastYear) return false;
    if (date > start && date >= midnight(earliest)) days.add(dayOf(date));
    return true;
  });
  return [...days];
}

/** As followingDays for days of our time: by the calendar of 7,600 years later, which is the same. */
function followingDay(parts, day, earliest) {
  const moved = (date, by) => `${Number(date.slice(0, 4)) + by}${date.slice(4)}`;
  const days = followingDays(parts, moved(day, 7600), 1, moved(earliest, 7600));
  return days.length === 0 ? null : moved(days[0], -7600);
}

/** A day that is likely to be a special one, some years before the last. */
function randomStart(random, freq) {
  const year = lastYear - random.integer(0, years[freq]);
  const leapYear = random.pick([9884, 9896, 9904, 9976, 9988, 9992].filter((each) => each > lastYear - years[freq]));
  const any = `${year}-${padded(random.integer(1, 12))}-${padded(random.integer(1, 28))}`;
  return random.pick([
    any, any, any, `${year}-12-31`, `${year}-01-01`, `${year}-01-31`, `${year}-02-28`, `${year}-03-31`,
    `${year}-04-30`, `${leapYear}-02-29`, `${leapYear}-02-29`,
  ]);
}

/** The three forms of a due date: each makes the text for a day, at a time of its own. */
const forms = [
  () => (day) => day,
  (random) => {
    const time = `${padded(random.integer(0, 23))}:${padded(random.integer(0, 59))}`;
    return (day) => `${day}T${time}`;
  },
  (random) => {
    const time = `${padded(random.integer(0, 23))}:${padded(random.integer(0, 59))}:59.999999Z`;
    return (day) => `${day}T${time}`;
  },
];

async function send(token, method, path, json) {
  const answer = await call(server, { method, path, token, json });
  assert.ok(answer.status < 300, answer.text);
  return answer;
}

const create = async (token, task) => (await send(token, "POST", "/api/tasks", { title: "x", ...task })).json;

/** Completes the task `id`. Returns the id of the next one, or null. */
async function complete(token, id) {
  const { json, headers } = await send(token, "PATCH", `/api/tasks/${id}/complete`, { completed: true });
  const { next_task_id: next } = json;
  assert.equal(headers.link, next ? `</api/tasks/${next}>; rel="next-occurrence"` : undefined);
  return next;
}

/** Completes `task` and each that follows, and checks that these are due on `days`. Returns them. */
async function checkSeries(token, task, days, dueOn) {
  let id = task.id;
  for (let made = 0; made < days.length; ++made) {
    id = await complete(token, id);
    assert.notEqual(id, null, `there is a task number ${made + 1} of ${days.length}`);
  }
  const { json: { tasks } } = await send(token, "GET", `/api/tasks?limit=${days.length + 1}`);
  const series = tasks.reverse();
  assert.equal(series[0].id, task.id);
  assert.deepEqual(series.map((each) => each.due_date), [task.due_date, ...days.map(dueOn)]);
  for (const each of series.slice(1)) {
    assert.equal(each.parent_task_id, task.id);
    assert.equal(each.recurrence_from, task.recurrence_from);
  }
  return series;
}

/**
 * Runs `check(random, token, form, shown)` for one seed after the other, by several clients at once, until
 * it has returned true `count` times. `shown` is for what a failure tells.
 */
async function repeatedly(count, firstSeed, check) {
  let round = 0;
  let done = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    const { token } = await signUp(server);
    while (done < count) {
      const index = round++;
      const random = new Random(firstSeed + 7919 * index);
      const shown = {};
      try {
        if (await check(random, token, forms[index % 3](random), shown)) ++done;
      } catch (error) {
        error.message = `with TASKDOCK_TEST_SEED=${seed}, in round ${index}, ${JSON.stringify(shown)}: ${error.message}`;
        throw error;
      }
    }
  }));
}

/** A random rule, as parts and as it is sent. */
function randomRule(random) {
  const parts = randomParts(random);
  return { freq: parts[0][1], parts, recurrence: join(random.shuffled(parts)) };
}

/** Completes a task that is due `dueIn` days from now, and checks when the next one is due. */
async function checkToday(random, token, dueOn, shown, recurrence_from, dueIn) {
  const { parts, recurrence } = randomRule(random);
  const today = dayOf(new Date());
  const start = dayOf(new Date(midnight(today).getTime() + dueIn * dayLength));
  Object.assign(shown, { recurrence, start: dueOn(start), today });
  const task = await create(token, { due_date: dueOn(start), recurrence, recurrence_from });
  const next = await complete(token, task.id);
  if (dayOf(new Date()) !== today) return false;
  const day = followingDay(parts, recurrence_from === "due" ? start : today, today);
  if (day === null || next === null) {
    assert.equal(next, day);
    return true;
  }
  const { json } = await send(token, "GET", `/api/tasks/${next}`);
  assert.equal(json.due_date, dueOn(day));
  assert.equal(json.recurrence_from, recurrence_from);
  return true;
}

test("5,000 tasks that recur, each completed ten times, are due on the days of their rules", () =>
  repeatedly(5000, seed, async (random, token, dueOn, shown) => {
    const { freq, parts, recurrence } = randomRule(random);
    const start = randomStart(random, freq);
    Object.assign(shown, { recurrence, start: dueOn(start) });
    const days = followingDays(parts, start, 10);
    const task = await create(token, { due_date: dueOn(start), recurrence });
    const series = await checkSeries(token, task, days, dueOn);
    for (const each of series) assert.equal(each.recurrence, recurrence);
    if (days.length < 10) assert.equal(await complete(token, series.at(-1).id), null);
    return days.length === 10;
  }));

test("days that were missed are passed over", () =>
  repeatedly(200, seed + 1, (random, token, dueOn, shown) =>
    checkToday(random, token, dueOn, shown, "due", random.integer(-3000, -1))));

test("a rule that counts from the completion begins today", () =>
  repeatedly(100, seed + 2, (random, token, dueOn, shown) =>
    checkToday(random, token, dueOn, shown, "completion", random.integer(-500, 500))));

test("COUNT and UNTIL end a series where the other implementation ends it", () =>
  repeatedly(500, seed + 3, async (random, token, dueOn, shown) => {
    const { freq, parts } = randomRule(random);
    const start = randomStart(random, freq);
    const length = random.integer(0, 6);
    const days = followingDays(parts, start, length);
    if (days.length < length) return false;
    const end = random.pick([
      ["COUNT", length + 1],
      ["UNTIL", (days.at(-1) ?? start).replaceAll("-", "")],
    ]);
    const recurrence = join(random.shuffled([...parts, end]));
    Object.assign(shown, { recurrence, start: dueOn(start) });
    const task = await create(token, { due_date: dueOn(start), recurrence });
    const series = await checkSeries(token, task, days, dueOn);
    assert.equal(await complete(token, series.at(-1).id), null);
    return true;
  }));
