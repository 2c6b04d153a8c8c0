// The web application opens while its server is away; what it keeps for that gives way to what comes later.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { call } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";
import { addTask, arrived, eventually, openApp, openAppOf, rowOf, titlesOf } from "./app.mjs";
import { launchBrowser } from "./browser.mjs";

const away = /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|ERR_NETWORK|ERR_SOCKET/;
const options = ["--throttle", "off"];

let browser;
let data;
/** All servers of a test stand at the same address, one after the other. */
let server;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "taskdock-offline-"));
  server = await startServer(options, { data });
});
afterEach(async () => {
  await server.stop();
  await rm(data, { recursive: true, force: true });
});

/** Somebody who is logged in, and whose browser has kept what the application is made of. */
async function openKept() {
  const opened = await openAppOf(browser, server, { hash: "#/all", serviceWorkers: "allow" });
  await opened.page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active.state !== "activated") await new Promise((resolve) => { active.onstatechange = resolve; });
  });
  return opened;
}

/** Whether the page, opened once more, has the browser start a worker. */
async function wantsWorker(page) {
  await page.addInitScript(() => {
    ServiceWorkerContainer.prototype.register = async () => { window.registered = true; };
  });
  await page.reload();
  await page.locator("h1").waitFor();
  return page.evaluate(() => window.registered ?? false);
}

/** The addresses of all that the worker has kept. */
const keptFor = (page) => page.evaluate(async () => {
  const names = await caches.keys();
  const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return kept.flat().map(({ url }) => url);
});

const titlesOnServer = async ({ token }) =>
  (await call(server, { path: "/api/tasks?sort=created_at", token })).json.tasks.map(({ title }) => title);

test("it opens while the server is away, with what waits, which goes out when the server is back", async () => {
  const { page, user, checkQuiet, close } = await openKept();
  await addTask(page, "Before");
  await eventually(() => titlesOnServer(user), ["Before"]);
  await arrived(page, "Before");
  await server.kill();
  await addTask(page, "Waits");
  await rowOf(page, "Waits").waitFor();
  await page.getByText("1 change waits").waitFor(); // it is kept
  await page.reload();
  await rowOf(page, "Waits").waitFor();
  await addTask(page, "Waits, too");
  await rowOf(page, "Waits, too").waitFor();
  // A new tab, too.
  const other = await page.context().newPage();
  await other.goto(`${server.origin}/app/#/all`);
  await rowOf(other, "Waits, too").waitFor();
  await other.close();

  server = await startServer(options, { data, port: server.port });
  await page.evaluate(() => dispatchEvent(new Event("online"))); // else the next attempt can be a minute away
  await eventually(() => titlesOnServer(user), ["Before", "Waits", "Waits, too"]);
  await page.reload();
  await eventually(async () => (await titlesOf(page)).sort(), ["Before", "Waits", "Waits, too"]);
  checkQuiet(away);
  await close();
});

test("nothing that a user has written is kept for that, and nothing for whoever is not logged in", async () => {
  const stranger = await openApp(browser, server, { serviceWorkers: "allow" });
  assert.equal(await wantsWorker(stranger.page), false);
  await stranger.close();

  const { page, user, checkQuiet, close } = await openKept();
  await addTask(page, "Secret");
  await eventually(() => titlesOnServer(user), ["Secret"]);
  await page.reload();
  await rowOf(page, "Secret").waitFor();
  const kept = await keptFor(page);
  assert.ok(kept.length >= 5);
  for (const address of kept) assert.match(address, new RegExp(`^${server.origin}/app/([\\w-]+\\.[0-9a-f]{16}\\.\\w+)?$`));
  assert.equal(await wantsWorker(page), true);
  checkQuiet();
  await close();
});

/**
 * Stands at the address where the server was, before a server with the same data: as the server of a later version, in
 * which each file has another name.
 */
async function startLaterVersion() {
  const { port } = server;
  await server.kill();
  server = await startServer(options, { data });
  const later = (text) => text.replaceAll(/\.([0-9a-f]{15})([0-9a-f])\.(js|css|svg|html)\b/g, ".$2$1.$3");
  const earlier = (path) => path.replace(/\.([0-9a-f])([0-9a-f]{15})\.(js|css|svg)$/, ".$2$1.$3");
  const front = http.createServer((request, response) => {
    const isFile = request.url.startsWith("/app/");
    const { "accept-encoding": encoding, "if-none-match": etag, ...headers } = request.headers;
    const asked = http.request({
      port: server.port, host: server.host, method: request.method, path: isFile ? earlier(request.url) : request.url,
      headers: { ...headers, host: `${server.host}:${server.port}`, ...(headers.origin && { origin: server.origin }) },
    }, async (answer) => {
      const { "content-length": length, ...answered } = answer.headers;
      response.writeHead(answer.statusCode, answered);
      if (!isFile) return answer.pipe(response);
      const chunks = await answer.toArray();
      return response.end(later(Buffer.concat(chunks).toString()));
    });
    asked.on("error", () => response.destroy());
    request.pipe(asked);
  });
  front.listen(port, "127.0.0.1");
  await once(front, "listening");
  return {
    origin: `http://127.0.0.1:${port}`,
    stop() {
      front.closeAllConnections();
      front.close();
    },
  };
}

test("after an update of the server the new page comes, and what was kept of the old one goes", async (t) => {
  const { page, checkQuiet, close } = await openKept();
  const old = await keptFor(page);
  const front = await startLaterVersion();
  t.after(front.stop);
  await call(server, { path: "/app/" }); // its first answer may take longer than the worker waits
  const namesOfFiles = async () => (await page.content()).match(/[\w-]+\.[0-9a-f]{16}\.\w+/g);
  const isNew = (name) => !old.some((address) => address.endsWith(name));
  await page.reload();
  const files = await namesOfFiles();
  assert.ok(files.length > 0 && files.every(isNew), "it is the new one");
  await eventually(async () => (await keptFor(page)).filter((address) => old.includes(address)), [`${front.origin}/app/`]);
  front.stop();
  await page.reload();
  await page.getByLabel("New task").waitFor();
  assert.deepEqual(await namesOfFiles(), files);
  checkQuiet(away);
  await close();
});

test("a frontend of somebody's own at the same address is not caught by what was kept before", async () => {
  const { page, checkQuiet, close } = await openKept();
  await server.kill();
  const site = fileURLToPath(new URL("site", import.meta.url));
  server = await startServer([...options, "--web", site], { data, port: server.port });
  await call(server, { path: "/app/" }); // its first answer may take longer than the worker waits
  await page.goto(`${server.origin}/app/`);
  assert.equal(await page.locator("#tasks").count(), 1, "it is the site's");
  await eventually(() => page.evaluate(async () =>
    [(await navigator.serviceWorker.getRegistrations()).length, (await caches.keys()).length]), [0, 0]);
  await page.reload();
  assert.equal(await page.locator("#tasks").count(), 1);
  checkQuiet(away);
  await close();
});

test("a program of this computer that starts a server leaves nothing behind in its browser", async () => {
  const launchToken = "three-grey-geese_0123456789ABCDEF";
  const launched = await startServer(["--local-user", "Ann"], { launchToken });
  const { page, checkQuiet, close } = await openApp(browser, launched, { path: `/?launch=${launchToken}`, serviceWorkers: "allow" });
  await page.getByLabel("New task").waitFor();
  assert.equal(await wantsWorker(page), false);
  checkQuiet();
  await close();
  await launched.stop();
});
