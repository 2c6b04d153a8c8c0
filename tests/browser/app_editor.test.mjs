// A task that is changed where it stands: how it repeats, in its form, and its day, by a finger.

import assert from "node:assert/strict";
import { test } from "node:test";

import { call, signUp } from "../testing/client.mjs";
import { eventually, openAppOf, rowOf } from "./app.mjs";
import { startForAllTests } from "./browser.mjs";

const { server, browser } = await startForAllTests();

/** The application with one task that is open for changes. `stored()` is what the server has of it. */
async function openTask(json) {
  const user = await signUp(server);
  const { token } = user;
  const { status, json: task } = await call(server, {
    method: "POST", path: "/api/tasks", token, json: { title: "Water the plants", due_date: "2026-08-10", ...json },
  });
  assert.equal(status, 201);
  const opened = await openAppOf(browser, server, { user, hash: "#/all" });
  const { page } = opened;
  await rowOf(page, "Water the plants").locator("button.title").click();
  return {
    ...opened,
    words: page.getByLabel("Repeat, in words"),
    from: page.getByLabel("Count the next date from"),
    save: () => page.getByRole("button", { name: "Save" }).click(),
    async stored() {
      const answer = await call(server, { path: `/api/tasks/${task.id}`, token });
      return [answer.json.recurrence, answer.json.recurrence_from];
    },
  };
}

test("any repetition can be said in words, and is shown as it was understood", async () => {
  const { page, words, save, stored, checkQuiet, close } = await openTask();
  const { keyboard } = page;
  await page.getByLabel("Repeat", { exact: true }).focus();
  await keyboard.type("Other"); // as whoever has no mouse chooses it
  await words.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "e-rule", "a choice does not move the focus");
  await keyboard.press("Tab");
  await keyboard.type("every 2 weeks on mon and thu");
  await page.getByText("Understood: every 2 weeks on Monday and Thursday").waitFor();
  await words.fill("every month on the last day until 2027-08-01");
  const hint = page.locator(`#${await words.getAttribute("aria-describedby")}`);
  assert.equal(await hint.getAttribute("role"), "status");
  await eventually(() => hint.innerText(), "Understood: every month on the last day until 2027-08-01");
  await keyboard.press("Enter");
  await eventually(stored, ["FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20270801", "due"]);
  await rowOf(page, "Water the plants").getByText("every month on the last day until 2027-08-01").waitFor();

  // It is one of the choices from now on, and can be changed in words.
  await rowOf(page, "Water the plants").locator("button.title").click();
  await page.getByLabel("Repeat", { exact: true }).selectOption({ label: "Other…" });
  assert.equal(await words.inputValue(), "every month on the last day until 2027-08-01");
  await words.fill("every day");
  await save();
  await eventually(stored, ["FREQ=DAILY", "due"]);
  checkQuiet();
  await close();
});

test("words that are no rule are not saved, and it is said what was not understood", async () => {
  const { page, words, save, stored, checkQuiet, close } = await openTask({ recurrence: "FREQ=DAILY" });
  await page.getByLabel("Repeat", { exact: true }).selectOption({ label: "Other…" });
  await words.fill("every day or so");
  assert.equal(await words.getAttribute("aria-invalid"), null, "not while it is typed");
  await save();
  await page.getByText("“or so” is not understood.").waitFor();
  assert.equal(await words.getAttribute("aria-invalid"), "true");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "e-words");
  await words.fill("");
  await save();
  await page.getByText("This is not understood.").waitFor();
  assert.deepEqual(await stored(), ["FREQ=DAILY", "due"]);
  await page.keyboard.press("Escape");
  await page.locator("form.editor").waitFor({ state: "detached" });
  assert.deepEqual(await stored(), ["FREQ=DAILY", "due"]);
  checkQuiet();
  await close();
});

