// A frontend that the server itself serves (--web), as a browser sees it: with and without a launch
// token, and nowhere a request to another origin.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { startServer } from "../testing/server.mjs";
import { launchBrowser, openPage, takePicture } from "./browser.mjs";

const site = fileURLToPath(new URL("site", import.meta.url));
const launchToken = "three-grey-geese_0123456789ABCDEF";

let browser;
let plain;
let launched;

before(async () => {
  browser = await launchBrowser();
  plain = await startServer(["--web", site]);
  launched = await startServer(["--web", site, "--local-user", "Ann"], { launchToken });
});
after(async () => {
  await browser?.close();
  await Promise.all([plain?.stop(), launched?.stop()]);
});

const titles = (page) => page.locator("#tasks li").allTextContents();

async function addTask(page, title) {
  await page.getByLabel("Title").fill(title);
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("#tasks li", { hasText: title }).waitFor();
}

async function signUpAndAddTask(page) {
  await page.getByLabel("Email").fill(`${Date.now()}-${Math.random()}@example.com`);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Sign up" }).click();
  await addTask(page, "Buy milk");
  assert.deepEqual(await titles(page), ["Buy milk"]);
}

test("signing up and adding a task works from the site itself, without CORS", async () => {
  const { page, checkQuiet, close } = await openPage(browser, plain);
  const methods = [];
  page.on("request", (request) => methods.push(request.method()));
  await page.goto(`${plain.origin}/`);
  assert.equal(await page.locator("h1").evaluate((h1) => getComputedStyle(h1).color), "rgb(0, 0, 128)");
  await signUpAndAddTask(page);
  await takePicture(page, "web");
  assert.ok(methods.includes("POST"));
  assert.ok(!methods.includes("OPTIONS"), "no preflight");
  checkQuiet();
  await close();
});

test("an address of the application can be opened and reloaded", async () => {
  const { page, checkQuiet, close } = await openPage(browser, plain);
  await page.goto(`${plain.origin}/lists/7?done=1`);
  assert.equal(await page.locator("#place").textContent(), "/lists/7?done=1");
  await page.reload();
  assert.equal(await page.locator("#place").textContent(), "/lists/7?done=1");
  checkQuiet();
  await close();
});

test("with a launch token, one visit with it is enough for all that the page does", async () => {
  const { page, checkQuiet, close } = await openPage(browser, launched);
  await page.goto(`${launched.origin}/?launch=${launchToken}&view=today`);
  assert.equal(page.url(), `${launched.origin}/?view=today`);
  assert.equal(await page.evaluate(() => document.cookie), "", "scripts do not see the cookie");
  await signUpAndAddTask(page);
  await page.reload();
  await page.getByRole("button", { name: "Continue without a password" }).click();
  await addTask(page, "Walk the dog");
  assert.deepEqual(await titles(page), ["Walk the dog"]);
  await page.goto(`${launched.origin}/docs`);
  await page.locator(".opblock").first().waitFor();
  checkQuiet();
  await close();
});

test("with a launch token, whoever does not have it sees nothing of the site", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const path of ["/", "/?launch=wrong", "/assets/app.js", "/docs"]) {
    const response = await page.goto(`${launched.origin}${path}`);
    assert.equal(response.status(), 403, path);
    assert.equal((await response.json()).detail, "Launch token required");
  }
  await context.close();
});

/** Opens a page of `origin` that has a link to `href`. */
async function openLinkTo(context, origin, href) {
  await context.route(`${origin}/**`, (route) =>
    route.fulfill({ contentType: "text/html", body: `<link rel="icon" href="data:,"><a href="${href}">go</a>` }));
  const page = await context.newPage();
  await page.goto(`${origin}/page`);
  return page;
}

test("a link from a page of another site or port leads in, too", async () => {
  for (const origin of ["http://shell.example", "http://127.0.0.1:1"]) {
    const context = await browser.newContext();
    const page = await openLinkTo(context, origin, `${launched.origin}/?launch=${launchToken}&view=today`);
    await page.getByText("go").click();
    await page.waitForURL(`${launched.origin}/?view=today`);
    await page.getByRole("button", { name: "Continue without a password" }).click();
    await page.locator("#add").waitFor();
    await context.close();
  }
});

test("pages of other ports cannot use the cookie that the browser sends for them", async () => {
  const lax = await startServer(["--local-user", "Ann", "--cors-origins", plain.origin], { launchToken });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${lax.origin}/?launch=${launchToken}`);
  const launch = () => page.evaluate(async (url) =>
    (await fetch(url, { method: "POST", credentials: "include" })).status, `${lax.origin}/api/auth/launch`);
  assert.equal(await launch(), 200);
  await page.goto(`${plain.origin}/`); // another origin of the same site, and an allowed one
  assert.equal(await launch(), 403);
  await context.close();
  await lax.stop();
});
