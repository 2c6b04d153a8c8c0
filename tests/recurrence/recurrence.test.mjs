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
const completions = 10;
const clients = 8;
const dayLength = 24 * 60 * 60 * 1000;
// How far the other implementation searches: it is slow where a rule never matches.
const horizon = 12 * 366 * dayLength;

const server = await startServer(["--max-tasks-per-user", "1000000"]);
after(() => server.stop());

const padded = (number) => String(number).padStart(2, "0");
const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const dayOf = (date) => date.toISOString().slice(0, 10);
const midnight = (day) => new Date(`${day}T00:00:00Z`);

/** Some of `list`, in any order, each once. */
const someOf = (random, list, max) => random.shuffled(list).slice(0, random.integer(1, max));

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** The parts of a random rule, as [name, value], each as RFC 5545 allows it with the others. */
function randomParts(random) {
  const freq = random.pick(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
  const parts = [["FREQ", freq]];
  const monthly = freq === "MONTHLY" || freq === "YEARLY";
  if (random.chance(0.5)) parts.push(["INTERVAL", random.integer(1, random.pick([3, 30]))]);
  if (random.chance(freq === "DAILY" ? 0.2 : 0.3)) parts.push(["BYMONTH", someOf(random, range(1, 12), 6)]);
  if (freq !== "WEEKLY" && random.chance(0.4)) {
    parts.push(["BYMONTHDAY", someOf(random, [...range(1, 31), ...range(-31, -1), 29, 30, 31, -1], 8)]);
  }
  if (random.chance(0.5)) {
    // All with a number or none: of both together the other implementation makes something else.
    const inMonth = freq === "MONTHLY" || parts.some(([name]) => name === "BYMONTH");
    const numbers = inMonth ? [1, 2, 3, 4, 5, -1, -2, -5] : [1, 2, 20, 52, 53, -1, -10, -53];
    const numbered = monthly && random.chance(0.5);
    parts.push(["BYDAY", someOf(random, weekdays, 5).map((day) => (numbered ? random.pick(numbers) + day : day))]);
  }
  if (parts.some(([name]) => name === "BYDAY" || name === "BYMONTHDAY") && random.chance(0.3)) {
    // Of a set with one element the other implementation takes that for the last but one.
    parts.push(["BYSETPOS", someOf(random, [1, 2, 3, -1, 5, 10], 2)]);
  }
  if (random.chance(0.3)) parts.push(["WKST", random.pick(weekdays)]);
  return parts;
}

const written = (random, parts) =>
  random.shuffled(parts).map(([name, value]) => `${name}=${[value].flat().join(",")}`).join(";");

/**
 * The first day by the rule after `day` and not before `earliest`, as the other implementation sees it,
 * for a rule that begins on `day`; undefined if there is none within the horizon.
 */
function expectedNext(parts, day, earliest) {
  const named = Object.fromEntries(parts);
  const options = RRule.parseString(written({ shuffled: (list) => list },
    parts.filter(([name]) => name !== "COUNT")));
  options.dtstart = midnight(day);
  options.until = new Date(options.dtstart.getTime() + horizon);
  if (named.FREQ === "WEEKLY" && named.BYSETPOS) {
    // It counts positions from the start of the rule instead of that of the week.
    const first = weekdays.indexOf(named.WKST ?? "MO") + 1;
    const passed = (options.dtstart.getUTCDay() + 7 - first) % 7;
    options.dtstart = new Date(options.dtstart.getTime() - passed * dayLength);
  }
  const rule = new RRule(options);
  const from = Math.max(midnight(day).getTime(), midnight(earliest ?? day).getTime() - dayLength);
  const next = rule.after(new Date(from), false);
  return next ? dayOf(next) : undefined;
}

/** A day that is likely to be a special one, and in the future. */
function randomStart(random) {
  const year = random.pick([2027, 2028, 2031, 2032, 2095, 2096, 2099, 2100, random.integer(2027, 2110)]);
  return random.pick([
    `${year}-${padded(random.integer(1, 12))}-${padded(random.integer(1, 28))}`,
    `${year}-12-31`, `${year}-01-01`, `${year}-01-31`, `${year}-02-28`, `${year}-03-31`, `${year}-04-30`,
    "2028-02-29", "2096-02-29", "2032-02-29",
  ]);
}

/** The three forms of a due date on `day`, by the place of the form. */
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

async function send(token, method, path, json, statuses = [200, 201]) {
  const answer = await call(server, { method, path, token, json });
  assert.ok(statuses.includes(answer.status), answer.text);
  return answer;
}

/** Completes a task and checks that the next one is due on `day`, or that there is none. */
async function checkCompletion(token, task, day, dueOn) {
  const { json, headers } = await send(token, "PATCH", `/api/tasks/${task.id}/complete`, { completed: true });
  if (day === undefined) {
    assert.equal(json.next_task_id, null);
    return undefined;
  }
  assert.notEqual(json.next_task_id, null, `no task follows ${task.due_date}, but one on ${day} should`);
  assert.equal(headers.link, `</api/tasks/${json.next_task_id}>; rel="next-occurrence"`);
  const next = (await send(token, "GET", `/api/tasks/${json.next_task_id}`)).json;
  assert.equal(next.due_date, dueOn(day), `after ${task.due_date}`);
  return next;
}

/** Runs `check(random, token)` for each of `count` seeds, by several clients at once. */
async function repeatedly(count, firstSeed, check) {
  let round = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    const { token } = await signUp(server);
    while (round < count) {
      const index = round++;
      const random = new Random(firstSeed + 7919 * index);
      const shown = {};
      try {
        await check(random, token, index, shown);
      } catch (error) {
        error.message = `with TASKDOCK_TEST_SEED=${seed}, in round ${index}, ${JSON.stringify(shown)}: ${error.message}`;
        throw error;
      }
    }
  }));
}

