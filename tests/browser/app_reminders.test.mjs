// Reminders of the web application: in the page, and as notifications of the browser once somebody has asked for those.

import assert from "node:assert/strict";
import { test } from "node:test";

import { call } from "../testing/client.mjs";
import { eventually, openAppOf, rowOf } from "./app.mjs";
import { startForAllTests } from "./browser.mjs";

const { server, browser } = await startForAllTests();

/** Notes in each page what becomes of the browser's own notifications, which stay what they are. */
function watchNotifications() {
  const RealNotification = window.Notification;
  Object.assign(window, { asked: 0, notified: [] });
  window.Notification = class extends RealNotification {
    constructor(title, options) {
      super(title, options);
      const entry = { title, options, state: "made", notification: this };
      window.notified.push(entry);
      for (const name of ["show", "error", "close"]) this.addEventListener(name, () => { entry.state = name; });
    }

    static requestPermission() {
      window.asked += 1;
      return RealNotification.requestPermission();
    }
  };
}

const notified = (page) => page.evaluate(() => window.notified.map(({ title, state }) => `${title}: ${state}`));
const asked = (page) => page.evaluate(() => window.asked);

/** Ticks that notifications are wanted; resolves when all tabs see it. */
async function wantNotifications(page, tabs) {
  await page.getByLabel("Notify me of reminders").check();
  for (const tab of tabs) await tab.waitForFunction(() => localStorage.getItem("taskdock-notify") === "true");
}

/** Leaves these tabs and opens them again. Resolves when one of them has a new stream. */
async function reopen(tabs) {
  const addresses = tabs.map((tab) => tab.url());
  // A reminder that goes to the stream of a page as it was before would not be seen: all of those end first.
  for (const tab of tabs) await tab.goto("about:blank");
  const listens = tabs[0].context().waitForEvent("response", (answer) =>
    new URL(answer.url()).pathname === "/api/events" && answer.ok());
  for (const [index, tab] of tabs.entries()) await tab.goto(addresses[index]);
  await listens;
}

/** Several tabs of one browser that grants what is asked, and `remind(title)`, which makes a task to be reminded of at once. */
async function openTabs(count, { permissions = ["notifications"] } = {}) {
  const opened = await openAppOf(browser, server, { hash: "#/account", permissions });
  const { page, user } = opened;
  await page.context().addInitScript(watchNotifications);
  await reopen([page]);
  const tabs = [page];
  while (tabs.length < count) {
    const tab = await page.context().newPage();
    await tab.goto(`${server.origin}/app/#/all`);
    await tab.getByLabel("New task").waitFor();
    tabs.push(tab);
  }
  return {
    ...opened, tabs,
    async remind(title, more = {}) {
      const { status } = await call(server, {
        method: "POST", path: "/api/tasks", token: user.token, json: { title, remind_at: new Date().toISOString(), ...more },
      });
      assert.equal(status, 201);
    },
    allNotified: async () => (await Promise.all(tabs.map(notified))).flat(),
  };
}

test("the permission is asked for when somebody wants notifications, and not before", async () => {
  const { page, remind, checkQuiet, close } = await openTabs(1);
  await page.getByRole("region", { name: "Reminders" }).waitFor();
  assert.equal(await page.evaluate(() => Notification.permission), "granted");
  await remind("In the page");
  await page.getByText("Reminder: “In the page”").waitFor();
  assert.deepEqual([await asked(page), await notified(page)], [0, []], "the permission alone is no wish");
  await wantNotifications(page, [page]);
  assert.equal(await asked(page), 1);
  await page.reload();
  assert.equal(await page.getByLabel("Notify me of reminders").isChecked(), true);
  assert.equal(await asked(page), 0);
  checkQuiet();
  await close();
});

test("the tick stays while the browser asks, whatever is drawn meanwhile", async () => {
  const { page, remind, checkQuiet, close } = await openTabs(1);
  await page.evaluate(() => {
    Notification.requestPermission = () => new Promise((resolve) => { window.answer = resolve; });
  });
  await page.getByLabel("Notify me of reminders").check();
  await remind("In the page");
  await page.getByText("Reminder: “In the page”").waitFor();
  assert.equal(await page.getByLabel("Notify me of reminders").isChecked(), true);
  await page.evaluate(() => window.answer("denied"));
  await page.getByText("This browser does not allow notifications here.").waitFor();
  checkQuiet();
  await close();
});

test("a reminder is one notification for all tabs, is none after a reload, and opens its task", async () => {
  const { page, tabs, remind, allNotified, checkQuiet, close } = await openTabs(3);
  await wantNotifications(page, tabs);
  assert.equal(await asked(page), 1);
  await remind("Call Ann", { description: "about the garden" });
  await eventually(allNotified, ["Call Ann: show"]);
  await remind("Pay rent", { due_date: "2030-01-01" });
  await eventually(allNotified, ["Call Ann: show", "Pay rent: show"]);
  for (const tab of tabs) assert.equal(await tab.getByText("Reminder: ").count(), 0);
  const leading = (await Promise.all(tabs.map(async (tab) => (await notified(tab)).length > 0 && tab))).find(Boolean);
  const { body, icon } = await leading.evaluate(() => ({ ...window.notified[0].options }));
  assert.equal(body, "about the garden");
  assert.equal((await call(server, { path: new URL(icon, `${server.origin}/app/`).pathname })).status, 200);

  // As if the person had clicked on it, in another view.
  await leading.evaluate(() => window.notified[1].notification.dispatchEvent(new Event("click")));
  await leading.getByRole("form", { name: "Change Pay rent" }).waitFor();
  assert.equal(await leading.evaluate(() => document.activeElement?.id), "e-title");
  assert.equal(new URL(leading.url()).hash, "#/today");
  await leading.keyboard.press("Control+Enter");
  await leading.locator("form.editor").waitFor({ state: "detached" });

  await reopen(tabs);
  for (const tab of tabs) await tab.locator("h1").waitFor();
  await remind("Later");
  await eventually(allNotified, ["Later: show"]);
  checkQuiet();
  await close();
});

test("where notifications are not allowed, it is said, and reminders are in the page, from where they lead to the task", async () => {
  const { page, remind, checkQuiet, close } = await openTabs(1, { permissions: [] });
  await page.getByText("This browser does not allow notifications here.").waitFor();
  await remind("Call Ann");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByRole("form", { name: "Change Call Ann" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("form.editor").waitFor({ state: "detached" });
  assert.equal(await rowOf(page, "Call Ann").count(), 0, "it is not due today");
  assert.notEqual(await page.evaluate(() => document.activeElement?.tagName), "BODY");
  checkQuiet();
  await close();
});
