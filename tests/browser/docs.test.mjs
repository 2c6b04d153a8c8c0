// The two pages about the API in a browser that has no network but the server.

import assert from "node:assert/strict";
import { test } from "node:test";

import { operationsOf } from "../contract/schemas.mjs";
import { call, fetchDocument, password, signUp } from "../testing/client.mjs";
import { openPage, startForAllTests, takePicture } from "./browser.mjs";
import { checkContrast, checkPaper, checkWidth } from "./readability.mjs";

const { server, browser } = await startForAllTests([]);
const operations = operationsOf(await fetchDocument(server));

const sorted = (list) => [...list].sort();

/** Opens /docs and waits until it shows the operations. */
async function openDocs(options = {}) {
  const opened = await openPage(browser, server, { viewport: { width: 1280, height: 1500 }, ...options });
  await opened.page.goto(`${server.origin}/docs`);
  await opened.page.locator(".opblock").nth(operations.length - 1).waitFor();
  return opened;
}

// It takes seconds to draw all operations, so most tests share one page, in which they go on from each other.
const { page, checkQuiet } = await openDocs({ colorScheme: "light" });

/** What the browser itself writes to the console of an answer without a token. */
const complaint = /status of 401/;

/** Opens an operation of /docs, presses Execute and resolves with its block once there is an answer. */
async function execute(tag, operationId, fill = async () => {}) {
  const block = page.locator(`#operations-${tag}-${operationId}`);
  if (await block.locator(".btn-clear").count() > 0) await block.locator(".btn-clear").click();
  else await block.locator(".opblock-summary-control").click();
  await fill(block);
  await block.locator("button.execute").click();
  await block.locator(".live-responses-table tbody .response-col_status").waitFor();
  return block;
}

const statusIn = async (block) =>
  (await block.locator(".live-responses-table tbody .response-col_status").first().innerText()).trim();

const fillBody = (json) => (form) =>
  form.locator("textarea.body-param__text").fill(JSON.stringify(json));

/** Has the page send `token` from now on. */
async function authorize(token) {
  await page.locator(".btn.authorize").click();
  const bearer = page.locator(".auth-container").first(); // another one is for tickets
  const former = bearer.getByRole("button", { name: "Remove authorization" });
  if (await former.count() > 0) await former.click();
  await bearer.locator("input").fill(token);
  await bearer.locator("button.authorize").click();
  await bearer.locator("button.btn-done").click();
}

test("/docs lists every operation, by name, method, path and summary", async () => {
  const textsOf = async (part) => (await page.locator(`.opblock ${part}`).allInnerTexts())
    // Where a path may be broken there is a zero-width space.
    .map((text) => text.replaceAll("\u200b", "").trim());
  const parts = await Promise.all([".opblock-summary-operation-id", ".opblock-summary-method",
    ".opblock-summary-path", ".opblock-summary-description"].map(textsOf));
  const rows = parts[0].map((_, index) => parts.map((part) => part[index]).join(" | "));
  assert.deepEqual(sorted(rows), sorted(operations.map(({ operationId, method, path, summary }) =>
    [operationId, method, path, summary].join(" | "))));
  checkQuiet();
});

test("without a token /docs shows the error as the server sent it", async () => {
  const block = await execute("accounts", "get_me");
  assert.equal(await statusIn(block), "401");
  assert.ok((await block.locator(".live-responses-table").innerText()).includes("Not authenticated"));
  checkQuiet(complaint);
});

test("whoever has nothing but /docs can sign up with the example as it stands", async () => {
  const block = await execute("accounts", "signup");
  assert.equal(await statusIn(block), "201");
  assert.ok((await block.locator(".live-responses-table").innerText()).includes("access_token"));
  checkQuiet(complaint);
});

/** Who has signed up on /docs, as the answer there says. */
let ann;

test("with the token of a sign-up on /docs, a task can be created there", async () => {
  const signup = await execute("accounts", "signup", fillBody({ email: "docs@example.com", password }));
  assert.equal(await statusIn(signup), "201");
  const text = await signup.locator(".live-responses-table").innerText();
  ann = { token: /"access_token": "([^"]+)"/.exec(text)[1], id: /"id": "([^"]+)"/.exec(text)[1] };
  await authorize(ann.token);
  const block = await execute("tasks", "create_task", (form) =>
    form.locator("textarea.body-param__text").fill('{"title": "Buy milk 🥛"}'));
  assert.equal(await statusIn(block), "201");
  assert.ok((await block.locator(".live-responses-table").innerText()).includes("Buy milk 🥛"));
  assert.ok((await block.locator(".curl-command").innerText()).includes(`${server.origin}/api/tasks`));
  await block.evaluate((element) => element.scrollIntoView());
  await takePicture(page, "docs");

  const { json } = await call(server, { path: "/api/tasks", token: ann.token });
  assert.deepEqual(json.tasks.map(({ title }) => title), ["Buy milk 🥛"]);
  assert.equal(json.tasks[0].user_id, ann.id);
  checkQuiet(complaint);
});

