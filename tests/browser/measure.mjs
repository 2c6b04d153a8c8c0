// Measures the web application in Chromium, by the browser's own clock and tracing: the time to the first paint, to the
// line for new tasks and to the tasks, and the work of the main thread while a list of 1,000 tasks is scrolled. Beside
// it a page of one word is measured: no page is faster here. Nothing is asserted: the figures are the machine's.
//
//   TASKDOCK=build/release/taskdock node tests/browser/measure.mjs
//
// With BEFORE=… the paints of that other executable are measured in the same rounds.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { call, signUp } from "../testing/client.mjs";
import { executable, startServer } from "../testing/server.mjs";
import { logIn, openAppOf, settled } from "./app.mjs";
import { launchBrowser } from "./browser.mjs";

const visits = 15;
const steps = 60; // of the mouse's wheel
const longTask = 50; // milliseconds (w3.org/TR/longtasks)

const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];

/** Runs in the page before its own scripts: notes when the line for new tasks and the first task are in the document. */
function watch() {
  globalThis.seen = {};
  const parts = { usable: "#add, form input[type=email]", tasks: "[data-id] .title" };
  const look = () => {
    for (const [name, selector] of Object.entries(parts)) {
      if (!(name in globalThis.seen) && document.querySelector(selector)) globalThis.seen[name] = performance.now();
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true });
}

/** Milliseconds from the start of the navigation to the first text or picture, and to each of the `wanted`. */
const times = (page, wanted) => page.evaluate(async (names) => {
  const paint = await new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const found = list.getEntriesByName("first-contentful-paint")[0];
      if (found) resolve(found.startTime);
    }).observe({ type: "paint", buffered: true });
  });
  while (names.some((name) => !(name in globalThis.seen))) await new Promise((resolve) => { setTimeout(resolve, 10); });
  return { paint, ...globalThis.seen };
}, wanted);

async function addTasks(server, user, count) {
  const today = new Date().toISOString().slice(0, 10);
  for (let start = 0; start < count; start += 500) {
    const operations = Array.from({ length: Math.min(500, count - start) }, (_, index) => ({
      op: "create", task: { title: `Task ${start + index}`, tags: ["home"], priority: "high", due_date: today },
    }));
    await call(server, { method: "POST", path: "/api/tasks/batch", token: user.token, json: { operations } });
  }
}

/** What the main thread of the page did meanwhile, in milliseconds for each of its tasks. */
async function traceTasks(page, work) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents", traceConfig: { includedCategories: ["toplevel", "__metadata", "disabled-by-default-devtools.timeline"] },
  });
  await work();
  const complete = new Promise((resolve) => { session.once("Tracing.tracingComplete", resolve); });
  await session.send("Tracing.end");
  await complete;
  const threads = new Set(events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
    .map(({ pid, tid }) => `${pid} ${tid}`));
  return events.filter(({ name, pid, tid }) => name === "RunTask" && threads.has(`${pid} ${tid}`))
    .map(({ dur = 0 }) => dur / 1000);
}

/** A page to be visited again and again, `name` in what is printed. */
async function makeSubject(browser, name, server, path) {
  // Not openPage: its watch over the requests would keep the browser from caching.
  const context = await browser.newContext();
  await context.addInitScript(watch);
  const subject = { name, server, context, address: `${server.origin}${path}`, first: [], again: [] };
  if (path !== "/app/") return { ...subject, wanted: { first: [], again: [] } };
  const user = await signUp(server);
  await addTasks(server, user, 1000);
  const page = await context.newPage();
  await page.goto(subject.address);
  await logIn(page, user.email);
  await page.locator("[data-id]").first().waitFor();
  await page.close();
  return { ...subject, user, wanted: { first: ["usable"], again: ["usable", "tasks"] } };
}

/** One visit by a browser that has nothing, and one by a new tab of a browser that has been here before. */
async function visit(browser, { context, address, wanted, first, again }) {
  const fresh = await browser.newContext();
  await fresh.addInitScript(watch);
  for (const [place, list, names] of [[fresh, first, wanted.first], [context, again, wanted.again]]) {
    const page = await place.newPage();
    await page.goto(address);
    list.push(await times(page, names));
    await page.close();
  }
  await fresh.close();
}

const blank = await mkdtemp(join(tmpdir(), "taskdock-blank-"));
await writeFile(join(blank, "index.html"), "<!doctype html><title>Hello</title><p>Hello");
const options = ["--throttle", "off"];
const servers = [await startServer([...options, "--web", blank]), await startServer(options)];
if (process.env.BEFORE) servers.push(await startServer(options, { program: process.env.BEFORE }));
const browser = await launchBrowser();
try {
  const subjects = [await makeSubject(browser, "a page of one word", servers[0], "/")];
  subjects.push(await makeSubject(browser, executable, servers[1], "/app/"));
  if (servers[2]) subjects.push(await makeSubject(browser, process.env.BEFORE, servers[2], "/app/"));
  for (let count = 0; count < visits; ++count) {
    for (const subject of count % 2 ? [...subjects].reverse() : subjects) await visit(browser, subject);
  }
  console.log(`median of ${visits} visits in turn, in milliseconds`);
  for (const { name, first, again } of subjects) {
    for (const [how, list] of [["nothing cached", first], ["cached, logged in", again]]) {
      const figures = Object.keys(list[0]).map((part) => `${part} ${median(list.map((one) => one[part])).toFixed(0)}`);
      console.log(`${name}, ${how}: ${figures.join(", ")}`);
    }
  }

  const { page, close } = await openAppOf(browser, servers[1], { user: subjects[1].user, hash: "#/all" });
  await settled(page);
  await page.mouse.move(500, 500);
  const tasks = await traceTasks(page, async () => {
    for (let count = 0; count < steps; ++count) {
      await page.mouse.wheel(0, 800);
      await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(resolve); }));
    }
  });
  const long = tasks.filter((duration) => duration > longTask);
  console.log(`scrolling through ${steps} screens of 1,000 tasks: ${tasks.length} tasks of the main thread, ` +
    `the longest ${Math.max(...tasks).toFixed(0)} ms, ${long.length} of more than ${longTask} ms`);
  await close();
} finally {
  await browser.close();
  await Promise.all(servers.map((server) => server.stop()));
  await rm(blank, { recursive: true, force: true });
}
