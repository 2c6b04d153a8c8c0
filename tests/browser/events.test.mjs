// A browser's own EventSource over a restart of the server: as README shows it, with a ticket for each connection,
// and behind something that adds the token, where the browser connects again by itself.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { projectDirectory, startServer } from "../testing/server.mjs";
import { launchBrowser, openPage } from "./browser.mjs";

const readme = await readFile(join(projectDirectory, "README.md"), "utf8");
const [, example] = /^## Events$.*?^```js\n(.*?)^```/ms.exec(readme);

let browser;
let data;
let server;
let front;
let session;
let addsToken = false;

/** A page at /, and the server behind it, wherever that listens by now; 502 while it is away. */
function startFront() {
  return http.createServer((request, response) => {
    if (request.url === "/") return response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>x</title>");
    const headers = { ...request.headers };
    for (const name of ["host", "origin", "referer", "sec-fetch-site"]) delete headers[name];
    if (addsToken) headers.authorization = `Bearer ${session.access_token}`;
    const onward = http.request({ port: server?.port ?? 1, host: "127.0.0.1", method: request.method, path: request.url, headers });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    // The connection breaks, as it would if nothing were between.
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  }).listen(0, "127.0.0.1");
}

async function call(method, path, body) {
  const answer = await fetch(server.origin + path, {
    method,
    headers: {
      ...(session && { authorization: `Bearer ${session.access_token}` }),
      ...(body && { "content-type": "application/json" }),
    },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

async function restart(meanwhile = async () => {}) {
  await server.stop();
  server = null;
  await meanwhile();
  server = await startServer([], { data });
}

before(async () => {
  browser = await launchBrowser();
  data = await mkdtemp(join(tmpdir(), "taskdock-"));
  server = await startServer([], { data });
  front = startFront();
  await once(front, "listening");
  session = await call("POST", "/api/auth/signup", { email: "ann@example.com", password: "correct horse battery" });
});
after(async () => {
  await browser?.close();
  front?.closeAllConnections();
  front?.close();
  await server?.stop();
  if (data) await rm(data, { recursive: true, force: true });
});

/** Adds tasks before, between and after two restarts, and checks that the page has each of them once, in order. */
async function checkOverRestarts(page) {
  const titles = () => page.evaluate(() => globalThis.titles);
  const expected = [];
  const add = async (title) => {
    await call("POST", "/api/tasks", { title });
    expected.push(title);
  };
  await page.waitForFunction(() => globalThis.hellos > 0);
  await add("one");
  await page.waitForFunction(() => globalThis.titles.length >= 1);
  for (const round of ["two", "three"]) {
    const hellos = await page.evaluate(() => globalThis.hellos);
    await restart();
    await add(round); // most likely before the page is back
    await page.waitForFunction((before) => globalThis.hellos > before, hellos);
    await add(`${round} and a half`);
  }
  await page.waitForFunction((number) => globalThis.titles.length >= number, expected.length);
  assert.deepEqual(await titles(), expected);
}

async function openFront() {
  const origin = `http://127.0.0.1:${front.address().port}`;
  const { page, close } = await openPage(browser, { origin });
  await page.goto(`${origin}/`);
  await page.evaluate(() => Object.assign(globalThis, { titles: [], hellos: 0 }));
  return { page, close };
}

test("README's example goes on over restarts of the server, with a new ticket each time", async () => {
  addsToken = false;
  const { page, close } = await openFront();
  await page.addScriptTag({ content: `${example}
    listen(() => ${JSON.stringify(session.access_token)}, (name, data) => {
      if (name === "hello") ++globalThis.hellos;
      if (name === "task") globalThis.titles.push(data.title);
    });` });
  await checkOverRestarts(page);
  await close();
});

test("EventSource connects again by itself, with Last-Event-ID, and misses and repeats nothing", async () => {
  addsToken = true;
  const { page, close } = await openFront();
  await page.evaluate(() => {
    const source = new EventSource("/api/events");
    source.addEventListener("hello", () => ++globalThis.hellos);
    source.addEventListener("task", (event) => globalThis.titles.push(JSON.parse(event.data).title));
  });
  await checkOverRestarts(page);
  await close();
});
