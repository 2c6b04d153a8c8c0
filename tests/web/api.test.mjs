// The client of the API against the server: sessions shared by tabs, errors, conditions and keys.

import assert from "node:assert/strict";
import http from "node:http";
import { once } from "node:events";
import { after, before, test } from "node:test";

import { startServer } from "../testing/server.mjs";
import { late_view, make_browser, next_event, open_tab, watching_fetch } from "./tabs.mjs";
import { Api, ApiError } from "../../src/web/api.js";
import { uuid7 } from "../../src/web/uuid.js";

const password = "correct horse battery";
let server;
let number = 0;

before(async () => { server = await startServer(["--throttle", "off"]); });
after(() => server.stop());

const account = () => ({ email: `user${++number}@example.com`, password });

/** A browser in which somebody has signed up, with two tabs. */
async function two_tabs() {
  const browser = make_browser();
  const fetches = [watching_fetch(), watching_fetch()];
  const [one, two] = fetches.map((each) => open_tab(browser, server.origin, { fetch: each }));
  const user = await one.sign_up(account());
  two.session.look();
  return { browser, fetches, one, two, user };
}

/** Makes the tabs of `browser` believe that their access token ends now. */
function age_token({ storage }, ...tabs) {
  const key = "taskdock-session:/";
  storage.setItem(key, JSON.stringify({ ...JSON.parse(storage.getItem(key)), good_until: 0 }));
  for (const tab of tabs) tab.session.look();
}

const refreshes = (fetches) => fetches.flatMap(({ asked }) => asked).filter((line) => line.endsWith("/refresh")).length;

test("what is asked for is below the page's prefix", () => {
  const api = new Api({ base: "http://example.com/prefix/", fetch });
  assert.equal(api.address("tasks").href, "http://example.com/prefix/api/tasks");
  assert.equal(api.address("/api/tasks", { tag: ["a b", "c"], q: "x&y", limit: 5, cursor: undefined, due: null }).href,
    "http://example.com/prefix/api/tasks?tag=a+b&tag=c&q=x%26y&limit=5");
  globalThis.document = { baseURI: "http://example.com/a/b/app/#/today" };
  assert.equal(new Api({ fetch }).address("tasks").href, "http://example.com/a/b/api/tasks");
  delete globalThis.document;
});

test("a sign-up begins a session in all tabs, a log-out ends it in all", async () => {
  const browser = make_browser();
  const [one, two] = [open_tab(browser, server.origin), open_tab(browser, server.origin)];
  assert.equal(one.session.logged_in, false);
  const began = [next_event(one.session, "began"), next_event(two.session, "began")];
  const user = await one.sign_up({ ...account(), name: "Ann" });
  two.session.look(); // as the browser's event makes it
  await Promise.all(began);
  assert.equal(two.session.user.id, user.id);
  assert.equal((await two.get("auth/me")).name, "Ann");

  const changed = next_event(two.session, "changed");
  one.session.update_user(await one.patch("auth/me", { body: { name: "Ann B." } }));
  two.session.look();
  await changed;
  assert.equal(two.session.user.name, "Ann B.");

  const ended = [next_event(one.session, "ended"), next_event(two.session, "ended")];
  await one.log_out();
  two.session.look();
  assert.deepEqual((await Promise.all(ended)).map(({ detail }) => detail), ["logout", "logout"]);
  await assert.rejects(two.get("tasks"), { name: "ApiError", status: 401 });
  assert.equal(open_tab(browser, server.origin).session.end_reason, "logout");
});

test("tabs whose token has ended refresh it once for all of them", async () => {
  const { browser, fetches, one, two } = await two_tabs();
  age_token(browser, one, two);
  await Promise.all([one.get("tasks"), one.get("tags"), two.get("tasks"), two.get("tags")]);
  assert.equal(refreshes(fetches), 1);
  age_token(browser, one, two);
  await two.get("tasks");
  await one.get("tasks");
  assert.equal(refreshes(fetches), 2);
});

test("a token that the server refuses is refreshed, and the request sent again, once", async () => {
  const { browser, fetches, one } = await two_tabs();
  const key = "taskdock-session:/";
  browser.storage.setItem(key, JSON.stringify({ ...JSON.parse(browser.storage.getItem(key)), access_token: "no.token.x" }));
  one.session.look();
  const task = await one.post("tasks", { body: { title: "Buy milk" } });
  assert.equal(task.title, "Buy milk");
  assert.equal(refreshes(fetches), 1);
});

