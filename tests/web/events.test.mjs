// Events in several tabs, with one stream for all of them, over restarts of the server and without streams.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { startServer } from "../testing/server.mjs";
import { event_source, make_browser, next_event, open_tab } from "./tabs.mjs";
import { Events } from "../../src/web/events.js";

const password = "correct horse battery";
let data;
let server;
let number = 0;
const followed = [];

before(async () => {
  data = await mkdtemp(join(tmpdir(), "taskdock-"));
  server = await startServer(["--throttle", "off"], { data });
});
afterEach(() => {
  for (const events of followed.splice(0)) events.stop();
});
after(async () => {
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

/** Reaches the server wherever it listens by now. */
const reaching_fetch = async (url, options) => {
  if (!server) throw new TypeError("network error");
  return fetch(new URL(url.pathname + url.search, server.origin), options);
};

/** One more tab of a browser. What happens is noted in `told`, in order. */
function open_page(browser, { source = browser.source } = {}) {
  const api = open_tab(browser, "http://front", { fetch: reaching_fetch });
  const events = new Events({ api, source });
  followed.push(events);
  const told = [];
  events.addEventListener("task", ({ detail }) => told.push(detail.title));
  events.addEventListener("task-deleted", ({ detail }) => told.push(`-${detail.id}`));
  events.addEventListener("reminder", ({ detail }) => told.push(`!${detail.title}`));
  events.addEventListener("resync", () => told.push("resync"));
  return { api, events, told };
}

async function signed_up() {
  const browser = { ...make_browser(), source: event_source(() => server?.origin ?? null) };
  const page = open_page(browser);
  await page.api.sign_up({ email: `user${++number}@example.com`, password });
  return { browser, ...page };
}

async function until(condition) {
  for (const end = Date.now() + 30_000; !condition();) {
    assert.ok(Date.now() < end, String(condition));
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}

const add = (api, title, more) => api.post("tasks", { body: { title, ...more } });

test("each tab is told everything once, in order, by one stream", async () => {
  const { browser, api, events, told } = await signed_up();
  await until(() => events.state === "live");
  assert.deepEqual(told, ["resync"], "what was read before may have changed");
  const tabs = Array.from({ length: 9 }, () => open_page(browser));
  for (const tab of tabs) tab.events.start();
  await until(() => tabs.every((tab) => tab.events.state === "live"));
  const task = await add(api, "one");
  await add(api, "two");
  await api.delete(`tasks/${task.id}`);
  await add(api, "three", { remind_at: "2026-01-01T00:00:00Z" });
  const all = ["resync", "one", "two", `-${task.id}`, "three", "!three"];
  for (const tab of [{ told }, ...tabs]) {
    await until(() => tab.told.length >= all.length);
    assert.deepEqual(tab.told, all);
  }
  assert.equal(browser.source.open.size, 1);
  assert.deepEqual([events, ...tabs.map((tab) => tab.events)].filter(({ leads }) => leads), [events]);
});

test("when the tab with the stream is closed, the next one goes on and misses nothing", async () => {
  const { browser, api, events } = await signed_up();
  const other = open_page(browser);
  other.events.start();
  await until(() => other.events.state === "live");
  await add(api, "one");
  await until(() => other.told.includes("one"));
  events.stop();
  await add(api, "two");
  await until(() => other.told.length >= 3);
  assert.deepEqual(other.told, ["resync", "one", "two"]);
  assert.equal(other.events.leads, true);
  assert.equal(browser.source.open.size, 1);
});

test("over a restart of the server nothing is missed and nothing comes twice", async () => {
  const { browser, api, events, told } = await signed_up();
  const other = open_page(browser);
  other.events.start();
  await until(() => other.events.state === "live");
  await add(api, "one");
  const stopping = server;
  server = null;
  await stopping.stop();
  await until(() => events.state === "away" && other.events.state === "away");
  server = await startServer(["--throttle", "off"], { data });
  await add(api, "two");
  events.wake();
  await until(() => other.told.length >= 3 && told.length >= 3);
  assert.deepEqual(told, ["resync", "one", "two"]);
  assert.deepEqual(other.told, told);
  assert.equal(other.events.state, "live");
});

test("another database behind the same address is read anew", async () => {
  const { events, told, api } = await signed_up();
  await until(() => events.state === "live");
  await add(api, "one");
  await until(() => told.includes("one"));
  events.epoch = "another";
  events.wake();
  await until(() => told.length >= 3);
  assert.deepEqual(told, ["resync", "one", "resync"]);
});

test("where no stream gets through, it is asked now and then whether anything has changed", async () => {
  const browser = { ...make_browser(), source: undefined };
  const { api, events, told } = open_page(browser);
  await api.sign_up({ email: `user${++number}@example.com`, password });
  await until(() => events.state === "live");
  assert.deepEqual(told, ["resync"]);
  events.wake();
  await add(api, "one");
  events.wake();
  await until(() => told.length >= 2);
  assert.deepEqual(new Set(told), new Set(["resync"]));
});

test("a session that is ended elsewhere ends here by its event, in all tabs", async () => {
  const { browser, api, events } = await signed_up();
  const other = open_page(browser);
  other.events.start();
  await until(() => other.events.state === "live");
  const elsewhere = open_tab(make_browser(), "http://front", { fetch: reaching_fetch });
  await elsewhere.log_in({ email: api.session.user.email, password });
  const ended = next_event(api.session, "ended");
  await elsewhere.delete("auth/sessions");
  assert.equal((await ended).detail, "elsewhere");
  assert.equal(events.state, "connecting");
  await until(() => browser.source.open.size === 0);
});

test("the end of the session tells in all tabs that the account was deleted, whichever hears of it first", async () => {
  const { browser, api, events } = await signed_up();
  const other = open_page(browser);
  await until(() => events.state === "live");
  const ends = [next_event(api.session, "ended"), next_event(other.api.session, "ended")];
  other.api.session.expect_end("deleted");
  await other.api.delete("auth/me", { body: { current_password: password } });
  assert.equal((await ends[0]).detail, "deleted");
  other.api.session.end("deleted");
  assert.equal((await ends[1]).detail, "deleted");
});

test("an account that was to be deleted, and was not, leaves no trace in what is said later", async () => {
  const { browser, api, events } = await signed_up();
  const other = open_page(browser);
  await until(() => events.state === "live");
  other.api.session.expect_end("deleted");
  await assert.rejects(other.api.delete("auth/me", { body: { current_password: "wrong" } }), { status: 403 });
  other.api.session.expect_end();
  const ended = next_event(api.session, "ended");
  const elsewhere = open_tab(make_browser(), "http://front", { fetch: reaching_fetch });
  await elsewhere.log_in({ email: api.session.user.email, password });
  await elsewhere.delete("auth/sessions");
  assert.equal((await ended).detail, "elsewhere");
});

test("a log-out in another tab is not taken for an end from elsewhere, also where the server tells of it first", async () => {
  const { browser, api, events } = await signed_up();
  const other = open_page(browser);
  await until(() => events.state === "live");
  const ended = next_event(api.session, "ended");
  await other.api.log_out();
  assert.equal((await ended).detail, "logout");
});

test("events of one user are not told to the next", async () => {
  const { api, events, told } = await signed_up();
  await until(() => events.state === "live");
  await add(api, "mine");
  await until(() => told.includes("mine"));
  await api.log_out();
  told.length = 0;
  await api.sign_up({ email: `user${++number}@example.com`, password });
  await until(() => events.state === "live");
  await add(api, "other's");
  await until(() => told.length >= 2);
  assert.deepEqual(told, ["resync", "other's"]);
});
