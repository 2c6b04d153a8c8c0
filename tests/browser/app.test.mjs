// The web application at /app/ in a browser that has no network but the server: the whole life of a user.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { operationsOf } from "../contract/schemas.mjs";
import { call, fetchDocument, password, signUp } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";
import { addTask, arrived, eventually, goTo, logIn, openApp, openAppOf, rowOf, settled, titlesOf } from "./app.mjs";
import { openPage, startForAllTests } from "./browser.mjs";

const { server, browser } = await startForAllTests();

test("it opens without a complaint, and without a request to anybody else", async () => {
  const { page, checkQuiet, close } = await openApp(browser, server);
  await eventually(() => page.title(), "Log in · Taskdock");
  await settled(page);
  checkQuiet();
  await close();
});

test("the forms are those that password managers know", async () => {
  const { page, close } = await openApp(browser, server);
  const fields = () => page.locator("form input").evaluateAll((inputs) =>
    inputs.map(({ type, autocomplete }) => `${type} ${autocomplete}`));
  assert.deepEqual(await fields(), ["email username", "password current-password"]);
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByRole("heading", { name: "Sign up" }).waitFor();
  assert.deepEqual(await fields(), ["text name", "email email", "password new-password"]);
  await close();
});

test("where nobody may sign up, it does not offer to", async () => {
  const closed = await startServer(["--signup", "closed"]);
  const { page, checkQuiet, close } = await openApp(browser, closed);
  assert.equal(await page.getByRole("link", { name: "Sign up" }).count(), 0);
  checkQuiet();
  await close();
  await closed.stop();
});

test("where only the first user may sign up, it offers that until there is one", async () => {
  const first = await startServer(["--signup", "first"]);
  const { page, checkQuiet, close } = await openApp(browser, first);
  await page.getByRole("link", { name: "Sign up" }).waitFor();
  await signUp(first);
  await page.reload();
  await page.getByText("This server takes no new accounts.").waitFor();
  checkQuiet();
  await close();
  await first.stop();
});

for (const path of ["/", "/app/"]) {
  test(`with a launch token and a local user there is nothing to fill in, from ${path}`, async () => {
    const launchToken = "three-grey-geese_0123456789ABCDEF";
    const launched = await startServer(["--local-user", "Ann"], { launchToken });
    const { page, checkQuiet, close } = await openPage(browser, launched);
    const addresses = [];
    page.on("framenavigated", (frame) => addresses.push(frame.url()));
    await page.goto(`${launched.origin}${path}?launch=${launchToken}`);
    await page.getByLabel("New task").waitFor();
    assert.ok(page.url().startsWith(`${launched.origin}/app/`));
    await addTask(page, "Buy milk");
    await arrived(page, "Buy milk");
    await page.reload();
    await rowOf(page, "Buy milk").waitFor();
    assert.deepEqual(addresses.filter((address) => address.includes(launchToken)), [], "it is in no history");
    checkQuiet();
    await close();
    await launched.stop();
  });
}

test("a launch token that the server did not take out of the address is taken out of it", async () => {
  const { page, checkQuiet, close } = await openApp(browser, server, { path: "/app/?launch=old#/login" });
  assert.equal(page.url(), `${server.origin}/app/#/login`);
  checkQuiet();
  await close();
});

