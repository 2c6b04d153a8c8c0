// One tab at a time where the browser has no locks: a lease in the storage that tabs share.

import assert from "node:assert/strict";
import { test } from "node:test";

import { make_storage } from "./tabs.mjs";
import { make_hold } from "../../src/web/locks.js";

const key = "taskdock-lease:work";

test("without the browser's locks one tab works at a time, and each gets its turn", async () => {
  const storage = make_storage();
  let working = 0;
  const tabs = [1, 2, 3].map((number) => make_hold(undefined, storage)("work", undefined, async () => {
    assert.equal(++working, 1);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    --working;
    return number;
  }));
  assert.deepEqual(await Promise.all(tabs), [1, 2, 3]);
  assert.equal(storage.getItem(key), null);
});

test("the lease of a tab that is gone ends, and one that is held is waited for until the waiting is ended", async () => {
  const storage = make_storage();
  const hold = make_hold(undefined, storage);
  storage.setItem(key, `gone ${Date.now() - 1}`);
  assert.equal(await hold("work", undefined, async () => "done"), "done");

  storage.setItem(key, `other ${Date.now() + 1_000_000}`);
  const stop = new AbortController();
  const waiting = hold("work", stop.signal, async () => "never");
  stop.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  assert.match(storage.getItem(key), /^other /);
});

test("work that fails gives the lease back", async () => {
  const storage = make_storage();
  await assert.rejects(make_hold(undefined, storage)("work", undefined, async () => { throw new RangeError("no"); }), RangeError);
  assert.equal(storage.getItem(key), null);
});
