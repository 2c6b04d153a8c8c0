// Where the focus is after each thing that a person does by the keyboard: never nowhere.

import assert from "node:assert/strict";
import { test } from "node:test";

import { call, password, signUp } from "../testing/client.mjs";
import { atRest, eventually, openApp, pressWay, rowOf } from "./app.mjs";
import { startForAllTests } from "./browser.mjs";

const { server, browser } = await startForAllTests();

/** What has the focus, in words: "heading Today", "task one", "field Title", "button Save in Log out now?". */
function describeFocus() {
  const element = document.activeElement;
  if (!element || element === document.body) return "nothing";
  const text = (each) => (each?.getAttribute("aria-label") ?? each?.textContent ?? "").replace(/\s+/g, " ").trim();
  const dialog = element.closest("dialog");
  const place = dialog ? ` in ${text(dialog.querySelector("h2"))}` : "";
  if (element.tagName === "H1") return `heading ${text(element.querySelector("span") ?? element)}`;
  if (element.matches("[data-id] .title")) return `task ${text(element)}`;
  if (element.matches("input, select, textarea")) {
    const label = element.labels?.[0];
    return `field ${text(element.ariaLabel ? element : label?.querySelector("span") ?? label)}${place}`;
  }
  return `${element.tagName === "A" ? "link" : "button"} ${text(element)}${place}`;
}

/** A user with these tasks, the last one first in the list of all, and the page for the log-in. */
async function openWith(tasks) {
  const user = await signUp(server);
  const ids = {};
  for (const json of tasks) {
    const { json: { id } } = await call(server, { method: "POST", path: "/api/tasks", token: user.token, json });
    ids[json.title] = id;
  }
  const opened = await openApp(browser, server);
  const { page } = opened;
  return {
    ...opened, user, ids,
    focusIs: (expected) => eventually(() => page.evaluate(describeFocus), expected),
    press: async (...keys) => { for (const key of keys) await page.keyboard.press(key); },
    /** Goes on with the tabulator key until that has the focus. */
    async tabTo(wanted) {
      const passed = [];
      for (let count = 0; count < 60; ++count) {
        await page.keyboard.press("Tab");
        const now = await page.evaluate(describeFocus);
        if (now === wanted) return;
        passed.push(now);
      }
      assert.fail(`${wanted} is not reached: ${passed.join(", ")}`);
    },
    titles: (...wanted) => eventually(() => page.locator("[data-id] .title").allTextContents(), wanted),
    async logIn() {
      await page.getByLabel("Email").fill(user.email);
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.keyboard.press("Enter");
    },
  };
}

const day = (count) => new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10);
const open = (titles) => titles.map((title) => ({ title }));

test("the focus is never lost on the way through tasks", async () => {
  const { page, focusIs, press, tabTo, titles, logIn, checkQuiet, close } =
    await openWith(open(["six", "five", "four", "three", "two", "one"]));
  await logIn();
  await focusIs("heading Today");
  await pressWay(page, "a");
  await focusIs("heading All tasks");
  await rowOf(page, "one").waitFor();

  // Adding.
  await press("n");
  await focusIs("field New task");
  await page.keyboard.type("zero !high\n");
  await focusIs("field New task");
  await page.keyboard.type("gone tomorrow");
  await tabTo("button Tomorrow: leave this out");
  await press("Enter");
  await focusIs("field New task");
  await press("Escape", "Escape");
  await focusIs("heading All tasks");

  // Completing and undoing, by a key and by the message's button.
  await press("j");
  await focusIs("task zero");
  await press("x");
  await focusIs("task one");
  await titles("one", "two", "three", "four", "five", "six");
  await press("u");
  await titles("zero", "one", "two", "three", "four", "five", "six");
  await focusIs("task one");
  await press("x");
  await focusIs("task two");
  await tabTo("button Undo");
  await press("Enter");
  await titles("zero", "one", "two", "three", "four", "five", "six");
  await focusIs("button Delete: two");
  await press("u");

  // Deleting from the middle and from the end.
  await press("Shift+Tab", "Shift+Tab");
  await focusIs("task two");
  await press("Delete");
  await focusIs("task three");
  await press("End");
  await focusIs("task six");
  await press("Delete");
  await focusIs("task five");
  await tabTo("button Close this message");
  await press("Enter");
  await focusIs("button Delete: five");
  await titles("zero", "one", "three", "four", "five");

  // The open task: saved, left, moved out of the list that is shown.
  await press("Home", "Enter");
  await focusIs("field Title");
  await press("Escape");
  await focusIs("task zero");
  await press("e");
  await focusIs("field Title");
  await press("!", "Control+Enter");
  await focusIs("task zero!");
  await press("d");
  await focusIs("field Due");
  await tabTo("button Cancel");
  await press("Enter");
  await focusIs("task zero!");
  await press("t");
  await focusIs("field Tags, with commas between");
  await page.keyboard.type("home\n");
  await focusIs("task zero!");
  await tabTo("link #home");
  await press("Enter");
  await focusIs("heading #home");
  await titles("zero!");
  await press("j", "t");
  await focusIs("field Tags, with commas between");
  await press("Control+a", "Backspace", "Enter");
  await focusIs("heading #home");
  await titles();
  await press("u");
  await titles("zero!");
  await press("j", "e");
  await focusIs("field Title");
  await tabTo("button Delete this task");
  await press("Enter");
  await focusIs("heading #home");
  await titles();
  checkQuiet();
  await close();
});