test("a rule that words cannot say is shown, is kept when something else is changed, and can be changed as it is", async () => {
  const rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1";
  const { page, words, save, stored, checkQuiet, close } = await openTask({ recurrence: rule, recurrence_from: "completion" });
  await page.getByLabel("Title", { exact: true }).fill("Water the plants, all of them");
  const shown = await page.getByLabel("Repeat", { exact: true }).locator("option:checked").innerText();
  assert.match(shown, /^every month on Monday, .*, the last of these$/);
  await save();
  await rowOf(page, "all of them").waitFor();
  assert.deepEqual(await stored(), [rule, "completion"]);
  await rowOf(page, "all of them").locator("button.title").click();
  await page.getByLabel("Repeat", { exact: true }).selectOption({ label: "Other…" });
  assert.equal(await words.inputValue(), rule);
  await words.fill(rule.replace("-1", "1"));
  await page.getByText("Understood: every month on Monday, Tuesday, Wednesday, Thursday and Friday, the first of these after completion").waitFor();
  await save();
  await eventually(stored, [rule.replace("-1", "1"), "completion"]);
  checkQuiet();
  await close();
});

test("what the next date is counted from is a choice, which words can make", async () => {
  const { page, words, from, save, stored, checkQuiet, close } = await openTask();
  await page.getByLabel("Repeat", { exact: true }).selectOption({ label: "every week" });
  await from.selectOption({ label: "when it is done" });
  await save();
  await eventually(stored, ["FREQ=WEEKLY", "completion"]);
  await rowOf(page, "Water the plants").locator("button.title").click();
  await from.selectOption({ label: "when it was due" });
  await page.getByLabel("Repeat", { exact: true }).selectOption({ label: "Other…" });
  await words.fill("every 3 days after completion");
  assert.equal(await from.inputValue(), "completion");
  assert.equal(await from.isDisabled(), true);
  await words.fill("every 3 days");
  assert.equal(await from.inputValue(), "due");
  await words.fill("every! 3 days");
  await save();
  await eventually(stored, ["FREQ=DAILY;INTERVAL=3", "completion"]);
  checkQuiet();
  await close();
});

test("a task that is added with details is opened, also where the view does not show it", async () => {
  const { page, checkQuiet, close } = await openAppOf(browser, server);
  await page.getByLabel("New task").fill("Pay rent 2030-01-01");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("form", { name: "Change Pay rent" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "e-title");
  await page.getByLabel("Notes").fill("by bank");
  await page.keyboard.press("Control+Enter");
  await page.locator("form.editor").waitFor({ state: "detached" });
  await page.getByText("Nothing is due today.").waitFor();
  checkQuiet();
  await close();
});

/** Upcoming on a phone with a task for tomorrow. `finger(type, x, y)` is what a finger does on the screen. */
async function openPhone() {
  const user = await signUp(server);
  const day = (count) => new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10);
  for (const [title, due_date] of [["Call Ann", day(1)], ...Array.from({ length: 20 }, (_, index) => [`Later ${index}`, day(9)])]) {
    const { status } = await call(server, { method: "POST", path: "/api/tasks", token: user.token, json: { title, due_date } });
    assert.equal(status, 201);
  }
  const opened = await openAppOf(browser, server, {
    user, hash: "#/upcoming", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, timezoneId: "UTC",
  });
  const { page } = opened;
  const debug = await page.context().newCDPSession(page);
  const finger = (type, x, y, ...others) =>
    debug.send("Input.dispatchTouchEvent", { type, touchPoints: x === undefined ? [] : [{ x, y, id: 0 }, ...others] });
  const row = rowOf(page, "Call Ann");
  await row.waitFor();
  const middle = async (locator) => {
    const { x, y, width, height } = await locator.boundingBox();
    return [x + width / 2, y + height / 2];
  };
  const lifted = page.locator("[data-lifted]");
  return {
    ...opened, finger, row, lifted, middle,
    dueDay: async () => (await call(server, { path: "/api/tasks?q=Ann", token: user.token })).json.tasks[0].due_date,
    tomorrow: day(1),
    dayAfter: day(2),
    /** Rests a finger on the task until it is lifted. */
    async hold() {
      const place = await middle(row);
      await finger("touchStart", ...place);
      await lifted.waitFor();
      return place;
    },
  };
}

