// Random changes by two tabs over a network that fails at random, before a request arrives or after it was done: in the
// end the server has exactly what the same changes make one after the other. TASKDOCK_TEST_SEED=N makes other ones.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Random } from "../contract/generate.mjs";
import { startServer } from "../testing/server.mjs";
import { make_browser, next_event, open_tab, watching_fetch } from "./tabs.mjs";
import { Outbox } from "../../src/web/outbox.js";
import { memory_storage } from "../../src/web/outbox_storage.js";
import { uuid7 } from "../../src/web/uuid.js";

const seed = Number(process.env.TASKDOCK_TEST_SEED ?? 20260808);
let server;

before(async () => { server = await startServer(["--throttle", "off"]); });
after(() => server.stop());

/** A network on which requests get lost, or their answers do, as often as `risk()` says. */
function bad_network(random, risk) {
  const network = watching_fetch();
  network.instead = async (url, options) => {
    if (!url.pathname.startsWith("/api/tasks") || options.method === "GET" || !random.chance(risk())) return null;
    if (random.chance(0.5)) await fetch(url, options); // done, and nobody hears of it
    throw new TypeError("network error");
  };
  return network;
}

const edits = (random, word) => random.pick([
  { title: word }, { description: word }, { description: null }, { priority: "high" }, { tags: [word] }, { title: word, priority: null },
]);

/** One random change of one of the tasks that there are, made of what the model says, and made in the model as well. */
function random_change(random, model, gone, round) {
  const ids = [...model.keys()];
  const choice = random.next();
  if (ids.length === 0 || choice < 0.25) {
    const id = uuid7();
    const task = { title: `new ${round}` };
    model.set(id, { title: task.title, description: null, priority: null, tags: [], is_completed: false });
    return { op: "create", id, task };
  }
  if (gone.size > 0 && choice < 0.35) {
    const [id, task] = random.pick([...gone]);
    gone.delete(id);
    model.set(id, task);
    return { op: "restore", id };
  }
  const id = random.pick(ids);
  const task = model.get(id);
  if (choice < 0.45) {
    model.delete(id);
    gone.set(id, task);
    return { op: "delete", id };
  }
  if (choice < 0.6) {
    const is_completed = random.chance(0.7);
    model.set(id, { ...task, is_completed });
    return { op: "complete", id, is_completed };
  }
  const edit = edits(random, `edit ${round}`);
  model.set(id, { ...task, ...edit });
  return { op: "patch", id, task: edit };
}

test("whatever gets lost on the way, each change is done once, in order", async () => {
  const random = new Random(seed);
  const context = `seed ${seed}`;
  const browser = { ...make_browser(), outbox: memory_storage() };
  let risk = 0.5;
  const boxes = [1, 2].map(() => {
    const api = open_tab(browser, server.origin, { fetch: bad_network(random, () => risk) });
    return { api, box: new Outbox({ api, storage: browser.outbox, said_to_wait_after: 60_000 }) };
  });
  await boxes[0].api.sign_up({ email: "ann@example.com", password: "correct horse battery" });
  boxes[1].api.session.look();
  const model = new Map();
  const gone = new Map(); // what is in the trash
  const revisions = new Map(); // as the screen knows them
  const refused = []; // which nothing may be
  for (const { box } of boxes) {
    // What the other tab has done may be told late: the screen shows the highest revision.
    box.addEventListener("sent", ({ detail: { task } }) =>
      task && revisions.set(task.id, Math.max(revisions.get(task.id) ?? 0, task.revision)));
    box.addEventListener("refused", ({ detail }) => refused.push(detail));
  }

  for (let round = 0; round < 300; ++round) {
    const change = random_change(random, model, gone, round);
    // Most edits are on the condition that the task is what the screen shows.
    if (change.op === "patch" && random.chance(0.8)) change.revision = revisions.get(change.id) ?? 0;
    const { box } = random.pick(boxes);
    const submitted = box.submit(change);
    if (random.chance(0.7)) await submitted;
    else await sleep(random.integer(0, 3));
    submitted.catch(() => {});
    if (random.chance(0.05)) {
      box.stop(); // a tab is closed, and opened again
      box.start();
    }
  }
  risk = 0;
  const [{ box, api }] = boxes;
  while (box.entries.length > 0 && refused.length === 0) {
    box.wake();
    await Promise.race([next_event(box, "change"), sleep(100)]);
  }
  assert.deepEqual(refused, [], context);
  const { tasks } = await api.get("tasks", { query: { limit: 100 } });
  const there = tasks.map(({ id, title, description, priority, tags, is_completed }) =>
    [id, { title, description, priority, tags, is_completed }]);
  const byId = (a, b) => (a[0] < b[0] ? -1 : 1);
  assert.deepEqual(there.sort(byId), [...model].sort(byId), context);
  for (const each of boxes) each.box.stop();
});
