// Days and due dates, in several zones. Node takes the zone from the environment whenever it changes.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  day_of, days_between, format_day, format_due, format_time, group_by_day, instant_of, is_overdue,
  last_of_month, make_day, move_to_day, next_day, next_month, read_due, time_of, today, until_next_day, utc_offset,
  weekday_of, with_time,
} from "../../src/web/days.js";

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const zones = ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"];

function in_zone(name, check) {
  process.env.TZ = name;
  return check();
}

test("today is the day of the browser's zone", () => {
  const now = new Date("2026-08-08T11:00:00Z");
  const days = zones.map((name) => in_zone(name, () => today(now)));
  assert.deepEqual(days, ["2026-08-08", "2026-08-08", "2026-08-08", "2026-08-09", "2026-08-08", "2026-08-08"]);
  assert.equal(in_zone("Pacific/Pago_Pago", () => today(new Date("2026-08-08T10:59:00Z"))), "2026-08-07");
});

test("the offset from UTC is written as the API takes it, as it is at that moment", () => {
  const now = new Date("2026-08-08T11:00:00Z");
  assert.deepEqual(zones.map((name) => in_zone(name, () => utc_offset(now))),
    ["+00:00", "+05:30", "-02:30", "+14:00", "-11:00", "+02:00"]);
  assert.equal(in_zone("Europe/Berlin", () => utc_offset(new Date("2026-12-08T11:00:00Z"))), "+01:00");
});

test("days are counted through months, leap days, clock changes and up to the ends of the calendar", () => {
  process.env.TZ = "Europe/Berlin";
  assert.equal(next_day("2026-03-28", 1), "2026-03-29");
  assert.equal(next_day("2026-03-29", 1), "2026-03-30");
  assert.equal(next_day("2028-02-28", 1), "2028-02-29");
  assert.equal(next_day("2026-01-01", -1), "2025-12-31");
  assert.equal(next_day("9999-12-31", 1), "9999-12-31");
  assert.equal(next_day("0001-01-01", -1), "0001-01-01");
  assert.equal(days_between("2026-10-24", "2026-10-26"), 2);
  assert.equal(days_between("2026-03-01", "2026-02-28"), -1);
  assert.equal(next_month("2026-01-31", 1), "2026-02-28");
  assert.equal(next_month("2026-12-15", 1), "2027-01-15");
  assert.equal(next_month("2026-03-31", -1), "2026-02-28");
  assert.equal(last_of_month("2028-02-03"), "2028-02-29");
  assert.equal(last_of_month("2026-12-03"), "2026-12-31");
  assert.equal(weekday_of("2026-08-08"), 6);
});

test("a day that the calendar does not have is none", () => {
  assert.equal(make_day(2026, 8, 8), "2026-08-08");
  assert.equal(make_day(98, 8, 8), "0098-08-08");
  for (const numbers of [[2026, 2, 29], [2026, 13, 1], [2026, 0, 1], [2026, 4, 31], [0, 1, 1], [10000, 1, 1]]) {
    assert.equal(make_day(...numbers), null, String(numbers));
  }
});

test("a day and a local time are the same in every zone, an instant is that zone's time", () => {
  for (const name of zones) {
    process.env.TZ = name;
    assert.deepEqual(read_due("2026-08-08"), { form: "date", day: "2026-08-08", time: null });
    assert.deepEqual(read_due("2026-08-08T17:00:00"), { form: "local", day: "2026-08-08", time: "17:00" });
  }
  const instant = "2026-08-08T22:30:00.000000Z";
  assert.deepEqual(in_zone("Asia/Kolkata", () => read_due(instant)), { form: "instant", day: "2026-08-09", time: "04:00" });
  assert.deepEqual(in_zone("UTC", () => [day_of(instant), time_of(instant)]), ["2026-08-08", "22:30"]);
  assert.equal(in_zone("UTC", () => day_of("2026-08-08T22:30:00-02:00")), "2026-08-09");
  assert.throws(() => read_due("tomorrow"), RangeError);
});

