// Pauses that grow while something fails.

import assert from "node:assert/strict";
import { test } from "node:test";

import { growing_time } from "../../src/web/pauses.js";

const limits = { first: 1000, longest: 60_000 };

/** Fails if the time is not `wanted`, give or take the quarter that differs from browser to browser. */
function checkTime(time, wanted) {
  assert.ok(time >= wanted * 0.75 && time <= wanted * 1.25, `${time} for ${wanted}`);
}

test("each failure in a row doubles the pause, up to the longest", () => {
  for (const [failures, wanted] of [[0, 1000], [1, 2000], [5, 32_000], [6, 60_000], [1000, 60_000]]) {
    checkTime(growing_time(failures, limits), wanted);
  }
});

test("a pause is as long as the server asks for, within the longest", () => {
  checkTime(growing_time(0, { ...limits, least: 7000 }), 7000);
  checkTime(growing_time(3, { ...limits, least: 7000 }), 8000);
  checkTime(growing_time(0, { ...limits, least: 3_600_000 }), 60_000);
});