test("a session that ended elsewhere is one event in each tab, and no tab asks on", async () => {
  const { browser, fetches, one, two, user } = await two_tabs();
  const elsewhere = open_tab(make_browser(), server.origin);
  await elsewhere.log_in({ email: user.email, password });
  await elsewhere.delete("auth/sessions");
  const reasons = [];
  for (const { session } of [one, two]) session.addEventListener("ended", ({ detail }) => reasons.push(detail));
  await assert.rejects(one.get("tasks"), { status: 401 });
  two.session.look();
  assert.deepEqual(reasons, ["elsewhere", "elsewhere"]);
  const asked = fetches.flatMap((each) => each.asked).length;
  await assert.rejects(two.get("tasks"), { status: 401 });
  assert.equal(fetches.flatMap((each) => each.asked).length, asked);
  assert.equal(refreshes(fetches), 1);
  assert.ok(browser.storage.getItem("taskdock-session:/").indexOf("token") < 0, "no token is kept");
});

test("a refresh whose answer was lost is tried again, and nobody is logged out", async () => {
  const { browser, fetches, one } = await two_tabs();
  let lost = 0;
  fetches[0].instead = async (url, options) => {
    if (!url.pathname.endsWith("/refresh") || lost > 0) return null;
    ++lost;
    await fetch(url, options); // done, and nobody hears of it
    throw new TypeError("network error");
  };
  age_token(browser, one);
  await one.get("tasks");
  assert.equal(lost, 1);
  assert.equal(one.session.logged_in, true);
});

test("while the server is away, nobody is logged out", async () => {
  const { browser, fetches, one } = await two_tabs();
  fetches[0].instead = async () => { throw new TypeError("network error"); };
  age_token(browser, one);
  await assert.rejects(one.get("tasks"), { status: 0, no_answer: true });
  assert.equal(one.session.logged_in, true);
  fetches[0].instead = async () => new Response("Bad gateway", { status: 502, headers: { "content-type": "text/html" } });
  await assert.rejects(one.get("tasks"), { status: 502 });
  assert.equal(one.session.logged_in, true);
});

test("a proxy that answers with status 401 logs nobody out", async () => {
  const { browser, fetches, one } = await two_tabs();
  fetches[0].instead = async () => new Response("<h1>No</h1>", { status: 401, headers: { "content-type": "text/html" } });
  await assert.rejects(one.get("tasks"), { status: 401, from_api: false });
  assert.equal(refreshes(fetches), 0);
  age_token(browser, one);
  await assert.rejects(one.get("tasks"), { status: 401, from_api: false });
  assert.equal(one.session.logged_in, true);
  fetches[0].instead = null;
  assert.equal((await one.get("tasks")).total, 0);
});

test("a log-out ends the session here before the server ends it, and with a new token if the old one has ended", async () => {
  const { browser, fetches, one } = await two_tabs();
  age_token(browser, one);
  let token;
  let was_logged_in;
  fetches[0].instead = async (url, { headers }) => {
    if (!url.pathname.endsWith("/logout")) return;
    was_logged_in = one.session.logged_in;
    token = headers.Authorization;
  };
  await one.log_out();
  assert.equal(was_logged_in, false);
  assert.equal(one.session.end_reason, "logout");
  assert.equal((await fetch(`${server.origin}/api/tasks`, { headers: { Authorization: token } })).status, 401);
});

test("a log-out without a server is a log-out", async () => {
  const { fetches, one } = await two_tabs();
  fetches[0].instead = async () => { throw new TypeError("network error"); };
  await one.log_out();
  assert.equal(one.session.end_reason, "logout");
});

/** Two tabs of one session that see late what the other has written, and the reasons that each says it ended for. */
async function late_tabs() {
  const { browser, one } = await two_tabs();
  const views = [late_view(browser.storage), late_view(browser.storage)];
  const tabs = views.map((storage) => open_tab({ ...browser, storage }, server.origin).session);
  const said = [[], []];
  tabs.forEach((tab, at) => tab.addEventListener("ended", ({ detail }) => said[at].push(detail)));
  const arrive = () => {
    // As often as one writes again what the other has written over.
    for (let round = 0; round < 3; ++round) {
      views.forEach((view, at) => { view.arrive(); tabs[at].look(); });
    }
  };
  return { one, tabs, said, arrive };
}

for (const reason of ["deleted", "logout"]) {
  test(`a tab that does not see yet why the session ends learns it: ${reason}`, async () => {
    const { tabs: [hears, knows], said, arrive } = await late_tabs();
    knows.expect_end(reason);
    hears.end("elsewhere");
    arrive();
    knows.end(reason);
    arrive();
    assert.deepEqual(said, [["elsewhere", reason], ["elsewhere", reason]]);
    assert.deepEqual([hears.end_reason, knows.end_reason], [reason, reason]);
  });

  test(`a reason is not lost to a tab that writes later and knows none: ${reason}`, async () => {
    const { tabs: [hears, knows], said, arrive } = await late_tabs();
    knows.end(reason);
    hears.end("elsewhere");
    arrive();
    assert.deepEqual(said, [["elsewhere", reason], [reason]]);
    assert.deepEqual([hears.end_reason, knows.end_reason], [reason, reason]);
  });
}