test("a day is overdue when it has ended, a time when its minute is over", () => {
  process.env.TZ = "Europe/Berlin";
  const now = new Date("2026-08-08T10:00:30Z"); // 12:00 there
  assert.equal(is_overdue("2026-08-08", now), false);
  assert.equal(is_overdue("2026-08-07", now), true);
  assert.equal(is_overdue("2026-08-08T12:00:00", now), false);
  assert.equal(is_overdue("2026-08-08T11:59:00", now), true);
  assert.equal(is_overdue("2026-08-08T10:00:00.000000Z", now), false);
  assert.equal(is_overdue("2026-08-08T09:59:00.000000Z", now), true);
});

test("moving to another day keeps the form and the time, also over a change of the clock", () => {
  process.env.TZ = "Europe/Berlin";
  assert.equal(move_to_day(null, "2026-10-26"), "2026-10-26");
  assert.equal(move_to_day("2026-08-08", "2026-10-26"), "2026-10-26");
  assert.equal(move_to_day("2026-08-08T17:00:30", "2026-10-26"), "2026-10-26T17:00:30");
  const moved = move_to_day("2026-08-08T15:00:30.000000Z", "2026-10-26");
  assert.equal(moved, "2026-10-26T16:00:30.000Z");
  assert.deepEqual(read_due(moved), { form: "instant", day: "2026-10-26", time: "17:00" });
  assert.equal(with_time("2026-08-08", null), "2026-08-08");
  assert.equal(with_time("2026-08-08", "17:00"), "2026-08-08T17:00");
  assert.equal(instant_of("2026-08-08", "09:00"), "2026-08-08T07:00:00.000Z");
});

test("the next day begins at midnight, also on the days that are an hour shorter or longer", () => {
  process.env.TZ = "Europe/Berlin";
  const hours = (text) => until_next_day(new Date(text)) / 3_600_000;
  assert.equal(hours("2026-08-08T10:00:00Z"), 12);
  assert.equal(hours("2026-03-28T23:00:00Z"), 23);
  assert.equal(hours("2026-10-24T22:00:00Z"), 25);
});

test("days are said as people say them, in their language", () => {
  process.env.TZ = "UTC";
  const now = new Date("2026-08-08T10:00:00Z");
  const in_english = (day) => format_day(day, now, "en-GB");
  assert.deepEqual(["2026-08-07", "2026-08-08", "2026-08-09", "2026-08-10", "2026-08-14"].map(in_english),
    ["Yesterday", "Today", "Tomorrow", "Monday", "Friday"]);
  assert.deepEqual(["2026-08-15", "2026-08-01", "2027-01-02"].map(in_english), ["15 Aug", "1 Aug", "2 Jan 2027"]);
  assert.equal(format_day("2026-08-09", now, "de"), "Morgen");
  assert.equal(format_time("17:00", "en-GB"), "17:00");
  assert.match(format_time("17:00", "en-US"), /^5:00\sPM$/);
  assert.equal(format_due("2026-08-09T17:05:00", now, "en-GB"), "Tomorrow 17:05");
  assert.equal(format_due("2026-08-09", now, "en-GB"), "Tomorrow");
});

test("tasks are grouped by day: what is overdue first, what has no date last", () => {
  process.env.TZ = "UTC";
  const now = new Date("2026-08-08T10:00:00Z");
  const tasks = [null, "2026-08-10", "2026-08-08T09:00:00", "2026-08-01", "2026-08-08", "2026-08-07"]
    .map((due_date, id) => ({ id, due_date }));
  const groups = group_by_day(tasks, now, "en-GB").map(({ key, day, label, tasks: list }) => [key, day, label, list.map(({ id }) => id)]);
  assert.deepEqual(groups, [
    ["overdue", null, "Overdue", [3, 5]],
    ["2026-08-08", "2026-08-08", "Today", [2, 4]],
    ["2026-08-10", "2026-08-10", "Monday", [1]],
    ["none", null, "No date", [0]],
  ]);
  assert.deepEqual(group_by_day([], now), []);
});
