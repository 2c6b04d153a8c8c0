// The web application for everyone: axe-core finds nothing on any screen, in both colour schemes and on a phone, and
// all can be done by the keyboard alone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";

import { call, signUp } from "../testing/client.mjs";
import { addTask, eventually, goTo, openApp, openAppOf, pressWay, rowOf, settled, titlesOf } from "./app.mjs";
import { startForAllTests, takePicture } from "./browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const { server, browser } = await startForAllTests();

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails if axe-core finds something on the page as it is. */
async function checkAccess(page, screen) {
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))));
  // By the browser's debugger, which the page's policy does not concern; once for each page.
  if (!await page.evaluate("'axe' in globalThis")) await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run({ runOnly, resultTypes: ["violations"] }), rules);
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
  assert.deepEqual(found, [], screen);
}

/** Fails if something is wider than the window. */
async function checkNotWider(page, screen) {
  const [width, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(width <= window, `${screen} is ${width} wide in ${window}`);
}

const day = (count) => new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10);

/** A user with something on each screen. */
async function makeUser() {
  const user = await signUp(server);
  const tasks = [
    { title: "Late", due_date: day(-3), priority: "urgent", tags: ["home"] },
    { title: "Pay rent", due_date: day(0), priority: "high", tags: ["home", "money"], recurrence: "FREQ=MONTHLY" },
    { title: "Call Ann", due_date: `${day(1)}T17:00`, description: "about the garden", priority: "low" },
    { title: "a".repeat(200), tags: ["x".repeat(50)] }, { title: "مرحبا بالعالم", priority: "medium" },
    { title: "Done", is_completed: true }, { title: "Deleted" },
  ];
  for (const json of tasks) {
    const { status, json: { id } } = await call(server, { method: "POST", path: "/api/tasks", token: user.token, json });
    assert.equal(status, 201);
    if (json.title === "Deleted") await call(server, { method: "DELETE", path: `/api/tasks/${id}`, token: user.token });
  }
  return user;
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1100, 320]) {
    const options = { colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" };
    const name = `${colorScheme}-${width}`;

    test(`axe-core finds nothing before one is logged in, ${name}`, async () => {
      for (const hash of ["#/login", "#/signup"]) {
        const { page, checkQuiet, close } = await openApp(browser, server, { hash, ...options });
        await checkAccess(page, hash);
        await checkNotWider(page, hash);
        await takePicture(page, `app-${hash.slice(2)}-${name}`);
        checkQuiet();
        await close();
      }
    });

    test(`axe-core finds nothing on the screens of tasks and of the account, ${name}`, async () => {
      const { page, checkQuiet, close } = await openAppOf(browser, server, { user: await makeUser(), ...options });
      for (const screen of ["today", "upcoming", "all", "done", "trash", "tag/home", "search/nothing", "search/pay", "account"]) {
        await goTo(page, `#/${screen}`);
        await settled(page);
        await checkAccess(page, screen);
        await checkNotWider(page, screen);
        await takePicture(page, `app-${screen.replace("/", "-")}-${name}`, { fullPage: true });
      }
      await goTo(page, "#/all");
      await page.getByLabel("New task").fill("Pay rent tomorrow #home !high every month");
      await page.locator(".chip").first().waitFor();
      await checkAccess(page, "adding");
      await takePicture(page, `app-adding-${name}`);
      await page.getByLabel("New task").fill("");
      await rowOf(page, "Call Ann").locator("button.title").click();
      await page.getByLabel("Title", { exact: true }).waitFor();
      await checkAccess(page, "editing");
      await checkNotWider(page, "editing");
      await takePicture(page, `app-editing-${name}`);
      await page.keyboard.press("Escape");
      await page.locator("h1").focus();
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      await checkAccess(page, "keys");
      await takePicture(page, `app-keys-${name}`);
      checkQuiet();
      await close();
    });

    test(`axe-core finds nothing in what asks or waits, ${name}`, async () => {
      const user = await makeUser();
      const { page, checkQuiet, close } = await openAppOf(browser, server, { user, hash: "#/all", ...options });
      const dialog = page.getByRole("dialog");
      const look = async (screen) => {
        await checkAccess(page, screen);
        await checkNotWider(page, screen);
        const inside = await page.locator("dialog, form.editor").evaluateAll((all) => all.map((each) => each.scrollWidth - each.clientWidth));
        assert.deepEqual(inside.filter((more) => more > 0), [], `${screen} is wider than its place`);
        await takePicture(page, `app-${screen}-${name}`);
      };
      if (width < 500) {
        await page.getByRole("button", { name: "More" }).click();
        await dialog.waitFor();
        await look("menu");
        await page.keyboard.press("Escape");
      }

      await rowOf(page, "Call Ann").locator("button.title").click();
      await page.getByLabel("Repeat", { exact: true }).selectOption({ label: "Other…" });
      await page.getByLabel("Repeat, in words").fill("every 2 weeks on mon and thu");
      await page.getByText("Understood: ").waitFor();
      await look("repeating");
      await page.getByLabel("Repeat, in words").fill("every now and then");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("This is not understood.").waitFor();
      await look("repeating-wrong");
      await page.getByLabel("Repeat, in words").fill("every 2 weeks on mon and thu");

      const { json: { tasks: [task] } } = await call(server, { path: "/api/tasks?q=Ann", token: user.token });
      await call(server, { method: "PATCH", path: `/api/tasks/${task.id}`, token: user.token, json: { title: `${"z".repeat(100)}`, tags: ["garden"] } });
      await page.getByRole("button", { name: "Save" }).click();
      await dialog.getByText("Changed in two places").waitFor();
      await look("conflict");
      await page.keyboard.press("Escape");

      await page.context().setOffline(true);
      await addTask(page, "While it is away");
      await page.getByText("The server has refused a change.").or(page.getByText("The server does not answer.")).waitFor();
      await look("notice");
      await page.getByRole("button", { name: "Show", exact: true }).click();
      await dialog.waitFor();
      await look("waiting");
      await page.keyboard.press("Escape");
      if (width < 500) await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("button", { name: "Log out", exact: true }).last().click();
      await dialog.getByText("Log out now?").waitFor();
      await look("question");
      await page.keyboard.press("Escape");
      checkQuiet(/status of 412|INTERNET_DISCONNECTED/);
      await close();
    });
  }
}