test("what a tab keeps of a session that has ended, which it does not see yet, does not bring it back", async () => {
  const { tabs: [keeps, ends], said, arrive } = await late_tabs();
  ends.end("logout");
  keeps.update_user({ ...keeps.user, name: "Ann" });
  arrive();
  assert.deepEqual(said, [["logout"], ["logout"]]);
  assert.deepEqual([keeps.logged_in, ends.logged_in], [false, false]);
});

test("the reason of a session's end is not that of the next one's", async () => {
  const { one, tabs: [first, second], said, arrive } = await late_tabs();
  first.end("logout");
  arrive();
  await one.sign_up(account());
  arrive();
  second.end("elsewhere");
  arrive();
  assert.deepEqual(said, [["logout", "elsewhere"], ["logout", "elsewhere"]]);
  // All of it before the other tab sees anything.
  await one.sign_up(account());
  one.session.end("logout");
  await one.sign_up(account());
  one.session.end("elsewhere");
  arrive();
  assert.deepEqual([one.session.end_reason, first.end_reason], ["elsewhere", "elsewhere"]);
});

test("another user's session is not used for what this one has begun", async () => {
  const { one, two, user } = await two_tabs();
  const reasons = [];
  two.session.addEventListener("ended", ({ detail }) => reasons.push(detail));
  await one.sign_up(account());
  two.session.look();
  assert.deepEqual(reasons, ["replaced"]);
  await assert.rejects(one.get("tasks", { user: user.id }), { status: 401 });
  assert.equal(one.session.logged_in, true);
});

test("errors have their status, their words, and what is wrong with each member", async () => {
  const { one } = await two_tabs();
  const error = await one.post("tasks", { body: { title: " ", tags: ["a", "b\u0001"], recurrence: "FREQ=DAILY" } })
    .catch((caught) => caught);
  assert.ok(error instanceof ApiError);
  assert.equal(error.status, 422);
  assert.equal(error.no_answer, false);
  assert.deepEqual(Object.keys(error.fields).sort(), ["recurrence", "tags", "title"]);
  assert.match(error.fields.tags, /^must not contain control characters/);
  assert.match(error.message, /^Title /);
  const missing = await one.get("tasks/00000000-0000-7000-8000-000000000000").catch((caught) => caught);
  assert.deepEqual([missing.status, missing.message, missing.fields], [404, "Task not found", {}]);
  await assert.rejects(one.log_in({ email: one.session.user.email, password: "wrong password" }),
    { status: 401, message: "Invalid email or password" });
  assert.equal(one.session.logged_in, true, "and the session is as it was");
});

test("revisions, keys and ETags are sent as the API wants them", async () => {
  const { one } = await two_tabs();
  const key = uuid7();
  const create = () => one.request("POST", "tasks", { body: { id: uuid7(), title: "Buy milk" }, key });
  const made = await create();
  assert.equal(made.status, 201);
  assert.equal(made.etag, `"${made.body.revision}"`);
  const path = `tasks/${made.body.id}`;
  const of_revision = (revision) => ({ headers: { "If-Match": `"${revision}"` } });
  const changed = await one.patch(path, { body: { title: "Buy bread" }, ...of_revision(made.body.revision) });
  await assert.rejects(one.patch(path, { body: { title: "Buy tea" }, ...of_revision(made.body.revision) }), { status: 412 });
  const list = await one.request("GET", "tasks");
  const again = await one.request("GET", "tasks", { if_none_match: list.etag });
  assert.deepEqual([again.status, again.body], [304, null]);
  assert.equal(await one.delete(path, of_revision(changed.revision)), null);
});

test("a network's log-in page is not taken for an answer, silence has an end, and a signal ends the waiting", async () => {
  const pages = http.createServer((request, response) => {
    if (request.url.includes("slow")) return; // says nothing
    response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome to the train's network</h1>");
  }).listen(0, "127.0.0.1");
  await once(pages, "listening");
  const api = open_tab(make_browser(), `http://127.0.0.1:${pages.address().port}`);
  await assert.rejects(api.get("tasks", { anonymous: true }), { status: 0 });
  await assert.rejects(api.get("slow", { anonymous: true, timeout: 50 }), { status: 0 });
  const stop = new AbortController();
  const waiting = api.get("slow", { anonymous: true, signal: stop.signal });
  stop.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  pages.closeAllConnections();
  pages.close();
});

test("a launch token's page logs the local user in", async () => {
  const launchToken = "l".repeat(40);
  const desktop = await startServer(["--local-user", "Ann"], { launchToken });
  const with_token = (url, options) =>
    fetch(url, { ...options, headers: { ...options.headers, "X-Taskdock-Launch": launchToken } });
  const api = open_tab(make_browser(), desktop.origin, { fetch: with_token });
  assert.equal((await api.log_in_by_launch()).name, "Ann");
  assert.deepEqual((await api.get("tasks")).tasks, []);
  await desktop.stop();
});
