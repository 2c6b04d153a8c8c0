// The web application where it is not alone: other tabs, other users, a server that is away, and changes that meet.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { call, password, signUp } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";
import { addTask, allSent, arrived, atRest, eventually, goTo, logIn, openAppOf, rowOf, titlesOf } from "./app.mjs";
import { startForAllTests } from "./browser.mjs";

const { server, browser } = await startForAllTests();

const tasksOf = async ({ token }, at = server) => (await call(at, { path: "/api/tasks?sort=created_at", token })).json.tasks;
const titlesOnServer = async (user, at) => (await tasksOf(user, at)).map(({ title }) => title);

test("what is done in one tab is seen in the other", async () => {
  const { page, user, checkQuiet, close } = await openAppOf(browser, server, { hash: "#/all" });
  const other = await page.context().newPage();
  await other.goto(`${server.origin}/app/#/all`);
  await other.getByLabel("New task").waitFor();
  await addTask(page, "Buy milk");
  await rowOf(other, "Buy milk").waitFor();
  await rowOf(other, "Buy milk").getByRole("checkbox").click({ force: true });
  await eventually(() => titlesOf(page), []);
  await call(server, { method: "POST", path: "/api/tasks", token: user.token, json: { title: "From a script" } });
  await Promise.all([page, other].map((tab) => rowOf(tab, "From a script").waitFor()));
  // Out in one is out in all.
  await allSent(page);
  await atRest(page);
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await other.getByRole("heading", { name: "Log in" }).waitFor();
  checkQuiet();
  await close();
});

test("nothing of one user is shown to the next one at the same browser", async () => {
  const { page, checkQuiet, close } = await openAppOf(browser, server, { hash: "#/all" });
  await addTask(page, "Ann's secret");
  await rowOf(page, "Ann's secret").waitFor();
  await allSent(page);
  await atRest(page);
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  const bob = await signUp(server);
  await logIn(page, bob.email);
  await page.getByLabel("New task").waitFor();
  await goTo(page, "#/all");
  await addTask(page, "Bob's own");
  await eventually(() => titlesOf(page), ["Bob's own"]);
  assert.ok(!(await page.content()).includes("secret"));
  await eventually(() => titlesOnServer(bob), ["Bob's own"]);
  checkQuiet();
  await close();
});

test("changes wait while the server is away, survive a reload, and go out once it is back", async () => {
  const data = await mkdtemp(join(tmpdir(), "taskdock-offline-"));
  const first = await startServer(["--throttle", "off"], { data });
  const { page, user, checkQuiet, close } = await openAppOf(browser, first, { hash: "#/all" });
  await addTask(page, "Before");
  await eventually(() => titlesOnServer(user, first), ["Before"]);
  await arrived(page, "Before");

  await first.kill();
  await addTask(page, "While it was away");
  await rowOf(page, "While it was away").waitFor();
  await rowOf(page, "Before").locator("button.title").click();
  await page.getByLabel("Title", { exact: true }).fill("Before, and changed");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The server does not answer. 2 changes wait here.").waitFor();
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("dialog").getByText("Add “While it was away”", { exact: true }).waitFor();
  await page.keyboard.press("Escape");

  const second = await startServer(["--throttle", "off"], { data, port: first.port });
  await page.evaluate(() => dispatchEvent(new Event("online"))); // else the next attempt can be a minute away
  await eventually(() => titlesOnServer(user, second), ["Before, and changed", "While it was away"]);
  await page.getByText("The server does not answer.").waitFor({ state: "hidden" });
  await page.reload();
  await eventually(async () => (await titlesOf(page)).sort(), ["Before, and changed", "While it was away"]);
  checkQuiet(/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|ERR_NETWORK|ERR_SOCKET/);
  await close();
  await second.stop();
  await rm(data, { recursive: true, force: true });
});

