// Measures the web application in Chromium, by the browser's own clock and tracing: the time to the first paint, and the
// work of its main thread while a list of 1,000 tasks is scrolled. Nothing is asserted: the figures are the machine's.
//
//   TASKDOCK=build/release/taskdock node tests/browser/measure.mjs

import { call, signUp } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";
import { openAppOf, settled } from "./app.mjs";
import { launchBrowser } from "./browser.mjs";

const visits = 10;
const steps = 60; // of the mouse's wheel
const longTask = 50; // milliseconds (w3.org/TR/longtasks)

const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];

/** The milliseconds from the start of the navigation to the first text or picture. */
const firstPaint = (page) => page.evaluate(() => new Promise((resolve) => {
  new PerformanceObserver((list, observer) => {
    const paint = list.getEntriesByName("first-contentful-paint")[0];
    if (!paint) return;
    observer.disconnect();
    resolve(paint.startTime);
  }).observe({ type: "paint", buffered: true });
}));

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

const server = await startServer(["--throttle", "off"]);
const browser = await launchBrowser();
try {
  const user = await signUp(server);
  for (const start of [0, 500]) {
    const operations = Array.from({ length: 500 }, (_, index) => ({
      op: "create", task: { title: `Task ${start + index}`, tags: ["home"], priority: "high", due_date: "2030-01-01" },
    }));
    await call(server, { method: "POST", path: "/api/tasks/batch", token: user.token, json: { operations } });
  }

  const cold = [];
  for (let count = 0; count < visits; ++count) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${server.origin}/app/`);
    cold.push(await firstPaint(page));
    await page.context().close();
  }
  console.log(`first paint, nothing cached, median of ${visits}: ${median(cold).toFixed(0)} ms`);

  const { page, close } = await openAppOf(browser, server, { user, hash: "#/all" });
  const warm = [];
  for (let count = 0; count < visits; ++count) {
    await page.reload();
    warm.push(await firstPaint(page));
  }
  console.log(`first paint, all files cached, logged in, median of ${visits}: ${median(warm).toFixed(0)} ms`);

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
  await server.stop();
}
