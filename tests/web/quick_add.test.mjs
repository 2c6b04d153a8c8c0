// A line of text as a task: what is understood, what is left alone, that no word is lost, and that the server takes it.
// TASKDOCK_TEST_SEED=N makes other texts than the usual ones; a failure says which seed it had.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Random } from "../contract/generate.mjs";
import { startServer } from "../testing/server.mjs";
import { make_browser, open_tab } from "./tabs.mjs";
import { parse_quick_add } from "../../src/web/quick_add.js";

const seed = Number(process.env.TASKDOCK_TEST_SEED ?? 20260808);
const zone = process.env.TZ;
let server;
let api;

before(async () => {
  process.env.TZ = "Europe/Berlin";
  server = await startServer();
  api = open_tab(make_browser(), server.origin);
  await api.sign_up({ email: "ann@example.com", password: "correct horse battery" });
});
after(async () => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
  await server.stop();
});

const now = new Date("2026-08-05T08:00:00Z"); // a Wednesday, 10:00 in Berlin
const parse = (text, refused = []) => parse_quick_add(text, { now, refused: new Set(refused) });
const task_of = (text) => parse(text).task;

test("the line of the README is understood whole", () => {
  const { task, chips, faults } = parse("Pay rent tomorrow #home !high every month");
  assert.deepEqual(task, {
    title: "Pay rent", due_date: "2026-08-06", priority: "high", tags: ["home"], recurrence: "FREQ=MONTHLY",
  });
  assert.deepEqual(chips.map(({ kind, text }) => [kind, text]),
    [["due", "tomorrow"], ["tag", "#home"], ["priority", "!high"], ["recurrence", "every month"]]);
  assert.deepEqual(chips.map(({ label }) => label), ["Tomorrow", "home", "high", "every month"]);
  assert.deepEqual(faults, []);
});

test("dates are understood", () => {
  const days = {
    "today": "2026-08-05", "Tomorrow": "2026-08-06", "day after tomorrow": "2026-08-07",
    "monday": "2026-08-10", "wednesday": "2026-08-12", "on fri": "2026-08-07", "by Thu": "2026-08-06",
    "this friday": "2026-08-07", "next monday": "2026-08-10", "next fri": "2026-08-14", "this weekend": "2026-08-08",
    "next weekend": "2026-08-15", "next week": "2026-08-10", "next month": "2026-09-01", "next year": "2027-01-01",
    "in 3 days": "2026-08-08", "in two weeks": "2026-08-19", "in a week": "2026-08-12", "in 1 month": "2026-09-05",
    "8 aug": "2026-08-08", "aug 8": "2026-08-08", "August 8th": "2026-08-08", "8. August": "2026-08-08",
    "the 8th of august": "2026-08-08", "4 aug": "2027-08-04", "aug 4, 2026": "2026-08-04", "29 feb": "2028-02-29",
    "8 sept 2027": "2027-09-08", "on the 8th": "2026-08-08", "the 3rd": "2026-09-03", "on the 31st": "2026-08-31",
    "2026-08-08": "2026-08-08", "due 2026-01-01": "2026-01-01", "8.8.": "2026-08-08", "1.2.": "2027-02-01", "8.8.2028": "2028-08-08",
  };
  for (const [text, day] of Object.entries(days)) {
    assert.deepEqual(task_of(`Call Bob ${text}`), { title: "Call Bob", due_date: day }, text);
    assert.deepEqual(task_of(`${text} call Bob`), { title: "call Bob", due_date: day }, text);
  }
});

test("times are understood, with a date beside them or without", () => {
  const moments = {
    "tomorrow at 5pm": "2026-08-06T17:00", "at 5 pm tomorrow": "2026-08-06T17:00", "17:00": "2026-08-05T17:00",
    "at 9:30": "2026-08-06T09:30", "monday 5:15pm": "2026-08-10T17:15", "at noon": "2026-08-05T12:00", "12am on 8 aug": "2026-08-08T00:00",
    "2026-08-08T07:05": "2026-08-08T07:05", "in 2 hours": "2026-08-05T12:00", "in 90 minutes": "2026-08-05T11:30", "aug 8, 2026 8am": "2026-08-08T08:00",
  };
  for (const [text, due_date] of Object.entries(moments)) {
    assert.deepEqual(task_of(`Call Bob ${text}`), { title: "Call Bob", due_date }, text);
  }
  const { task, chips } = parse("tomorrow call Bob at 17:00");
  assert.deepEqual(task, { title: "call Bob", due_date: "2026-08-06T17:00" });
  assert.deepEqual(chips.map(({ kind }) => kind), ["due", "time"]);
});

