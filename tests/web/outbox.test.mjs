// The outbox against the server: changes that wait, in their order, each done once, of one user, sent by one tab.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { startServer } from "../testing/server.mjs";
import { make_browser, next_event, open_tab, watching_fetch } from "./tabs.mjs";
import { Outbox } from "../../src/web/outbox.js";
import { memory_storage } from "../../src/web/outbox_storage.js";
import { new_tasks, overlay } from "../../src/web/outbox_rules.js";

const password = "correct horse battery";
let server;
let number = 0;
const boxes = [];

before(async () => { server = await startServer(["--throttle", "off"]); });
after(() => server.stop());
beforeEach(() => {
  for (const box of boxes.splice(0)) box.stop();
});
after(() => {
  for (const box of boxes) box.stop();
});

/** One more tab of a browser, with its outbox. */
function open_box(browser) {
  const network = watching_fetch();
  const api = open_tab(browser, server.origin, { fetch: network });
  const box = new Outbox({ api, storage: browser.outbox, said_to_wait_after: 60_000 });
  boxes.push(box);
  return { api, box, network };
}

async function signed_up() {
  const browser = { ...make_browser(), outbox: memory_storage() };
  const tab = open_box(browser);
  await tab.api.sign_up({ email: `user${++number}@example.com`, password });
  // What somebody else does with the same account.
  const elsewhere = open_tab(make_browser(), server.origin);
  await elsewhere.log_in({ email: tab.api.session.user.email, password });
  return { browser, elsewhere, ...tab };
}

const away = async () => { throw new TypeError("network error"); };
const titles = async (api) => (await api.get("tasks", { query: { sort: "created_at" } })).tasks.map(({ title }) => title);

/** Resolves when nothing waits any more, or what does was refused. */
async function settled(box) {
  while (box.entries.some(({ state }) => state !== "refused")) await next_event(box, "change");
}

async function back(network, box) {
  network.instead = null;
  box.wake();
  await settled(box);
}

test("while the server is there, a change is done at once, with the task as its outcome", async () => {
  const { box, api } = await signed_up();
  const { task, waiting } = await box.submit({ op: "create", task: { title: "Buy milk" } });
  assert.equal(waiting, false);
  assert.equal(task.title, "Buy milk");
  const { task: changed } = await box.submit({ op: "patch", id: task.id, task: { title: "Buy bread" }, revision: task.revision });
  assert.ok(changed.revision > task.revision);
  const { task: done } = await box.submit({ op: "complete", id: task.id, is_completed: true });
  assert.equal(done.is_completed, true);
  assert.deepEqual(await box.submit({ op: "delete", id: task.id, revision: done.revision }), { task: null, waiting: false });
  const { task: restored } = await box.submit({ op: "restore", id: task.id });
  assert.equal(restored.title, "Buy bread");
  assert.deepEqual(await titles(api), ["Buy bread"]);
  assert.deepEqual(box.entries, []);
});

test("while it is away, changes wait visibly, and are sent in their order when it is back", async () => {
  const { box, api, network } = await signed_up();
  const { task } = await box.submit({ op: "create", task: { title: "old" } });
  network.instead = away;
  assert.deepEqual(await box.submit({ op: "create", task: { title: "one" } }), { task: null, waiting: true });
  await box.submit({ op: "create", task: { title: "two" } });
  await box.submit({ op: "patch", id: task.id, task: { title: "older" }, revision: task.revision, title: "old" });
  await box.submit({ op: "delete", id: task.id, revision: task.revision, title: "old" });
  assert.deepEqual(box.entries.map(({ op, title }) => [op, title]),
    [["create", "one"], ["create", "two"], ["patch", "old"], ["delete", "old"]]);
  assert.equal(box.entries[0].error.status, 0);
  assert.deepEqual(new_tasks(box.entries).map(({ title, revision }) => [title, revision]), [["two", 0], ["one", 0]]);
  assert.equal(overlay(task, box.entries), null);
  assert.equal(overlay(task, box.entries.slice(0, -1)).title, "older");
  await back(network, box);
  assert.deepEqual(await titles(api), ["one", "two"]);
  assert.deepEqual((await api.get("tasks/trash")).tasks.map(({ title }) => title), ["older"]);
});

