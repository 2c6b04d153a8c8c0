// The two pages about the API in a browser that has no network but the server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { operationsOf } from "../contract/schemas.mjs";
import { call, fetchDocument, password, signUp } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";
import { launchBrowser, openPage, takePicture } from "./browser.mjs";
import { checkContrast, checkPaper, checkWidth } from "./readability.mjs";

let server;
let browser;
let operations;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
  operations = operationsOf(await fetchDocument(server));
});
after(async () => {
  await browser?.close();
  await server.stop();
});

const sorted = (list) => [...list].sort();

/** Opens /docs and waits until it shows the operations. */
async function openDocs(options = {}) {
  const opened = await openPage(browser, server, { viewport: { width: 1280, height: 1500 }, ...options });
  await opened.page.goto(`${server.origin}/docs`);
  await opened.page.locator(".opblock").nth(operations.length - 1).waitFor();
  return opened;
}

/** Opens an operation of /docs, presses Execute and resolves with its block once there is an answer. */
async function execute(page, tag, operationId, fill = async () => {}) {
  const block = page.locator(`#operations-${tag}-${operationId}`);
  await block.locator(".opblock-summary-control").click();
  await fill(block);
  await block.locator("button.execute").click();
  await block.locator(".live-responses-table tbody .response-col_status").waitFor();
  return block;
}

const statusIn = async (block) =>
  (await block.locator(".live-responses-table tbody .response-col_status").first().innerText()).trim();

const fillBody = (json) => (form) =>
  form.locator("textarea.body-param__text").fill(JSON.stringify(json));

async function authorize(page, token) {
  await page.locator(".btn.authorize").click();
  const bearer = page.locator(".auth-container").first(); // another one is for tickets
  await bearer.locator("input").fill(token);
  await bearer.locator("button.authorize").click();
  await bearer.locator("button.btn-done").click();
}

test("/docs lists every operation, by name, method, path and summary", async () => {
  const { page, checkQuiet, close } = await openDocs();
  const textsOf = async (part) => (await page.locator(`.opblock ${part}`).allInnerTexts())
    // Where a path may be broken there is a zero-width space.
    .map((text) => text.replaceAll("\u200b", "").trim());
  const parts = await Promise.all([".opblock-summary-operation-id", ".opblock-summary-method",
    ".opblock-summary-path", ".opblock-summary-description"].map(textsOf));
  const rows = parts[0].map((_, index) => parts.map((part) => part[index]).join(" | "));
  assert.deepEqual(sorted(rows), sorted(operations.map(({ operationId, method, path, summary }) =>
    [operationId, method, path, summary].join(" | "))));
  checkQuiet();
  await close();
});

test("with a token, a task can be created from /docs", async () => {
  const { page, checkQuiet, close } = await openDocs();
  const ann = await signUp(server);
  await authorize(page, ann.token);
  const block = await execute(page, "tasks", "create_task", (form) =>
    form.locator("textarea.body-param__text").fill('{"title": "Buy milk 🥛"}'));
  assert.equal(await statusIn(block), "201");
  assert.ok((await block.locator(".live-responses-table").innerText()).includes("Buy milk 🥛"));
  assert.ok((await block.locator(".curl-command").innerText()).includes(`${server.origin}/api/tasks`));
  await block.evaluate((element) => element.scrollIntoView());
  await takePicture(page, "docs");

  const { json } = await call(server, { path: "/api/tasks", token: ann.token });
  assert.deepEqual(json.tasks.map(({ title }) => title), ["Buy milk 🥛"]);
  assert.equal(json.tasks[0].user_id, ann.id);
  checkQuiet();
  await close();
});

test("parameters in the path and in the query can be tried from /docs", async () => {
  const { page, checkQuiet, close } = await openDocs();
  const ann = await signUp(server);
  await authorize(page, ann.token);
  const block = await execute(page, "tasks", "list_tasks_of_user", async (form) => {
    await form.locator('tr[data-param-name="user_id"] input').fill(ann.id);
    await form.locator('tr[data-param-name="limit"] input').fill("7");
  });
  assert.equal(await statusIn(block), "200");
  const text = await block.locator(".live-responses-table").innerText();
  assert.match(text, /"total": 0/);
  assert.match(text, /"limit": 7/);
  checkQuiet();
  await close();
});

test("whoever has nothing but /docs can sign up with the example as it stands", async () => {
  const { page, checkQuiet, close } = await openDocs();
  const block = await execute(page, "accounts", "signup");
  assert.equal(await statusIn(block), "201");
  assert.ok((await block.locator(".live-responses-table").innerText()).includes("access_token"));
  checkQuiet();
  await close();
});