test("repetition is understood, and begins on its first day", () => {
  const rules = {
    "every day": ["FREQ=DAILY", "2026-08-05"], "every 2 weeks": ["FREQ=WEEKLY;INTERVAL=2", "2026-08-05"],
    "every other day": ["FREQ=DAILY;INTERVAL=2", "2026-08-05"], "every monday": ["FREQ=WEEKLY;BYDAY=MO", "2026-08-10"],
    "every Wednesday": ["FREQ=WEEKLY;BYDAY=WE", "2026-08-05"], "every mon, wed and fri": ["FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-08-05"],
    "every weekday": ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-08-05"], "every weekend": ["FREQ=WEEKLY;BYDAY=SA,SU", "2026-08-08"],
    "every month": ["FREQ=MONTHLY", "2026-08-05"], "every year": ["FREQ=YEARLY", "2026-08-05"],
    "every 2 weeks on monday": ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-08-10"], "every 15th": ["FREQ=MONTHLY;BYMONTHDAY=15", "2026-08-15"],
    "every month on the 3rd": ["FREQ=MONTHLY;BYMONTHDAY=3", "2026-09-03"], "every last day of the month": ["FREQ=MONTHLY;BYMONTHDAY=-1", "2026-08-31"],
    "every first monday of the month": ["FREQ=MONTHLY;BYDAY=1MO", "2026-09-07"], "every month on the last friday": ["FREQ=MONTHLY;BYDAY=-1FR", "2026-08-28"],
    "every 8 aug": ["FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=8", "2026-08-08"], "every second week": ["FREQ=WEEKLY;INTERVAL=2", "2026-08-05"],
    "every day at 17:00": ["FREQ=DAILY", "2026-08-05T17:00"], "every day at 9am": ["FREQ=DAILY", "2026-08-06T09:00"],
    "each monday 9:00": ["FREQ=WEEKLY;BYDAY=MO", "2026-08-10T09:00"], "every week until 1 oct": ["FREQ=WEEKLY;UNTIL=20261001", "2026-08-05"],
    "every day for 5 times": ["FREQ=DAILY;COUNT=5", "2026-08-05"], "every three months": ["FREQ=MONTHLY;INTERVAL=3", "2026-08-05"],
  };
  for (const [text, [recurrence, due_date]] of Object.entries(rules)) {
    assert.deepEqual(task_of(`Water plants ${text}`), { title: "Water plants", due_date, recurrence }, text);
  }
  for (const text of ["every! 3 days", "every 3 days after completion", "every 3 days when done"]) {
    const { title, recurrence, recurrence_from } = task_of(`Water plants ${text}`);
    assert.deepEqual([title, recurrence, recurrence_from], ["Water plants", "FREQ=DAILY;INTERVAL=3", "completion"], text);
  }
  assert.equal(task_of("every 3 days water plants after completion").recurrence_from, "completion");
  assert.equal(task_of("every month pay rent 1 sep").due_date, "2026-09-01", "a date that is said wins");
});

test("tags, priorities and reminders are understood", () => {
  assert.deepEqual(task_of("a #home #Home #work/now #\"two words\" #C++"), { title: "a", tags: ["home", "work/now", "two words", "C++"] });
  assert.deepEqual(task_of("a #home,#work, b"), { title: "a b", tags: ["home", "work"] });
  for (const [mark, priority] of Object.entries({ "!low": "low", "!Medium": "medium", "!urgent": "urgent", "!1": "urgent", "!4": "low" })) {
    assert.deepEqual(task_of(`a ${mark}`), { title: "a", priority });
  }
  const reminders = {
    "remind me at 17:00": "2026-08-05T15:00:00.000Z", "remind at 9:00": "2026-08-06T07:00:00.000Z",
    "remind me tomorrow": "2026-08-06T07:00:00.000Z", "remind me in 2 hours": "2026-08-05T10:00:00.000Z",
    "remind me monday at 8am": "2026-08-10T06:00:00.000Z",
  };
  for (const [text, remind_at] of Object.entries(reminders)) {
    assert.deepEqual(task_of(`Call Bob ${text}`), { title: "Call Bob", remind_at }, text);
  }
  assert.deepEqual(task_of("Call Bob friday 17:00 remind me 1 hour before"),
    { title: "Call Bob", due_date: "2026-08-07T17:00", remind_at: "2026-08-07T14:00:00.000Z" });
  assert.equal(task_of("Call Bob friday remind at 8:00").remind_at, "2026-08-07T06:00:00.000Z", "on the day on which it is due");
});

test("what only looks like it is the title", () => {
  for (const text of [
    "Remind me to call Bob", "Fix issue #42", "C# course", "Read 1984", "Buy 3 apples", "Update to version 1.2.3", "Sun cream",
    "Every cloud", "every 3rd try", "Call 5 people", "Meet at 5", "!important", "Wow!!", "in 3 apples", "May I", "the 8 books", "remind me 1 hour before",
    "25:00", "13pm", "31.2.", "2026-02-30", "30 feb", "in 0 days", "every 0 days", "every 30 feb", "#", "##", "#!", "!", "\\", "\"", "email a@b.c",
  ]) {
    assert.deepEqual(parse(text), { task: { title: text }, chips: [], escapes: [], faults: [] }, text);
  }
});