test("a change is shown from the moment it is made, also while it is being kept, and counts once", async () => {
  const { browser, box } = await signed_up();
  const { task } = await box.submit({ op: "create", task: { title: "old" } });
  const { change } = browser.outbox;
  let keep;
  browser.outbox.change = async (...given) => {
    await new Promise((resolve) => { keep = resolve; });
    browser.outbox.change = change;
    return change.apply(browser.outbox, given);
  };
  const doing = box.submit({ op: "complete", id: task.id, is_completed: true });
  assert.deepEqual(box.entries, []);
  assert.equal(overlay(task, box.pending).is_completed, true);
  keep();
  await doing;
  await settled(box);
  assert.deepEqual(box.pending, []);
});

test("it tries again by itself", async () => {
  const { box, api, network } = await signed_up();
  network.instead = away;
  await box.submit({ op: "create", task: { title: "one" } });
  network.instead = null;
  await settled(box); // after the first pause of about a second
  assert.deepEqual(await titles(api), ["one"]);
});

test("a change whose answer is lost is done once, and is no conflict with itself", async () => {
  const { box, api, network } = await signed_up();
  const lose_answer = async (url, options) => {
    await fetch(url, options);
    throw new TypeError("network error");
  };
  network.instead = lose_answer;
  await box.submit({ op: "create", task: { title: "one" } });
  await back(network, box);
  const [task] = (await api.get("tasks")).tasks;
  network.instead = lose_answer;
  await box.submit({ op: "patch", id: task.id, task: { title: "two" }, revision: task.revision });
  await box.submit({ op: "patch", id: task.id, task: { description: "more" }, revision: task.revision });
  await back(network, box);
  network.instead = lose_answer;
  await box.submit({ op: "complete", id: task.id, is_completed: true });
  await back(network, box);
  const now = await api.get(`tasks/${task.id}`);
  assert.deepEqual([now.title, now.description, now.is_completed], ["two", "more", true]);
  assert.equal((await api.get("tasks")).total, 1);
  assert.deepEqual(box.entries, []);
});

test("edits of what has not been sent go into it; a deletion that has not been sent can be taken back", async () => {
  const { box, api, network } = await signed_up();
  const { task } = await box.submit({ op: "create", task: { title: "kept" } });
  network.instead = away;
  await box.submit({ op: "create", task: { title: "first" } }); // it is being tried: what follows has not been
  const id = "01a21487-356a-7e34-b99b-459a9ee4b954";
  await box.submit({ op: "create", id, task: { title: "one" } });
  await box.submit({ op: "patch", id, task: { title: "two", tags: ["home"] }, revision: 0 });
  await box.submit({ op: "complete", id, is_completed: true });
  assert.deepEqual(box.entries.map(({ op, title }) => [op, title]), [["create", "first"], ["create", "two"]]);
  await box.submit({ op: "patch", id: task.id, task: { title: "a" }, revision: task.revision });
  await box.submit({ op: "patch", id: task.id, task: { title: "b" }, revision: task.revision });
  assert.equal(box.entries.length, 3);
  const other = "01a21487-356a-7e34-b99b-459a9ee4b955";
  await box.submit({ op: "create", id: other, task: { title: "to the trash" } });
  await box.submit({ op: "delete", id: other });
  await box.submit({ op: "delete", id: task.id, revision: task.revision });
  assert.deepEqual(await box.submit({ op: "restore", id: task.id }), { task: null, waiting: false });
  assert.equal(box.entries.length, 5);
  await back(network, box);
  const { title, tags, is_completed } = await api.get(`tasks/${id}`);
  assert.deepEqual([title, tags, is_completed], ["two", ["home"], true]);
  assert.equal((await api.get(`tasks/${task.id}`)).title, "b");
  assert.equal((await api.get("tasks")).total, 3);
  assert.deepEqual((await api.get("tasks/trash")).tasks.map(({ title }) => title), ["to the trash"]);
});

test("edits on edits follow the revision that those make, also when the answer is not shown yet", async () => {
  const { box, api, network } = await signed_up();
  const { task } = await box.submit({ op: "create", task: { title: "zero" } });
  network.instead = async (url) => { if (!String(url).endsWith("/refresh")) await sleep(20); };
  const seen = { id: task.id, revision: task.revision };
  await Promise.all([
    box.submit({ op: "patch", task: { title: "one" }, ...seen }),
    sleep(10).then(() => box.submit({ op: "patch", task: { description: "two" }, ...seen })),
    sleep(15).then(() => box.submit({ op: "complete", is_completed: true, id: task.id })),
  ]);
  await box.submit({ op: "patch", task: { priority: "high" }, ...seen });
  await box.submit({ op: "patch", task: { tags: ["home"] }, id: task.id, revision: 0 }); // as if it were still new
  const now = await api.get(`tasks/${task.id}`);
  assert.deepEqual([now.title, now.description, now.is_completed, now.priority, now.tags], ["one", "two", true, "high", ["home"]]);
});

