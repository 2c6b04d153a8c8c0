// Ids that the client makes.

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";

import { uuid7 } from "../../src/web/uuid.js";

globalThis.crypto ??= webcrypto; // node 18 does not have it

test("ids are UUIDs of version 7 with the time, each greater than the one before it", () => {
  const now = Date.now();
  let before = "";
  for (let i = 0; i < 20_000; ++i) {
    const id = uuid7(i < 10_000 ? now : now - 5000); // the clock is set back
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.ok(id > before, `${before} and then ${id}`);
    before = id;
  }
  const time = Number.parseInt(before.replace("-", "").slice(0, 12), 16);
  assert.ok(time >= now && time < now + 1000, "the time is not far from the clock's");
});
