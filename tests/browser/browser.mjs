// A headless Chromium with an empty profile that can reach the server and nothing else.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after } from "node:test";

import { chromium } from "playwright-core";

import { projectDirectory, startServer } from "../testing/server.mjs";

const patience = 120_000; // milliseconds

export function launchBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
      "--disable-background-networking", "--disable-component-update",
      // No name is anybody's: what is not asked by the server's address is not answered.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

/** A server with `options` on its command line and a browser, for all tests of a file: they end after the last one. */
export async function startForAllTests(options = ["--throttle", "off"]) {
  const server = await startServer(options);
  after(() => server.stop());
  const browser = await launchBrowser();
  after(() => browser.close());
  return { server, browser };
}

/**
 * A new page in a context of its own (`options` are the context's; without `serviceWorkers: "allow"` there are none,
 * since what they ask for is not seen here), and `checkQuiet()`, which fails if
 * the page has asked another origin for anything, complained (but for what `expected` matches), or met its
 * Content-Security-Policy.
 */
export async function openPage(browser, server, options = {}) {
  const context = await browser.newContext({ serviceWorkers: "block", ...options });
  context.setDefaultTimeout(patience);
  const complaints = [];
  await context.route("**/*", (route) => {
    const { origin, protocol, href } = new URL(route.request().url());
    if (origin === server.origin || protocol === "data:") return route.continue();
    complaints.push(`a request to ${href}`);
    return route.abort();
  });
  await context.exposeFunction("tellViolation", (violation) => complaints.push(violation));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
      window.tellViolation(`${effectiveDirective} forbids ${blockedURI}`));
  });
  // A message goes after eight seconds (src/web/toasts.js), what the welcome page says after two, in which a busy
  // machine does little: here they stay.
  await context.addInitScript(() => {
    const start = window.setTimeout.bind(window);
    window.setTimeout = (act, time, ...more) => start(act, [2000, 8000].includes(time) ? 300_000 : time, ...more);
  });
  const page = await context.newPage();
  const requested = [];
  page.on("request", (request) => requested.push(request.url()));
  page.on("console", (message) => {
    const isOwn = message.text() === "Service Worker registration blocked by Playwright";
    if (["error", "warning"].includes(message.type()) && !isOwn) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(`uncaught ${error.stack}`));
  page.on("websocket", (socket) => complaints.push(`a web socket to ${socket.url()}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    // The browser itself aborts what a page still waits for when it is left.
    if (reason !== "net::ERR_ABORTED") complaints.push(`no answer from ${request.url()}: ${reason}`);
  });

  return {
    page,
    checkQuiet(expected = /^$/) {
      assert.ok(requested.length > 0, "what the page asks for is seen");
      for (const url of requested) {
        assert.ok(url.startsWith("data:") || url.startsWith(`${server.origin}/`), url);
      }
      assert.deepEqual(complaints.filter((complaint) => !expected.test(complaint)), []);
    },
    close: () => context.close(),
  };
}

/** Leaves a picture of the page in build/screenshots, for people to look at. */
export async function takePicture(page, name, options = {}) {
  const directory = join(projectDirectory, "build/screenshots");
  await mkdir(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`), ...options });
}
