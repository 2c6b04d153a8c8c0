// What tests of the web application do with it, as a person would.

import assert from "node:assert/strict";

import { password, signUp } from "../testing/client.mjs";
import { openPage } from "./browser.mjs";

/** Opens /app/ at `hash`, or what `path` leads to, in a browser's profile of its own, and waits until it shows something. */
export async function openApp(browser, server, { hash = "", path = `/app/${hash}`, ...options } = {}) {
  const opened = await openPage(browser, server, { viewport: { width: 1100, height: 900 }, ...options });
  await opened.page.goto(`${server.origin}${path}`);
  await opened.page.locator("h1").waitFor();
  return opened;
}

/** Fills in and sends the form to log in. */
export async function logIn(page, email, given = password) {
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(given);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** A new user, and /app/ where that user is logged in. */
export async function openAppOf(browser, server, options = {}) {
  const user = options.user ?? await signUp(server);
  const { hash = "#/today", ...rest } = options;
  const opened = await openApp(browser, server, rest);
  await logIn(opened.page, user.email);
  await opened.page.getByRole("navigation").first().waitFor();
  if (hash !== "#/today") await goTo(opened.page, hash);
  return { ...opened, user };
}

/** Leads to the screen with this address. */
export async function goTo(page, hash) {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await page.waitForFunction((to) => location.hash === to, hash);
  await page.locator("h1").waitFor();
}

/** Waits until the list that is shown is there. (There is always a request under way: the stream of events.) */
export async function settled(page) {
  await page.locator('.tasks[aria-busy="true"]').waitFor({ state: "hidden" });
}

export async function addTask(page, text) {
  await page.getByLabel("New task").fill(text);
  await page.getByLabel("New task").press("Enter");
}

/** The row of the task with this title. */
export const rowOf = (page, title) =>
  page.getByRole("listitem").filter({ has: page.locator(".title", { hasText: title }) });

/** Waits until the page has the server's answer to the new task with this title, which it shows already. */
export async function arrived(page, title) {
  await rowOf(page, title).waitFor();
  await rowOf(page, title).getByText("waits for the server").waitFor({ state: "detached" });
}

/** Waits until nothing waits for the server: who logs out before that is asked whether they want to. */
export const allSent = (page) => page.waitForFunction(() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("taskdock:/");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const counting = opening.result.transaction("changes").objectStore("changes").count();
    counting.onsuccess = () => {
      opening.result.close();
      resolve(counting.result === 0);
    };
  };
}));

/** Waits until the page has had no answer for a second: what is asked for while one logs out is refused. */
export const atRest = (page) => page.waitForFunction(() => {
  const { length } = performance.getEntriesByType("resource");
  const now = performance.now();
  if (window.answers?.length !== length) window.answers = { length, since: now };
  return now - window.answers.since > 1000;
});

/** Presses "g" and this key at once: the page takes them for one way only if there is little time between them. */
export const pressWay = (page, key) => Promise.all(["g", key].map((each) => page.keyboard.press(each)));

/** The titles that are seen, from above. */
export const titlesOf = (page) => page.locator("[data-id] .title").allTextContents();

/** Waits until `read` resolves with `expected`, for two minutes at most. */
export async function eventually(read, expected) {
  const end = Date.now() + 120_000;
  for (;;) {
    const value = await read();
    try {
      return assert.deepEqual(value, expected);
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