test("the whole life of a user", async () => {
  const documented = new Set(operationsOf(await fetchDocument(server)).map(({ method, path }) => `${method} ${path}`));
  const { page, checkQuiet, close } = await openApp(browser, server, { hash: "#/signup", acceptDownloads: true });
  const called = new Set();
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/")) called.add(`${request.method()} ${pathname}`);
  });
  const email = "life@example.com";
  await page.getByLabel("Name (optional)").fill("Ann");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign up" }).click();
  const { json: { access_token: token } } = await eventuallyLogsIn(email);
  const tasks = async () => (await call(server, { path: "/api/tasks?sort=created_at", token })).json.tasks;

  // What was understood is shown before it is added, and can be refused.
  await page.getByLabel("New task").fill("Pay rent tomorrow #home !high every month");
  await page.locator(".chip").nth(3).waitFor();
  await page.getByLabel("New task").press("Enter");
  await addTask(page, "Buy milk");
  await rowOf(page, "Buy milk").waitFor();
  await eventually(async () => (await tasks()).map(({ title }) => title), ["Pay rent", "Buy milk"]);
  const [rent] = await tasks();
  assert.deepEqual([rent.tags, rent.priority, rent.recurrence !== null, rent.due_date !== null], [["home"], "high", true, true]);

  // Edited in place, completed, undone, deleted, restored.
  await goTo(page, "#/all");
  await rowOf(page, "Buy milk").locator("button.title").click();
  await page.getByLabel("Title", { exact: true }).fill("Buy oat milk");
  await page.getByLabel("Notes").fill("two litres");
  await page.getByRole("button", { name: "Save" }).click();
  await rowOf(page, "Buy oat milk").waitFor();
  await eventually(async () => (await tasks())[1].description, "two litres");
  await rowOf(page, "Buy oat milk").getByRole("checkbox").click({ force: true });
  await eventually(async () => (await tasks())[1].is_completed, true);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await eventually(async () => (await tasks())[1].is_completed, false);
  await rowOf(page, "Buy oat milk").waitFor();
  await rowOf(page, "Buy oat milk").hover();
  await page.getByRole("button", { name: "Delete: Buy oat milk" }).click();
  await eventually(async () => (await tasks()).length, 1);
  await goTo(page, "#/trash");
  await page.getByRole("button", { name: "Restore: Buy oat milk" }).click();
  await eventually(async () => (await tasks()).length, 2);

  // Found by its tag and by a search.
  await goTo(page, "#/tag/home");
  await rowOf(page, "Pay rent").waitFor();
  const find = page.getByLabel("Search all tasks");
  await find.fill("oat");
  await eventually(() => titlesOf(page), ["Buy oat milk"]);
  // Escape leaves the search at once, or what the next key opens would be closed by it.
  assert.equal(await find.evaluate((field) => {
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    return location.hash;
  }), "#/tag/home");
  // Nor does a search come late, when another screen was asked for.
  await find.fill("oat");
  await page.getByRole("link", { name: "Done" }).first().click();
  await page.getByRole("heading", { name: "Done" }).waitFor();
  await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 400); })); // a pause in typing is 150 ms
  assert.deepEqual([new URL(page.url()).hash, await find.inputValue()], ["#/done", ""]);

  // The account.
  await goTo(page, "#/account");
  await page.getByLabel("Name", { exact: true }).fill("Ann B.");
  await page.getByRole("button", { name: "Change the name" }).click();
  await eventually(async () => (await call(server, { path: "/api/auth/me", token })).json.name, "Ann B.");
  await page.getByLabel("What it is for").fill("Report");
  await page.getByRole("button", { name: "Make a token" }).click();
  assert.match(await page.locator("code.secret").innerText(), /^tdk_/);
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("button", { name: "Save all tasks as a file" }).click(),
  ]);
  assert.match(await readFile(await download.path(), "utf8"), /Buy oat milk/);
  const sessions = page.getByRole("region", { name: "Sessions" });
  await sessions.getByRole("button", { name: "Log out elsewhere" }).click();
  await eventually(async () => (await call(server, { path: "/api/auth/me", token })).status, 401);
  await page.getByLabel("Password so far").fill(password);
  await page.getByLabel("New password", { exact: true }).fill(`${password} 2`);
  await page.getByLabel("New password again").fill(`${password} 2`);
  await page.getByRole("button", { name: "Change the password" }).click();
  await eventually(async () => (await logInByApi(email, `${password} 2`)).status, 200);

  // Out and in again, at the screen that was left; which lasts over a reload.
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await logIn(page, email, `${password} 2`);
  await page.getByRole("heading", { name: "Account", exact: true }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Delete the account…" }).click();
  await page.locator("#f-deletion-password").fill(`${password} 2`);
  checkQuiet();
  await page.getByRole("button", { name: "Delete everything" }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  assert.equal((await logInByApi(email, `${password} 2`)).status, 401);

  const patterns = [...documented].map((operation) => new RegExp(`^${operation.replace(/{\w+}/g, "[^/]+")}$`));
  assert.ok(called.size > 10);
  assert.deepEqual([...called].filter((each) => !patterns.some((pattern) => pattern.test(each))), []);
  // What was asked while the account went is answered so.
  checkQuiet(/status of 401/);
  await close();
});