test("the focus is never lost where days and orders change, a search ends, and the last task of a list goes", async () => {
  const { page, focusIs, press, tabTo, titles, logIn, checkQuiet, close } = await openWith([
    { title: "last", due_date: day(0) }, { title: "first", due_date: day(0), priority: "high" }, { title: "later", due_date: day(3) },
  ]);
  await logIn();
  await titles("last", "first");
  await tabTo("field Order");
  await press("p"); // Priority
  await titles("first", "last");
  await focusIs("field Order");
  await press("Shift+Tab", "/");
  await page.keyboard.type("later");
  await titles("later");
  await focusIs("field Search all tasks");
  await tabTo("button Clear the search");
  await press("Enter");
  await focusIs("field Search all tasks");
  await titles("first", "last");
  await press("Escape");
  await tabTo("task first");
  await press("+"); // It is due tomorrow then.
  await focusIs("task last");
  await press("x");
  await focusIs("heading Today");
  await titles();

  await pressWay(page, "u");
  await focusIs("heading Upcoming");
  await titles("first", "later");
  await press("j", "+", "+", "+");
  await titles("later", "first");
  await focusIs("task first");

  // What is deleted, removed and restored.
  await press("Delete");
  await focusIs("task later");
  await press("Delete");
  await focusIs("heading Upcoming");
  await pressWay(page, "x");
  await focusIs("heading Trash");
  await titles("later", "first");
  await tabTo("button Remove for good: later");
  await press("Enter");
  await focusIs("button Close in Remove “later” for good?");
  await press("Escape");
  await focusIs("button Remove for good: later");
  await press("Enter");
  await tabTo("button Remove in Remove “later” for good?");
  await press("Enter");
  await titles("first");
  await focusIs("task first");
  await tabTo("button Restore: first");
  await press("Enter");
  await titles();
  await focusIs("heading Trash");
  await press("u");
  await titles("first");
  await page.keyboard.press("Tab");
  await tabTo("button Empty the trash");
  await press("Enter");
  await tabTo("button Empty the trash in Remove all deleted tasks for good?");
  await press("Enter");
  await titles();
  await focusIs("heading Trash");
  checkQuiet();
  await close();
});

