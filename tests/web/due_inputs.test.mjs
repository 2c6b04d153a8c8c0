// A due date in a browser's inputs comes out in the form that it had.

import assert from "node:assert/strict";
import { test } from "node:test";

import { from_inputs, input_problem, to_inputs } from "../../src/web/due_inputs.js";

const forms = [null, "2026-08-08", "2026-08-08T17:00:00", "2026-08-08T17:00:30", "2026-08-08T15:00:12.345678Z"];

test("what is not changed stays as it is, to the last digit", () => {
  for (const due of forms) {
    const { date, time } = to_inputs(due);
    assert.equal(from_inputs(date, time, due), due);
  }
});

test("a day becomes a time where a time is given, and the other way round", () => {
  assert.equal(from_inputs("2026-08-09", "", "2026-08-08"), "2026-08-09");
  assert.equal(from_inputs("2026-08-08", "17:00", "2026-08-08"), "2026-08-08T17:00");
  assert.equal(from_inputs("2026-08-08", "", "2026-08-08T17:00:00"), "2026-08-08");
  assert.equal(from_inputs("", "17:00", "2026-08-08"), null);
});

test("an instant stays an instant at another time", () => {
  const due = "2026-08-08T15:00:00.000000Z";
  const { date } = to_inputs(due);
  const moved = from_inputs(date, "18:30", due);
  assert.match(moved, /Z$/);
  assert.equal(to_inputs(moved).time, "18:30");
});

test("a date that cannot be kept has words for what is wrong with it", () => {
  const form = (name, fault) => ({ elements: { namedItem: (wanted) =>
    (["due", "time", "remind"].includes(wanted) ? { validity: wanted === name ? { [fault]: true } : {} } : null) } });
  assert.equal(input_problem(form("", "")), "");
  assert.equal(input_problem(form("due", "rangeOverflow")), "The due date must be before the year 10000.");
  assert.equal(input_problem(form("remind", "rangeOverflow")), "The reminder must be before the year 10000.");
  assert.equal(input_problem(form("time", "badInput")), "The time is not complete.");
  assert.equal(input_problem({ elements: { namedItem: () => null } }), "");
});