/** A page with a task that is open for changes, while somebody else changes it. */
async function meetAnotherChange() {
  const opened = await openAppOf(browser, server, { hash: "#/all" });
  const { page, user } = opened;
  await addTask(page, "Buy milk");
  await eventually(() => titlesOnServer(user), ["Buy milk"]);
  await arrived(page, "Buy milk");
  await rowOf(page, "Buy milk").locator("button.title").click();
  await page.getByLabel("Title", { exact: true }).fill("Buy oat milk");
  const [{ id }] = await tasksOf(user);
  await call(server, { method: "PATCH", path: `/api/tasks/${id}`, token: user.token, json: { title: "Buy soy milk" } });
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Changed in two places").waitFor();
  await dialog.getByRole("cell", { name: "Buy oat milk" }).waitFor();
  await dialog.getByRole("cell", { name: "Buy soy milk" }).waitFor();
  return { ...opened, dialog };
}

for (const [choice, title] of [["Keep yours", "Buy oat milk"], ["Keep the other", "Buy soy milk"]]) {
  test(`of two changes of a task both versions are shown, and none is lost: ${choice}`, async () => {
    const { page, user, dialog, checkQuiet, close } = await meetAnotherChange();
    assert.deepEqual(await titlesOnServer(user), ["Buy soy milk"], "nothing is overwritten before it is chosen");
    await dialog.getByRole("button", { name: choice }).click();
    await eventually(() => titlesOnServer(user), [title]);
    await eventually(() => titlesOf(page), [title]);
    checkQuiet(/status of 412/);
    await close();
  });
}