test("parameters in the path and in the query can be tried from /docs", async () => {
  const block = await execute("tasks", "list_tasks_of_user", async (form) => {
    await form.locator('tr[data-param-name="user_id"] input').fill(ann.id);
    await form.locator('tr[data-param-name="limit"] input').fill("7");
  });
  assert.equal(await statusIn(block), "200");
  const text = await block.locator(".live-responses-table").innerText();
  assert.match(text, /"total": 1/);
  assert.match(text, /"limit": 7/);
  checkQuiet(complaint);
});

test("whoever signed up on /docs can see the session there, and log out", async () => {
  const list = await execute("accounts", "list_sessions");
  assert.equal(await statusIn(list), "200");
  assert.match(await list.locator(".live-responses-table").innerText(), /"current": true/);
  assert.equal(await statusIn(await execute("accounts", "log_out")), "204");
  assert.equal((await call(server, { path: "/api/auth/me", token: ann.token })).status, 401);
  checkQuiet(complaint);
});

// A DELETE with a body is rare: not every tool sends one.
test("an account can be deleted from /docs", async () => {
  const { email, token } = await signUp(server);
  await authorize(token);
  const block = await execute("accounts", "delete_me", fillBody({ current_password: password }));
  assert.equal(await statusIn(block), "204");
  const login = await call(server, {
    method: "POST", path: "/api/auth/login", json: { email, password },
  });
  assert.equal(login.status, 401);
  checkQuiet(complaint);
});

test("/docs follows the system from the light colour scheme to the dark one", async () => {
  await checkPaper(page, "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator("html.dark-mode").waitFor();
  await checkPaper(page, "dark");
  await page.close();
});

/** Opens /redoc and waits until it shows the operations. */
async function openRedoc(options = {}) {
  const opened = await openPage(browser, server, { viewport: { width: 1400, height: 1000 }, ...options });
  await opened.page.goto(`${server.origin}/redoc`);
  await drawnIn(opened.page);
  return opened;
}

const drawnIn = (redoc) =>
  redoc.locator('[data-section-id*="/operation/"]').nth(operations.length - 1).waitFor();

/** Fails unless the page can be read on a desk's and on a phone's screen. */
async function checkReadable(shown, name, colorScheme) {
  await checkPaper(shown, colorScheme);
  for (const width of [1280, 390]) {
    await shown.setViewportSize({ width, height: 900 });
    await checkContrast(shown, 100);
    await checkWidth(shown);
    await shown.evaluate(() => scrollTo(0, 0));
    await takePicture(shown, `${name}-${colorScheme}-${width}`);
  }
}

test("/docs can be read in the dark colour scheme, and in the light one, to which it follows the system", async () => {
  const docs = await openDocs({ colorScheme: "dark" });
  // One of each method, and one with a body.
  for (const operationId of ["list_tasks", "create_task", "replace_task", "update_task", "delete_task"]) {
    const block = docs.page.locator(`#operations-tasks-${operationId}`);
    await block.locator(".opblock-summary-control").click();
    await block.locator(".opblock-body .responses-wrapper").waitFor();
  }
  // The blocks are faded in.
  const still = () => docs.page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))));
  await still();
  await checkReadable(docs.page, "docs", "dark");
  await docs.page.emulateMedia({ colorScheme: "light" });
  await docs.page.locator("html:not(.dark-mode)").waitFor();
  await still();
  await checkReadable(docs.page, "docs", "light");
  docs.checkQuiet();
  await docs.close();
});

test("/redoc shows every operation, and can be read in both colour schemes, as the system has them", async () => {
  const redoc = await openRedoc({ colorScheme: "light" });
  const sections = await redoc.page.locator('[data-section-id*="/operation/"]').evaluateAll((all) =>
    Object.fromEntries(all.map((section) => [section.dataset.sectionId, section.innerText])));
  for (const { operationId, method, path, summary, tags } of operations) {
    const text = sections[`tag/${tags[0]}/operation/${operationId}`] ?? "";
    assert.ok(text.includes(summary), operationId);
    assert.ok(text.toUpperCase().includes(method), operationId);
    assert.ok(text.includes(path), operationId);
  }
  assert.equal(Object.keys(sections).length, operations.length);
  await redoc.page.evaluate(() =>
    document.querySelector('[data-section-id="tag/tasks/operation/create_task"]').scrollIntoView());
  await takePicture(redoc.page, "redoc");
  await checkReadable(redoc.page, "redoc", "light");
  await Promise.all([redoc.page.waitForEvent("load"), redoc.page.emulateMedia({ colorScheme: "dark" })]);
  await drawnIn(redoc.page);
  await checkReadable(redoc.page, "redoc", "dark");
  redoc.checkQuiet();
  await redoc.close();
});