test("each of 5,000 tasks is followed by the days of its rule", () =>
  repeatedly(5000, seed, async (random, token, index, shown) => {
    const parts = randomParts(random);
    const dueOn = forms[index % 3](random);
    let day = randomStart(random);
    Object.assign(shown, { rule: written(random, parts), start: dueOn(day) });
    let task = (await send(token, "POST", "/api/tasks", {
      title: "x", due_date: shown.start, recurrence: shown.rule,
    })).json;
    const first = task.id;
    for (let i = 0; i < completions && task; ++i) {
      day = expectedNext(parts, day);
      // The other one gives up earlier, to be quick.
      if (day === undefined) return;
      task = await checkCompletion(token, task, day, dueOn);
      assert.equal(task.recurrence, shown.rule);
      assert.equal(task.parent_task_id, first);
    }
  }));

test("days that were missed are passed over", () =>
  repeatedly(500, seed + 1, async (random, token, index, shown) => {
    const parts = randomParts(random);
    const dueOn = forms[index % 3](random);
    const today = dayOf(new Date());
    const day = dayOf(new Date(Date.now() - random.integer(0, 3000) * dayLength));
    Object.assign(shown, { rule: written(random, parts), start: dueOn(day) });
    const task = (await send(token, "POST", "/api/tasks", {
      title: "x", due_date: shown.start, recurrence: shown.rule,
    })).json;
    const expected = expectedNext(parts, day, today);
    if (expected === undefined || dayOf(new Date()) !== today) return;
    await checkCompletion(token, task, expected, dueOn);
  }));

test("a rule that counts from the completion begins today", () =>
  repeatedly(500, seed + 2, async (random, token, index, shown) => {
    const parts = randomParts(random);
    const dueOn = forms[index % 3](random);
    const today = dayOf(new Date());
    const day = dayOf(new Date(Date.now() + random.integer(-500, 500) * dayLength));
    Object.assign(shown, { rule: written(random, parts), start: dueOn(day) });
    const task = (await send(token, "POST", "/api/tasks", {
      title: "x", due_date: shown.start, recurrence: shown.rule, recurrence_from: "completion",
    })).json;
    const expected = expectedNext(parts, today);
    if (expected === undefined || dayOf(new Date()) !== today) return;
    const next = await checkCompletion(token, task, expected, dueOn);
    assert.equal(next.recurrence_from, "completion");
  }));

test("COUNT and UNTIL end a series where the other implementation ends it", () =>
  repeatedly(500, seed + 3, async (random, token, index, shown) => {
    const parts = randomParts(random);
    const dueOn = forms[index % 3](random);
    const days = [randomStart(random)];
    const length = random.integer(1, 6);
    while (days.length < length) {
      const next = expectedNext(parts, days.at(-1));
      if (next === undefined) return;
      days.push(next);
    }
    parts.push(random.chance(0.5) ? ["COUNT", length] : ["UNTIL", days.at(-1).replaceAll("-", "")]);
    Object.assign(shown, { rule: written(random, parts), start: dueOn(days[0]) });
    let task = (await send(token, "POST", "/api/tasks", {
      title: "x", due_date: shown.start, recurrence: shown.rule,
    })).json;
    for (const day of [...days.slice(1), undefined]) task = await checkCompletion(token, task, day, dueOn);
  }));
