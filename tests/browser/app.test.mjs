// The web application at /app/ in a browser that has no network but the server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "../testing/server.mjs";
import { launchBrowser, openPage } from "./browser.mjs";

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await server.stop();
});

test("it opens without a complaint, and without a request to anybody else", async () => {
  const { page, checkQuiet, close } = await openPage(browser, server);
  await page.goto(`${server.origin}/app/`);
  await page.getByLabel("Email").waitFor();
  assert.equal(await page.title(), "Log in · Taskdock");
  checkQuiet();
  await close();
});