test("what another tab tells late of a change is not taken for the last one", async () => {
  const { box, api } = await signed_up();
  const { task } = await box.submit({ op: "create", task: { title: "zero" } });
  const seen = { id: task.id, revision: task.revision };
  const first = next_event(box, "sent");
  await box.submit({ op: "patch", task: { title: "one" }, ...seen });
  await box.submit({ op: "patch", task: { title: "two" }, ...seen });
  const heard = next_event(box, "sent");
  new BroadcastChannel(`taskdock-outbox:${api.scope}`).postMessage({ kind: "sent", ...(await first).detail });
  await heard;
  const { task: last } = await box.submit({ op: "patch", task: { title: "three" }, ...seen });
  assert.equal(last.title, "three");
});

test("a conflict with somebody else's edit waits for a decision, others go on", async () => {
  const { box, api, elsewhere, network } = await signed_up();
  const { task } = await box.submit({ op: "create", task: { title: "mine" } });
  network.instead = away;
  await box.submit({ op: "patch", id: task.id, task: { title: "mine again" }, revision: task.revision });
  await box.submit({ op: "patch", id: task.id, task: { description: "and more" }, revision: task.revision });
  await box.submit({ op: "create", task: { title: "another" } });
  const theirs = await elsewhere.patch(`tasks/${task.id}`, { body: { title: "theirs" } });
  const refused = next_event(box, "refused");
  network.instead = null;
  box.wake();
  const { detail: entry } = await refused;
  assert.equal(entry.error.status, 412);
  await sleep(50);
  while (box.entries.some(({ op }) => op === "create")) await next_event(box, "change");
  assert.deepEqual(await titles(api), ["theirs", "another"]);
  assert.equal(box.entries[0].state, "refused");
  assert.equal(box.entries.at(-1).id, task.id, "what follows it waits for the decision");

  await box.decide(entry.number, { revision: theirs.revision });
  await settled(box);
  const now = await api.get(`tasks/${task.id}`);
  assert.deepEqual([now.title, now.description], ["mine again", "and more"]);

  await elsewhere.patch(`tasks/${task.id}`, { body: { title: "theirs" } });
  await assert.rejects(box.submit({ op: "delete", id: task.id, revision: now.revision }), { status: 412 });
  await box.decide(box.entries[0].number, "drop");
  assert.deepEqual(box.entries, []);
  assert.deepEqual(await titles(api), ["theirs", "another"]);
});

test("what the server refuses is told to whoever has asked, and kept until it is decided about", async () => {
  const { box, elsewhere } = await signed_up();
  await assert.rejects(box.submit({ op: "create", task: { title: " " } }), (error) => error.status === 422 && "title" in error.fields);
  const [bad] = box.entries;
  await box.decide(bad.number, { task: { ...bad.task, title: "Buy milk" } });
  await settled(box);
  const [task] = (await elsewhere.get("tasks")).tasks;
  assert.equal(task.title, "Buy milk");
  await elsewhere.delete(`tasks/${task.id}`);
  await assert.rejects(box.submit({ op: "patch", id: task.id, task: { title: "x" }, revision: task.revision }),
    { status: 404, message: "Task not found" });
  await box.decide(box.entries[0].number, "drop");
  assert.deepEqual(await box.submit({ op: "delete", id: task.id }), { task: null, waiting: false }, "it is gone, as wanted");
});

test("a proxy's page and a missing launch token refuse nothing: the changes wait", async () => {
  const { box, api, network } = await signed_up();
  const page = (status) => async () => new Response("<h1>No</h1>", { status, headers: { "content-type": "text/html" } });
  network.instead = page(404);
  assert.deepEqual(await box.submit({ op: "create", task: { title: "one" } }), { task: null, waiting: true });
  network.instead = page(200);
  await box.submit({ op: "create", task: { title: "two" } });
  network.instead = async () => Response.json({ detail: "Launch token required", message: "Launch token required", status_code: 403 }, { status: 403 });
  await box.submit({ op: "create", task: { title: "three" } });
  await back(network, box);
  assert.deepEqual(await titles(api), ["one", "two", "three"]);
});

