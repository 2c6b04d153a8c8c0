// Addresses: whatever stands behind the #, one of the screens is shown.

import assert from "node:assert/strict";
import { test } from "node:test";

import { read_route, write_route } from "../../src/web/route.js";

test("each route has an address that leads back to it", () => {
  const texts = ["home", "a/b", "50 %", "#1", "<b>", "ä ö", "日本語", "%2F", "?x=1&y"];
  const routes = [
    ...["today", "upcoming", "all", "done", "trash", "account", "login", "signup"].map((name) => ({ name })),
    ...texts.flatMap((text) => [{ name: "tag", tag: text }, { name: "search", words: text }]),
  ];
  for (const route of routes) assert.deepEqual(read_route(write_route(route)), route);
});

test("an address of nothing is today, and a broken one is read as it is", () => {
  for (const hash of ["", "#", "#/", "#/nothing", "#/__proto__", "#javascript:alert(1)", "#/tag/", "#/tag"]) {
    assert.deepEqual(read_route(hash), { name: "today" });
  }
  assert.deepEqual(read_route("#/tag/100%"), { name: "tag", tag: "100%" });
});