test("which of two changes is kept can be left open, and chosen later", async () => {
  const { page, user, dialog, checkQuiet, close } = await meetAnotherChange();
  assert.equal(await dialog.getByRole("button", { name: "Close" }).count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Keep yours");
  await page.mouse.click(5, 5); // beside the dialog
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(await titlesOnServer(user), ["Buy soy milk"]);
  await page.getByText("The server has refused a change.").waitFor();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByRole("button", { name: /^Choose: / }).click();
  await page.getByRole("button", { name: "Keep yours" }).click();
  await eventually(() => titlesOnServer(user), ["Buy oat milk"]);
  await page.getByText("Everything is on the server.").waitFor();
  await page.keyboard.press("Escape");
  await eventually(() => titlesOf(page), ["Buy oat milk"]);
  checkQuiet(/status of 412/);
  await close();
});

test("an access token that has expired is renewed without a word", async () => {
  const short = await startServer(["--throttle", "off", "--access-token-ttl", "4"]);
  const { page, checkQuiet, close } = await openAppOf(browser, short, { hash: "#/all" });
  for (const title of ["one", "two", "three"]) {
    await new Promise((resolve) => setTimeout(resolve, 4200));
    await addTask(page, title);
    await arrived(page, title);
  }
  await page.reload();
  await eventually(async () => (await titlesOf(page)).sort(), ["one", "three", "two"]);
  checkQuiet(/status of 401/);
  await close();
  await short.stop();
});

test("a session that was ended elsewhere leads to the log-in, and back to the same tasks", async () => {
  const { page, user, checkQuiet, close } = await openAppOf(browser, server, { hash: "#/all" });
  await addTask(page, "Buy milk");
  await rowOf(page, "Buy milk").waitFor();
  await eventually(() => titlesOnServer(user), ["Buy milk"]);
  assert.equal((await call(server, { method: "DELETE", path: "/api/auth/sessions", token: user.token })).status, 204);
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  assert.ok(!(await page.content()).includes("Buy milk"));
  await logIn(page, user.email);
  await rowOf(page, "Buy milk").waitFor();
  checkQuiet(/status of 401/);
  await close();
});

/** The account's page in another browser, in which the same user is logged in. */
async function openElsewhere(user) {
  const opened = await openAppOf(browser, server, { user, hash: "#/account" });
  return { ...opened, profile: opened.page.getByRole("region", { name: "Profile" }) };
}

const saysEnd = (page) => page.getByText("Your session has ended. Log in again.").waitFor();

/** A second tab of the same browser, at the account's page. */
async function openTab(page) {
  const tab = await page.context().newPage();
  await tab.goto(`${server.origin}/app/#/account`);
  await tab.getByRole("button", { name: "Delete the account…" }).waitFor();
  return tab;
}

/** Fills in the password and deletes the account, in a tab in which the form may be shown already. */
async function deleteAccount(tab, given) {
  const open = tab.getByRole("button", { name: "Delete the account…" });
  if (await open.isVisible()) await open.click();
  await tab.locator("#f-deletion-password").fill(given);
  await tab.getByRole("button", { name: "Delete everything" }).click();
}

test("when the account is deleted in one tab, each other tab says so", async () => {
  const { page, user, checkQuiet, close } = await openAppOf(browser, server, { hash: "#/all" });
  const [first, second] = [await openTab(page), await openTab(page)]; // the page before them has the stream
  await deleteAccount(second, "wrong");
  await second.getByRole("alert").waitFor();
  await deleteAccount(second, password);
  for (const each of [page, first, second]) {
    await each.getByRole("heading", { name: "Log in" }).waitFor();
    await each.getByText("The account was deleted.").waitFor();
    assert.equal(await each.getByText("Your session has ended.").count(), 0);
  }
  assert.equal((await call(server, { path: "/api/auth/me", token: user.token })).status, 401);
  checkQuiet(/status of 40[13]/);
  await close();
});

test("a tab that is told of the end by the server first says the reason as soon as it knows it", async () => {
  const { page, checkQuiet, close } = await openAppOf(browser, server, { hash: "#/all" });
  const other = await openTab(page);
  // A busy browser shows a tab late what another has written. Here it does so once it is told to.
  await page.evaluate(() => {
    const { getItem, setItem } = Storage.prototype;
    const seen = new Map();
    Storage.prototype.getItem = (key) => {
      if (!seen.has(key)) seen.set(key, getItem.call(localStorage, key));
      return seen.get(key);
    };
    Storage.prototype.setItem = (key, value) => {
      seen.set(key, value);
      setItem.call(localStorage, key, value);
    };
    for (let at = 0; at < localStorage.length; ++at) localStorage.getItem(localStorage.key(at));
    window.arrive = () => {
      Object.assign(Storage.prototype, { getItem, setItem });
      window.dispatchEvent(new StorageEvent("storage"));
    };
  });
  await deleteAccount(other, password);
  await page.getByText("Your session has ended.").waitFor();
  await other.getByText("The account was deleted.").waitFor();
  await page.evaluate(() => window.arrive());
  await page.getByText("The account was deleted.").waitFor();
  for (const each of [page, other]) assert.equal(await each.getByText("Your session has ended.").count(), 0);
  checkQuiet(/status of 401/);
  await close();
});

test("a password that is changed ends the other browsers' sessions, and no tab of its own", async () => {
  const here = await openAppOf(browser, server, { hash: "#/account" });
  const { page, user } = here;
  const tab = await page.context().newPage();
  await tab.goto(`${server.origin}/app/#/all`);
  await tab.getByLabel("New task").waitFor();
  const elsewhere = await openElsewhere(user);
  await page.getByLabel("Password so far").fill(password);
  await page.getByLabel("New password", { exact: true }).fill(`${password} 2`);
  await page.getByLabel("New password again").fill(`${password} 2`);
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("The password is changed; all other sessions have ended").waitFor();
  await saysEnd(elsewhere.page);
  await addTask(tab, "Still here");
  await eventually(async () => (await titlesOf(tab)), ["Still here"]);
  await logIn(elsewhere.page, user.email, `${password} 2`);
  await elsewhere.profile.waitFor();

  // A session that is ended in the list of sessions.
  await page.reload();
  await page.getByRole("region", { name: "Sessions" }).getByRole("button", { name: /^Log out Chrome/ }).click();
  await saysEnd(elsewhere.page);
  for (const each of [here, elsewhere]) each.checkQuiet(/status of 401/);
  await here.close();
  await elsewhere.close();
});

test("an email that is changed is shown in the other tabs at once, and in another browser when the account is opened", async () => {
  const here = await openAppOf(browser, server, { hash: "#/account" });
  const { page, user } = here;
  const tab = await page.context().newPage();
  await tab.goto(`${server.origin}/app/#/account`);
  const emailIn = (each) => each.getByLabel("Email").inputValue();
  await eventually(() => emailIn(tab), user.email);
  const elsewhere = await openElsewhere(user);
  const email = `new-${user.email}`;
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Your password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Change the email" }).click();
  await eventually(() => emailIn(tab), email);
  await goTo(elsewhere.page, "#/today");
  await goTo(elsewhere.page, "#/account");
  await eventually(() => emailIn(elsewhere.page), email);
  for (const each of [here, elsewhere]) each.checkQuiet();
  await here.close();
  await elsewhere.close();
});
