// What the web application keeps and shares in a real browser: changes that wait in IndexedDB, one stream and one sender
// for all tabs, and the tokens. With the browser's locks, and without them, as in a page that came by plain HTTP.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { projectDirectory, startServer } from "../testing/server.mjs";
import { launchBrowser } from "./browser.mjs";

let browser;
let server;
let number = 0;

before(async () => {
  browser = await launchBrowser();
  // The modules as they are, and no page that runs them.
  server = await startServer(["--web", join(projectDirectory, "src/web"), "--throttle", "off"]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A browser of its own, in which somebody has signed up in the first tab. */
async function newBrowser({ hasLocks = true } = {}) {
  const context = await browser.newContext();
  context.setDefaultTimeout(180_000);
  const requests = [];
  context.on("request", (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  if (!hasLocks) await context.addInitScript(() => { delete Navigator.prototype.locks; });
  const tab = await openTab(context);
  await tab.evaluate((email) => api.sign_up({ email, password: "correct horse battery" }), `user${++number}@example.com`);
  return { context, tab, requests, count: (line) => requests.filter((each) => each === line).length };
}

async function openTab(context) {
  const tab = await context.newPage();
  await tab.goto(`${server.origin}/uuid.js`);
  await tab.evaluate(async () => {
    const [{ Api }, { Outbox }, { Events }] =
      await Promise.all([import("/api.js"), import("/outbox.js"), import("/events.js")]);
    const api = new Api({ base: `${location.origin}/` });
    Object.assign(globalThis, { api, outbox: new Outbox({ api }), events: new Events({ api }), told: [] });
    events.addEventListener("task", ({ detail }) => told.push(detail.title));
    outbox.start();
    events.start();
  });
  return tab;
}

const live = (tab) => tab.waitForFunction(() => globalThis.events?.state === "live");
const told = (tab, titles) => tab.waitForFunction((wanted) => JSON.stringify(told) === wanted, JSON.stringify(titles));
const create = (tab, title) => tab.evaluate((text) => outbox.submit({ op: "create", task: { title: text } }), title);
const titles = (tab) => tab.evaluate(async () => (await api.get("tasks")).tasks.map(({ title }) => title).reverse());

/** Waits until the user has these tasks. */
async function shows(tab, wanted) {
  for (const end = Date.now() + 180_000; JSON.stringify(await titles(tab)) !== JSON.stringify(wanted);) {
    assert.ok(Date.now() < end, `still ${await titles(tab)}`);
  }
}

test("changes outlive the page while the server is away, and are sent by the next one", async () => {
  const { context, tab, count } = await newBrowser();
  await context.setOffline(true);
  assert.deepEqual(await create(tab, "one"), { task: null, waiting: true });
  await create(tab, "two");
  await tab.close();
  await context.setOffline(false);
  const next = await openTab(context);
  await shows(next, ["one", "two"]);
  await next.waitForFunction(() => outbox.entries.length === 0);
  assert.ok(count("POST /api/tasks") >= 3);
  await context.close();
});

for (const hasLocks of [true, false]) {
  const how = hasLocks ? "by the browser's locks" : "without the browser's locks";

  test(`one tab has the stream for all, and another goes on when it is closed, ${how}`, async () => {
    const { context, tab, count } = await newBrowser({ hasLocks });
    await live(tab);
    const others = [await openTab(context), await openTab(context)];
    for (const each of others) await live(each);
    await create(others[0], "one");
    for (const each of [tab, ...others]) await told(each, ["one"]);
    assert.equal(count("GET /api/events"), 1);
    await tab.goto("about:blank"); // left as by a person, who gives a page the time to say goodbye
    await tab.close();
    await create(others[1], "two");
    for (const each of others) await told(each, ["one", "two"]);
    assert.equal(count("GET /api/events"), 2);
    assert.deepEqual((await Promise.all(others.map((each) => each.evaluate(() => events.leads)))).sort(), [false, true]);
    await context.close();
  });

  test(`changes of all tabs are sent once, in order, ${how}`, async () => {
    const { context, tab, count } = await newBrowser({ hasLocks });
    await live(tab);
    const other = await openTab(context);
    await live(other);
    await Promise.all([
      tab.evaluate(async () => { for (let i = 0; i < 10; ++i) await outbox.submit({ op: "create", task: { title: `a${i}` } }); }),
      other.evaluate(async () => { for (let i = 0; i < 10; ++i) await outbox.submit({ op: "create", task: { title: `b${i}` } }); }),
    ]);
    // A change that has no answer for some seconds is said to wait.
    for (const each of [tab, other]) await each.waitForFunction(() => outbox.entries.length === 0);
    const all = await titles(tab);
    for (const letter of "ab") {
      assert.deepEqual(all.filter((title) => title.startsWith(letter)), Array.from({ length: 10 }, (_, i) => letter + i));
    }
    assert.equal(count("POST /api/tasks"), 20);
    await context.close();
  });

  test(`a token that has ended is refreshed for all tabs, and nobody is logged out, ${how}`, async () => {
    const { context, tab, count } = await newBrowser({ hasLocks });
    await live(tab);
    const others = [await openTab(context), await openTab(context)];
    for (const each of others) await live(each);
    await tab.evaluate(() => {
      const key = Object.keys(localStorage).find((name) => name.startsWith("taskdock-session:"));
      localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), good_until: 0 }));
      api.session.look();
    });
    const answers = await Promise.all([tab, ...others].map((each) => each.evaluate(async () => {
      await new Promise((resolve) => { setTimeout(resolve, 300); }); // the storage's event
      return (await api.get("tasks")).total;
    })));
    assert.deepEqual(answers, [0, 0, 0]);
    // Once; but a browser may show one tab a little later what another has written, and the server allows for that.
    assert.ok(count("POST /api/auth/refresh") >= 1);
    const kept = () => localStorage.getItem(Object.keys(localStorage).find((name) => name.startsWith("taskdock-session:")));
    const tokens = await tab.evaluate(kept);
    assert.ok(JSON.parse(tokens).refresh_token);
    for (const each of others) {
      await each.waitForFunction((wanted) => Object.values(localStorage).some((text) => text.includes(wanted)), JSON.parse(tokens).refresh_token);
    }
    await context.close();
  });
}

test("a log-out ends all tabs, and what waited stays for the same user alone", async () => {
  const { context, tab } = await newBrowser();
  const other = await openTab(context);
  await live(other);
  const email = await tab.evaluate(() => api.session.user.email);
  await context.setOffline(true);
  await create(tab, "mine");
  await tab.evaluate(() => api.log_out());
  await other.waitForFunction(() => !api.session.logged_in && outbox.entries.length === 0);
  await context.setOffline(false);
  await other.evaluate((address) => api.sign_up({ email: address, password: "correct horse battery" }), `user${++number}@example.com`);
  await tab.waitForFunction((address) => api.session.user && api.session.user.email !== address, email);
  await create(tab, "other's");
  await shows(other, ["other's"]);
  await other.evaluate((address) => api.log_in({ email: address, password: "correct horse battery" }), email);
  await shows(other, ["mine"]);
  await other.waitForFunction(() => outbox.entries.length === 0);
  await tab.waitForFunction((address) => api.session.user?.email === address, email);
  assert.deepEqual(await titles(tab), ["mine"]);
  await context.close();
});