test("the focus is never lost in dialogs and in the account, and the way in and out", async () => {
  const { page, user, ids, focusIs, press, tabTo, titles, logIn, checkQuiet, close } = await openWith(open(["two", "one"]));
  await tabTo("link Sign up");
  await press("Enter");
  await focusIs("heading Sign up");
  await tabTo("link Log in");
  await press("Enter");
  await focusIs("heading Log in");
  await logIn();
  await focusIs("heading Today");
  await press("?");
  await focusIs("button Close in Keys");
  await press("Escape");
  await focusIs("heading Today");
  await pressWay(page, "a");
  await titles("one", "two");
  await press("j", "?");
  await focusIs("button Close in Keys");
  await press("Enter");
  await focusIs("task one");

  // Another change of the same task.
  const change = async (title) => {
    await call(server, { method: "PATCH", path: `/api/tasks/${ids.one}`, token: user.token, json: { title } });
  };
  for (const answer of ["Keep yours", "Keep the other"]) {
    await press("e");
    await focusIs("field Title");
    await press("End", "!");
    await change(`other than ${answer}`);
    await press("Enter");
    await focusIs("button Keep yours in Changed in two places");
    if (answer !== "Keep yours") await tabTo("button Keep the other in Changed in two places");
    await press("Enter");
    await focusIs(answer === "Keep yours" ? "task one!" : "task other than Keep the other");
    // It is shown before it is sent: the next change must come after it.
    if (answer === "Keep yours") {
      const path = `/api/tasks/${ids.one}`;
      await eventually(async () => (await call(server, { path, token: user.token })).json.title, "one!");
    }
  }
  await press("e", "End", "!");
  await focusIs("field Title");
  await change("once more");
  await press("Enter");
  await focusIs("button Keep yours in Changed in two places");
  await press("Escape");
  await focusIs("task other than Keep the other!");
  await page.locator("h1").focus();
  await press("Shift+Tab");
  await tabTo("button Show");
  await press("Enter");
  await focusIs("button Close in Changes that wait");
  await tabTo("button Drop: Change “other than Keep the other!” in Changes that wait");
  await press("Enter");
  await page.getByText("Everything is on the server.").waitFor();
  await focusIs("button Close in Changes that wait");
  await press("Enter");
  await focusIs("heading All tasks");

  // The account.
  await pressWay(page, "s");
  await focusIs("heading Account");
  await tabTo("field Name");
  await page.keyboard.type("Ann\n");
  await eventually(async () => (await call(server, { path: "/api/auth/me", token: user.token })).json.name, "Ann");
  await page.getByText("Changed", { exact: true }).waitFor();
  await focusIs("field Name");
  await tabTo("button Change the name");
  await press("Enter");
  await eventually(() => page.getByText("Changed", { exact: true }).count(), 2);
  await focusIs("button Change the name");
  await tabTo("field Password so far");
  await press("Enter");
  await page.getByRole("alert").first().waitFor();
  await page.evaluate(describeFocus).then((now) => assert.match(now, /^field /));
  await tabTo("field What it is for");
  await page.keyboard.type("Report\n");
  await page.locator("code.secret").waitFor();
  await focusIs("field What it is for");
  await page.locator("h1").focus();
  await tabTo("button Revoke Report");
  await press("Enter");
  await page.getByRole("button", { name: "Revoke Report" }).waitFor({ state: "detached" });
  await focusIs("heading Account");
  await tabTo("button Log out elsewhere");
  await press("Enter");
  await page.getByRole("button", { name: "Log out elsewhere" }).waitFor({ state: "detached" });
  await focusIs("heading Account");
  await tabTo("button Delete the account…");
  await press("Enter");
  await focusIs("field Your password");
  await tabTo("button Keep it");
  await press("Enter");
  await focusIs("button Delete the account…");

  // Out, after a question, as something waits.
  await page.context().setOffline(true);
  await pressWay(page, "a");
  await focusIs("heading All tasks");
  await press("n");
  await focusIs("field New task");
  await page.keyboard.type("three\n");
  await titles("three", "once more", "two");
  await page.getByText("1 change waits").waitFor();
  await press("Escape");
  await tabTo("button Log out");
  await press("Enter");
  await focusIs("button Close in Log out now?");
  await tabTo("button Cancel in Log out now?");
  await press("Enter");
  await focusIs("button Log out");
  await press("Enter");
  await tabTo("button Log out in Log out now?");
  await press("Enter");
  await focusIs("heading Log in");
  checkQuiet(/status of 4(01|12|22)|INTERNET_DISCONNECTED/);
  await close();
});

test("the focus is never lost in a phone's menu", async () => {
  const { page, focusIs, press, tabTo, logIn, checkQuiet, close } = await openWith(open(["one"]));
  await page.setViewportSize({ width: 360, height: 740 });
  await logIn();
  await focusIs("heading Today");
  await tabTo("button More");
  await press("Enter");
  await focusIs("button Close in Menu");
  await press("Escape");
  await focusIs("button More");
  await press("Enter");
  await tabTo("link Done in Menu");
  await press("Enter");
  await focusIs("heading Done");
  await tabTo("button More");
  await press("Enter");
  await tabTo("button Keys in Menu");
  await press("Enter");
  await focusIs("button Close in Keys");
  await press("Escape");
  await focusIs("button More");
  await press("Enter");
  await tabTo("button Log out in Menu");
  await atRest(page);
  await press("Enter");
  await focusIs("heading Log in");
  checkQuiet();
  await close();
});