const logInByApi = (email, given) =>
  call(server, { method: "POST", path: "/api/auth/login", json: { email, password: given } });

async function eventuallyLogsIn(email) {
  let answer;
  await eventually(async () => {
    answer = await logInByApi(email, password);
    return answer.status;
  }, 200);
  return answer;
}

const wicked = [
  "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "javascript:alert(1)", "\"><svg onload=alert(1)>",
  "{{constructor.constructor('alert(1)')()}}", "${alert(1)}", "\u202egnp.exe", "مرحبا <b>x</b>",
];

test("no title, tag, name or address is taken for anything but text", async () => {
  const user = await signUp(server);
  const post = (json) => call(server, { method: "POST", path: "/api/tasks", token: user.token, json });
  for (const text of wicked) {
    const { status } = await post({ title: text, description: text, tags: [text.replaceAll(",", "")] });
    assert.equal(status, 201, text);
  }
  await call(server, { method: "PATCH", path: "/api/auth/me", token: user.token, json: { name: wicked[0] } });
  const { page, checkQuiet, close } = await openAppOf(browser, server, { user, hash: "#/all" });
  const dialogs = [];
  page.on("dialog", (dialog) => { dialogs.push(dialog.message()); void dialog.dismiss(); });
  await eventually(async () => (await titlesOf(page)).sort(), [...wicked].sort());
  for (const text of wicked) {
    for (const hash of [`#/tag/${encodeURIComponent(text)}`, `#/search/${encodeURIComponent(text)}`, `#/${text}`, `#${text}`]) {
      await page.evaluate((to) => { location.hash = to; }, hash);
      await page.locator("h1").waitFor();
    }
  }
  await goTo(page, "#/all");
  await rowOf(page, wicked[0]).locator("button.title").click();
  await page.getByLabel("Title", { exact: true }).waitFor();
  assert.equal(await page.locator("main img, main script").count(), 0);
  assert.equal(await page.locator('a[href^="javascript:"]').count(), 0);
  assert.deepEqual(dialogs, []);
  checkQuiet();
  await close();
});

test("10,000 tasks are a list like any other", async () => {
  const user = await signUp(server);
  for (let start = 0; start < 10_000; start += 500) {
    const operations = Array.from({ length: 500 }, (_, index) => ({
      op: "create", task: { title: `Task ${start + index}`, due_date: index % 2 ? "2030-01-01" : null },
    }));
    const { status } = await call(server, { method: "POST", path: "/api/tasks/batch", token: user.token, json: { operations } });
    assert.equal(status, 200);
  }
  const { page, checkQuiet, close } = await openAppOf(browser, server, { user, hash: "#/all" });
  await page.getByText("10,000 tasks").waitFor();
  await page.locator("button.title").first().waitFor();
  for (let count = 0; count < 5; ++count) {
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.waitForFunction((before) => document.documentElement.scrollHeight > before, height);
  }
  assert.ok(await page.locator("[data-id]").count() < 500, "only what is near is in the document");
  await page.getByLabel("Search all tasks").fill("9999");
  await eventually(() => titlesOf(page), ["Task 9999"]);
  checkQuiet();
  await close();
});

test("who reaches the end of a list while it is asked for again is shown more once that is answered", async () => {
  const user = await signUp(server);
  const operations = Array.from({ length: 300 }, (_, index) => ({ op: "create", task: { title: `Task ${index}` } }));
  await call(server, { method: "POST", path: "/api/tasks/batch", token: user.token, json: { operations } });
  const { page, checkQuiet, close } = await openAppOf(browser, server, { user, hash: "#/search/Task" });
  await page.locator("button.title").first().waitFor();
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const list = /\/api\/tasks\?(?=.*q=Task)/;
  await page.route(list, (route) => held.then(() => route.continue()), { times: 1 });
  const asked = page.waitForRequest(list);
  // What a search finds is asked for again whenever a task has changed.
  await call(server, { method: "POST", path: "/api/tasks", token: user.token, json: { title: "Task from elsewhere" } });
  await asked;
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  // Whether the end is seen is told after the next frame is drawn.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));
  const more = page.waitForRequest(/\/api\/tasks\?(?=.*cursor=)/);
  release();
  await more;
  checkQuiet();
  await close();
});