test("quoted and escaped text is left alone", () => {
  assert.deepEqual(task_of("Watch \"Tomorrow never dies\" tomorrow"), { title: "Watch \"Tomorrow never dies\"", due_date: "2026-08-06" });
  assert.deepEqual(task_of("Read “next week” today"), { title: "Read “next week”", due_date: "2026-08-05" });
  assert.deepEqual(task_of("Note \\#home and \\tomorrow at 5pm"), { title: "Note #home and tomorrow at 5pm" });
  assert.deepEqual(task_of("Copy \\\\server\\share \\x"), { title: "Copy \\\\server\\share \\x" });
});

test("a chip that is refused is a part of the title again", () => {
  const text = "Pay rent tomorrow #home";
  const [due, tag] = parse(text).chips;
  assert.deepEqual(parse(text, [due.key]).task, { title: "Pay rent tomorrow", tags: ["home"] });
  assert.deepEqual(parse(text, [due.key, tag.key]), { task: { title: text }, chips: [], escapes: [], faults: [] });
  const [rule] = parse("Swim every monday at 9:00").chips;
  assert.deepEqual(parse("Swim every monday at 9:00", [rule.key]).task, { title: "Swim every monday at 9:00" });
  assert.deepEqual(parse("today or tomorrow", ["due:today"]).task, { title: "today or", due_date: "2026-08-06" });
});

test("the first of each kind counts, and the others stay in the title", () => {
  assert.deepEqual(task_of("Ship monday or tuesday !high !low"), { title: "Ship or tuesday !low", due_date: "2026-08-10", priority: "high" });
});

test("what the server would not take is said before", () => {
  const faults = (text) => parse(text).faults.map(({ member }) => member);
  assert.deepEqual(faults(""), ["title"]);
  assert.deepEqual(faults("tomorrow #home"), ["title"]);
  assert.deepEqual(faults("🥛".repeat(200)), []);
  assert.deepEqual(faults("🥛".repeat(201)), ["title"]);
  assert.deepEqual(faults("half \ud83e a pair"), ["title"]);
  assert.deepEqual(faults(`a #${"x".repeat(50)}`), []);
  assert.deepEqual(faults(`a #${"x".repeat(51)}`), ["tags"]);
  assert.deepEqual(faults(`a ${Array.from({ length: 21 }, (_, i) => `#t${i}`).join(" ")}`), ["tags"]);
  assert.deepEqual(faults("a #x\u0001y"), ["tags"]);
});

const pieces = [
  "tomorrow", "today", "monday", "fri", "next", "week", "this", "in", "3", "two", "days", "weeks", "month", "hour", "8", "aug", "the",
  "8th", "of", "2026-08-08", "2026-02-30", "8.8.", "at", "5pm", "17:00", "noon", "every", "every!", "each", "other", "weekday", "on", "and",
  "mon,", "wed", "first", "last", "day", "31st", "until", "for", "5", "times", "after", "completion", "remind", "me", "before",
  "#home", "#\"two words\"", "#", "#42", "#a,#b", "!high", "!1", "!", "\\#x", "\\tomorrow", "\"quoted", "text\"", "\"", "Buy", "milk", "🥛", "漢字", "e\u0301",
  ".", ",", "!?", "9999-12-31", "999", "years", "29", "feb", "0001-01-01", "\u0085", "x".repeat(60), "#" + "y".repeat(55), "#z\u0002",
];
const spaces = [" ", " ", " ", "  ", "\t", "\u00a0", "", "\n", "\u3000"];

test("whatever is typed, title and chips make up the text, and the server takes what has no fault", async () => {
  const random = new Random(seed);
  let accepted = 0;
  const operations = [];
  for (let round = 0; round < 3000; ++round) {
    let text = "";
    for (let count = random.integer(0, 12); count > 0; --count) text += random.pick(pieces) + random.pick(spaces);
    const context = `seed ${seed}: ${JSON.stringify(text)}`;
    const refused = new Set(parse(text).chips.map(({ key }) => key).filter(() => random.chance(0.3)));
    const { task, chips, escapes, faults } = parse_quick_add(text, { now, refused });
    let rest = text;
    const cuts = [...chips, ...escapes.map((start) => ({ start, end: start + 1, text: "\\" }))].sort((a, b) => b.start - a.start);
    let end = text.length;
    for (const cut of cuts) {
      assert.ok(cut.end <= end && cut.start < cut.end, context);
      end = cut.start;
      assert.equal(text.slice(cut.start, cut.end), cut.text, context);
      rest = rest.slice(0, cut.start) + rest.slice(cut.end);
    }
    assert.deepEqual(task.title.split(/\s+/).join(""), rest.split(/\s+/).join(""), context);
    for (const { key, label } of chips) assert.ok(!refused.has(key) && label !== "", context);
    if (faults.length === 0) operations.push({ op: "create", task });
    accepted += Number(faults.length === 0);
  }
  for (let from = 0; from < operations.length; from += 500) {
    const batch = operations.slice(from, from + 500);
    await api.post("tasks/batch", { body: { operations: batch } }).catch((error) => {
      const [{ loc, msg }] = error.detail;
      assert.fail(`seed ${seed}: ${JSON.stringify(batch[loc[2]])}: ${msg}`);
    });
  }
  assert.ok(accepted > 2000, "most texts have no fault");
});