test("a proxy's 404 does not make a task deleted", async () => {
  const { box, api, network } = await signed_up();
  const { task } = await box.submit({ op: "create", task: { title: "one" } });
  network.instead = async () => new Response("<h1>No</h1>", { status: 404, headers: { "content-type": "text/html" } });
  assert.deepEqual(await box.submit({ op: "delete", id: task.id }), { task: null, waiting: true });
  assert.equal(box.entries.length, 1);
  await back(network, box);
  assert.deepEqual(await titles(api), []);
});

test("a decision says whether it was taken: none can be about what is being sent, or is gone", async () => {
  const { box, api, network } = await signed_up();
  let answer;
  const held = new Promise((resolve) => { answer = resolve; });
  network.instead = async (url, options) => {
    await held;
    return fetch(url, options);
  };
  const doing = box.submit({ op: "create", task: { title: "one" } });
  while (box.entries[0]?.state !== "sending") await next_event(box, "change");
  const [{ number: sent }] = box.entries;
  assert.equal(await box.decide(sent, "drop"), false);
  answer();
  await doing;
  await settled(box);
  assert.equal(await box.decide(sent, "drop"), false);
  assert.deepEqual(await titles(api), ["one"]);
  await assert.rejects(box.submit({ op: "create", task: { title: " " } }), { status: 422 });
  assert.equal(await box.decide(box.entries[0].number, "drop"), true);
  assert.deepEqual(box.entries, []);
});

test("a refused change that is tried again as it was still overwrites nothing that was made elsewhere", async () => {
  const { box, api, network, elsewhere } = await signed_up();
  const { task } = await box.submit({ op: "create", task: { title: "one" } });
  const body = { detail: "Too large", message: "Too large", status_code: 413 };
  network.instead = async () => Response.json(body, { status: 413 });
  await assert.rejects(box.submit({ op: "patch", id: task.id, task: { title: "mine" }, revision: task.revision }), { status: 413 });
  network.instead = null;
  await elsewhere.patch(`tasks/${task.id}`, { body: { title: "theirs" } });
  const refused = next_event(box, "refused");
  const [{ number: first, revision }] = box.entries;
  assert.equal(await box.decide(first, { revision }), true);
  assert.equal((await refused).detail.error.status, 412);
  assert.deepEqual(await titles(api), ["theirs"]);
});

test("two tabs show the same, one of them sends, and each hears what becomes of its changes", async () => {
  const { browser, box, network } = await signed_up();
  const other = open_box(browser);
  other.box.start();
  const heard = next_event(box, "sent");
  const { task } = await other.box.submit({ op: "create", task: { title: "from the second" } });
  assert.equal((await heard).detail.task.id, task.id);
  assert.ok(!other.network.asked.includes("POST /api/tasks"));
  network.instead = away;
  assert.deepEqual(await other.box.submit({ op: "create", task: { title: "later" } }), { task: null, waiting: true });
  while (box.entries.length === 0) await next_event(box, "change");
  assert.deepEqual(box.entries.map(({ title }) => title), ["later"]);

  box.stop(); // the tab is closed: the other sends
  await settled(other.box);
  assert.deepEqual(await titles(other.api), ["from the second", "later"]);
  assert.equal(other.network.asked.filter((line) => line === "POST /api/tasks").length, 1);
});

test("another user's log-in never sends what waits; the first one's next log-in does", async () => {
  const { box, api, network, elsewhere } = await signed_up();
  const { email } = api.session.user;
  network.instead = async (url) => (String(url).includes("/api/tasks") ? away() : null);
  await box.submit({ op: "create", task: { title: "mine" } });
  await api.log_out();
  assert.deepEqual(box.entries, []);
  network.instead = null;
  await api.sign_up({ email: `other${++number}@example.com`, password });
  await box.submit({ op: "create", task: { title: "other's" } });
  assert.deepEqual(await titles(api), ["other's"]);
  assert.deepEqual(await titles(elsewhere), []);
  await api.log_out();
  await api.log_in({ email, password });
  while ((await titles(elsewhere)).length === 0) await sleep(20);
  assert.deepEqual(await titles(elsewhere), ["mine"]);
});

test("what waits can be given up, all or one", async () => {
  const { box, api, network } = await signed_up();
  network.instead = away;
  for (const title of ["one", "two", "three"]) await box.submit({ op: "create", task: { title } });
  while (box.entries.some(({ state }) => state === "sending")) await next_event(box, "change");
  await box.decide(box.entries[1].number, "drop");
  assert.deepEqual(box.entries.map(({ title }) => title), ["one", "three"]);
  await box.clear(api.session.user.id);
  assert.deepEqual(box.entries, []);
  await back(network, box);
  assert.deepEqual(await titles(api), []);
});
