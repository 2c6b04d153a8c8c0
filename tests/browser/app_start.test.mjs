// How the web application starts: what is seen before its script has run, and what of it is kept.

import assert from "node:assert/strict";
import { test } from "node:test";

import { goTo, openApp, openAppOf } from "./app.mjs";
import { startForAllTests } from "./browser.mjs";

const { server, browser } = await startForAllTests();

const modules = /\/app\/app\.[0-9a-f]+\.js$/;

/** Loads the page again, without its modules, and waits until something is seen. */
async function loadWithoutModules(page) {
  await page.route(modules, (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  await page.reload();
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
}

/** Loads the page again, as it is. */
async function load(page) {
  await page.unroute(modules);
  await page.reload();
  await page.locator("h1").waitFor();
}

/** Where on the screen the first of each of these is that can be seen. */
const placesOf = (page, selectors) => page.evaluate((all) => Object.fromEntries(all.map((selector) => {
  const seen = [...document.querySelectorAll(selector)].find((element) => element.checkVisibility());
  const { x, y, width, height } = seen?.getBoundingClientRect() ?? {};
  return [selector, seen ? [x, y, width, height].map(Math.round) : null];
})), selectors);

/** The texts that can be seen, also those that stand in an empty field. */
const textsOf = (page) => page.evaluate(() =>
  [document.body.innerText, ...[...document.querySelectorAll("input")].map((input) => input.placeholder)].join("\n"));

for (const width of [1100, 375]) {
  test(`what is seen before the script has run is at the same place then, ${width} pixels wide`, async () => {
    const { page, checkQuiet, close } = await openAppOf(browser, server, { viewport: { width, height: 800 } });
    const parts = [".side", ".brand img", ".side li:nth-child(5) .icon", ".add", ".add .icon", ".add input", ".bar", ".bar :nth-child(4)"];
    for (const hash of ["#/today", "#/account"]) {
      await goTo(page, hash);
      await loadWithoutModules(page);
      const before = await placesOf(page, parts);
      assert.equal(before[".add"] !== null, hash === "#/today");
      assert.equal(before[".bar"] !== null, width < 800);
      const words = (await textsOf(page)).split("\n").filter((line) => line.trim() !== "");
      assert.ok(words.length > 0);
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement?.localName), "body", "it cannot be used yet");
      await load(page);
      assert.deepEqual(await placesOf(page, parts), before, hash);
      const texts = await textsOf(page);
      for (const word of words) assert.ok(hash === "#/account" || texts.includes(word), word);
      assert.equal(await page.locator(".first-look").count(), 0);
    }
    checkQuiet();
    await close();
  });

  test(`before somebody is logged in, what is seen first is at the same place then, ${width} pixels wide`, async () => {
    const { page, checkQuiet, close } = await openApp(browser, server, { viewport: { width, height: 800 } });
    for (const hash of ["#/login", "#/signup"]) {
      await goTo(page, hash);
      await loadWithoutModules(page);
      const before = await placesOf(page, [".brand img", ".side"]);
      assert.ok(before[".brand img"]);
      assert.equal(before[".side"], null);
      await load(page);
      assert.deepEqual(await placesOf(page, [".brand img", ".side"]), before);
    }
    checkQuiet();
    await close();
  });
}