test("axe-core would find what is wrong", async () => {
  const { page, close } = await openApp(browser, server);
  await page.evaluate(() => {
    document.querySelector("main")?.append(document.createElement("img"), document.createElement("input"));
  });
  await assert.rejects(checkAccess(page, "wrong"), /image-alt[^]*label/);
  await close();
});

test("all can be done by the keyboard alone", async () => {
  const { page, user, checkQuiet, close } = await openAppOf(browser, server);
  const tasks = async () => (await call(server, { path: "/api/tasks?sort=created_at", token: user.token })).json.tasks;
  const { keyboard } = page;
  await page.locator("h1").focus();
  await pressWay(page, "a");
  await page.waitForFunction(() => location.hash === "#/all");
  for (const title of ["one", "two"]) {
    await keyboard.press("n");
    await keyboard.type(`${title}\n`);
    await rowOf(page, title).waitFor();
    await keyboard.press("Escape");
  }
  await eventually(async () => (await tasks()).map(({ title }) => title), ["one", "two"]);
  const titleInFocus = () => page.evaluate(() => document.activeElement?.closest("[data-id]")?.querySelector(".title")?.textContent);
  await page.locator("h1").focus();
  await keyboard.press("j");
  const first = await titleInFocus();
  await keyboard.press("ArrowDown");
  const second = await titleInFocus();
  assert.deepEqual([first, second].sort(), ["one", "two"]);

  // The one in focus: priority, due day, title, tags, done, and back.
  const current = async () => (await tasks()).find(({ title }) => title.startsWith(second));
  await keyboard.press("3");
  await eventually(async () => (await current()).priority, "high");
  await keyboard.press("+");
  await eventually(async () => (await current()).due_date !== null, true);
  await keyboard.press("e");
  await page.getByLabel("Title", { exact: true }).waitFor();
  await keyboard.press("End");
  await keyboard.type(" more");
  await keyboard.press("Control+Enter");
  await eventually(async () => (await current()).title, `${second} more`);
  await eventually(titleInFocus, `${second} more`);
  await keyboard.press("x");
  await eventually(async () => (await current()).is_completed, true);
  await keyboard.press("u");
  await eventually(async () => (await current()).is_completed, false);

  await keyboard.press("/");
  await keyboard.type("more");
  await eventually(() => titlesOf(page), [`${second} more`]);
  await keyboard.press("Escape");
  await eventually(async () => (await titlesOf(page)).length, 2);
  await page.locator("h1").focus();
  await keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  checkQuiet();
  await close();
});