test("whoever signed up on /docs can see the session there, and log out", async () => {
  const { page, checkQuiet, close } = await openDocs();
  const signup = await execute(page, "accounts", "signup",
    fillBody({ email: "docs@example.com", password }));
  assert.equal(await statusIn(signup), "201");
  const [, token] = /"access_token": "([^"]+)"/.exec(
    await signup.locator(".live-responses-table").innerText());
  await authorize(page, token);
  const list = await execute(page, "accounts", "list_sessions");
  assert.equal(await statusIn(list), "200");
  assert.match(await list.locator(".live-responses-table").innerText(), /"current": true/);
  assert.equal(await statusIn(await execute(page, "accounts", "log_out")), "204");
  assert.equal((await call(server, { path: "/api/auth/me", token })).status, 401);
  checkQuiet();
  await close();
});

// A DELETE with a body is rare: not every tool sends one.
test("an account can be deleted from /docs", async () => {
  const { page, checkQuiet, close } = await openDocs();
  const { email, token } = await signUp(server);
  await authorize(page, token);
  const block = await execute(page, "accounts", "delete_me",
    fillBody({ current_password: password }));
  assert.equal(await statusIn(block), "204");
  const login = await call(server, {
    method: "POST", path: "/api/auth/login", json: { email, password },
  });
  assert.equal(login.status, 401);
  checkQuiet();
  await close();
});

test("without a token /docs shows the error as the server sent it", async () => {
  const { page, close } = await openDocs();
  const block = await execute(page, "accounts", "get_me");
  assert.equal(await statusIn(block), "401");
  assert.ok((await block.locator(".live-responses-table").innerText()).includes("Not authenticated"));
  // No checkQuiet(): the browser itself writes answers of 400 and above to the console.
  await close();
});

test("/redoc shows every operation", async () => {
  const { page, checkQuiet, close } = await openRedoc();
  for (const { operationId, method, path, summary, tags } of operations) {
    const section = page.locator(`[data-section-id="tag/${tags[0]}/operation/${operationId}"]`);
    await section.waitFor();
    const text = await section.innerText();
    assert.ok(text.includes(summary), operationId);
    assert.ok(text.toUpperCase().includes(method), operationId);
    assert.ok(text.includes(path), operationId);
  }
  const shown = await page.locator('[data-section-id*="/operation/"]').count();
  assert.equal(shown, operations.length);
  await page.evaluate(() =>
    document.querySelector('[data-section-id="tag/tasks/operation/create_task"]').scrollIntoView());
  await takePicture(page, "redoc");
  checkQuiet();
  await close();
});

/** Opens /redoc and waits until it shows the operations. */
async function openRedoc(options = {}) {
  const opened = await openPage(browser, server, { viewport: { width: 1400, height: 1000 }, ...options });
  await opened.page.goto(`${server.origin}/redoc`);
  await drawnIn(opened.page);
  return opened;
}

const drawnIn = (page) =>
  page.locator('[data-section-id*="/operation/"]').nth(operations.length - 1).waitFor();

/** Fails unless the page can be read on a desk's and on a phone's screen. */
async function checkReadable(page, name, colorScheme) {
  await checkPaper(page, colorScheme);
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await checkContrast(page, 100);
    await checkWidth(page);
    await page.evaluate(() => scrollTo(0, 0));
    await takePicture(page, `${name}-${colorScheme}-${width}`);
  }
}

for (const colorScheme of ["light", "dark"]) {
  test(`/docs can be read in the ${colorScheme} colour scheme`, async () => {
    const { page, checkQuiet, close } = await openDocs({ colorScheme });
    // One of each method, and one with a body.
    for (const operationId of ["list_tasks", "create_task", "replace_task", "update_task", "delete_task"]) {
      const block = page.locator(`#operations-tasks-${operationId}`);
      await block.locator(".opblock-summary-control").click();
      await block.locator(".opblock-body .responses-wrapper").waitFor();
    }
    // The blocks are faded in.
    await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
    await checkReadable(page, "docs", colorScheme);
    checkQuiet();
    await close();
  });

  test(`/redoc can be read in the ${colorScheme} colour scheme`, async () => {
    const { page, checkQuiet, close } = await openRedoc({ colorScheme });
    await checkReadable(page, "redoc", colorScheme);
    checkQuiet();
    await close();
  });
}

test("/docs and /redoc follow the system from one colour scheme to the other", async () => {
  const docs = await openDocs({ colorScheme: "light" });
  await docs.page.emulateMedia({ colorScheme: "dark" });
  await docs.page.locator("html.dark-mode").waitFor();
  await checkPaper(docs.page, "dark");
  await docs.close();

  const redoc = await openRedoc({ colorScheme: "light" });
  await Promise.all([redoc.page.waitForEvent("load"), redoc.page.emulateMedia({ colorScheme: "dark" })]);
  await drawnIn(redoc.page);
  await checkPaper(redoc.page, "dark");
  await checkContrast(redoc.page, 100);
  await redoc.close();
});