test("a finger that rests on a task lifts it, and drops it on another day", async () => {
  const { page, finger, lifted, middle, hold, dueDay, tomorrow, dayAfter, checkQuiet, close } = await openPhone();
  await page.getByText("Hold a task to move it to another day").waitFor();
  const [x, y] = await hold();
  const target = page.locator(`[data-day="${dayAfter}"]`);
  const [, below] = await middle(target.locator("h2"));
  for (let part = 1; part <= 5; ++part) await finger("touchMove", x, y + (below - y) * part / 5);
  await page.locator(`[data-day="${dayAfter}"][data-over]`).waitFor();
  assert.ok(Math.abs((await middle(lifted))[1] - below) < 3, "it is where the finger is");
  assert.equal(await page.evaluate(() => scrollY), 0);
  assert.equal(await dueDay(), tomorrow);
  await finger("touchEnd");
  await lifted.waitFor({ state: "detached" });
  await target.locator(".title", { hasText: "Call Ann" }).waitFor();
  await eventually(dueDay, dayAfter);
  assert.equal(await page.locator("form.editor").count(), 0, "it was no tap");
  assert.equal(await page.locator("[data-over]").count(), 0);
  await page.getByRole("button", { name: "Undo" }).tap();
  await eventually(dueDay, tomorrow);
  checkQuiet();
  await close();
});

test("a finger that moves at once scrolls, and one that taps opens", async () => {
  const { page, finger, row, lifted, middle, dueDay, tomorrow, checkQuiet, close } = await openPhone();
  const [x, y] = await middle(row);
  // Sent at once, in this order: a finger that rests for a moment lifts the task.
  await Promise.all([
    finger("touchStart", x, y), ...Array.from({ length: 10 }, (_, part) => finger("touchMove", x, y - (part + 1) * 20)),
  ]);
  await page.waitForFunction(() => scrollY > 50);
  await page.waitForTimeout(500);
  assert.equal(await lifted.count(), 0);
  await finger("touchEnd");
  assert.equal(await dueDay(), tomorrow);
  await row.locator(".title").tap();
  await page.locator("form.editor").waitFor();
  checkQuiet();
  await close();
});

test("what a finger has lifted is left where it was by Escape, a second finger, the system, or a drop beside the days", async () => {
  const { page, finger, lifted, middle, hold, dueDay, tomorrow, dayAfter, checkQuiet, close } = await openPhone();
  const ways = [
    async () => {
      await page.keyboard.press("Escape");
      await lifted.waitFor({ state: "detached" });
      await finger("touchEnd");
    },
    async (x, y) => {
      await finger("touchStart", x, y, { x: x + 20, y: y + 20, id: 1 });
      await lifted.waitFor({ state: "detached" });
      await finger("touchEnd");
    },
    () => finger("touchCancel"),
    async () => {
      const [x] = await middle(page.locator(".bar"));
      await finger("touchMove", x, 735);
      await page.locator("[data-over]").waitFor({ state: "detached" });
      await finger("touchEnd");
    },
  ];
  for (const way of ways) {
    await page.evaluate(() => scrollTo(0, 0));
    const [x, y] = await hold();
    const [, below] = await middle(page.locator(`[data-day="${dayAfter}"] h2`));
    await finger("touchMove", x, y + 20);
    await finger("touchMove", x, below);
    await page.locator(`[data-day="${dayAfter}"][data-over]`).waitFor();
    await way(x, below);
    await lifted.waitFor({ state: "detached" });
    assert.equal(await page.locator("[data-over]").count(), 0);
  }
  assert.equal(await dueDay(), tomorrow);
  assert.equal(await page.locator("form.editor").count(), 0);
  checkQuiet();
  await close();
});

test("near the lower end of the screen the list scrolls below the finger", async () => {
  const { page, finger, hold, checkQuiet, close } = await openPhone();
  const [x, y] = await hold();
  await finger("touchMove", x, y + 20);
  await finger("touchMove", x, 670);
  await page.waitForFunction(() => scrollY > 200);
  await finger("touchCancel");
  checkQuiet();
  await close();
});
