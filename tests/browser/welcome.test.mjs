// The page that a browser gets at "/": what it says is true, and it can be read on any screen.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";

import { call } from "../testing/client.mjs";
import { startServer, versionOfExecutable } from "../testing/server.mjs";
import { launchBrowser, openPage, takePicture } from "./browser.mjs";

// WCAG 2.2, 1.4.3: what body text must have.
const readableContrast = 4.5;

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await server.stop();
});

async function openWelcome(options) {
  const opened = await openPage(browser, server, options);
  await opened.page.goto(`${server.origin}/`);
  return opened;
}

/** The contrast of each element's text with what is behind it, as WCAG 2.2 defines it. */
function contrasts(page) {
  return page.evaluate(() => {
    const numbers = (color) => color.match(/[\d.]+/g).map(Number);
    const luminance = (color) => {
      const [red, green, blue] = numbers(color).map((channel) => {
        const value = channel / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const isTransparent = (color) => numbers(color)[3] === 0;
    const behind = (element) => {
      const { backgroundColor } = getComputedStyle(element);
      if (!isTransparent(backgroundColor)) return backgroundColor;
      return element.parentElement ? behind(element.parentElement) : "rgb(255, 255, 255)";
    };
    return [...document.querySelectorAll("h1, h2, p, a, code")].map((element) => {
      const values = [getComputedStyle(element).color, behind(element)].map(luminance);
      const [dark, light] = values.sort((a, b) => a - b);
      return { text: element.textContent.slice(0, 40), contrast: (light + 0.05) / (dark + 0.05) };
    });
  });
}

const brightnessOfPaper = (page) => page.evaluate(() =>
  Math.max(...getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)));

test("it says what runs here, and links to where one goes from here", async () => {
  const { page, checkQuiet, close } = await openWelcome();
  assert.equal(await page.title(), "Taskdock");
  assert.ok((await page.locator("main").innerText()).includes(`version ${versionOfExecutable()}.`));
  const links = await page.locator("a").evaluateAll((all) => all.map(({ href }) => href));
  assert.deepEqual(links, ["/docs", "/redoc", "/openapi.json"].map((path) => server.origin + path));
  for (const href of links) {
    await page.goto(`${server.origin}/`);
    const [response] = await Promise.all([
      page.waitForResponse(href), page.locator(`a[href="${new URL(href).pathname}"]`).click(),
    ]);
    assert.equal(response.status(), 200, href);
    await page.waitForLoadState("networkidle");
  }
  checkQuiet();
  await close();
});

test("its three lines work as they stand, against this very server", async () => {
  const { page, close } = await openWelcome();
  const lines = (await page.locator("pre").innerText()).trim().split("\n");
  assert.equal(lines.length, 3);
  for (const line of lines) assert.ok(line.includes(`${server.origin}/api/`), line);
  const output = execFileSync("sh", ["-eu"], { input: lines.join("\n"), encoding: "utf8" });
  const end = output.indexOf('{"tasks"');
  const created = JSON.parse(output.slice(0, end));
  const list = JSON.parse(output.slice(end));
  assert.equal(created.title, "Buy milk");
  assert.deepEqual(list.tasks, [created]);
  await close();
});

test("it names the address by which it was reached", async () => {
  for (const host of ["tasks.example", "localhost:1234", "[::1]:8000"]) {
    const { text } = await call(server, { path: "/", headers: { accept: "text/html", host } });
    assert.equal(text.split(`http://${host}/api/`).length - 1, 3, host);
  }
  // What could not stand in a shell or in HTML as it is, is not repeated.
  const { text } = await call(server, {
    path: "/", headers: { accept: "text/html", host: "a$(reboot)'<script>" },
  });
  assert.ok(!text.includes("reboot"));
});

test("everybody but browsers gets JSON", async () => {
  for (const headers of [{}, { accept: "*/*" }, { accept: "application/json" }]) {
    const answer = await call(server, { path: "/", headers });
    assert.equal(answer.mediaType, "application/json");
    assert.equal(answer.json.version, versionOfExecutable());
    assert.equal(answer.headers.vary.includes("Accept"), true);
  }
});

for (const colorScheme of ["light", "dark"]) {
  test(`it can be read in the ${colorScheme} colour scheme`, async () => {
    const { page, checkQuiet, close } = await openWelcome({ colorScheme });
    const brightness = await brightnessOfPaper(page);
    assert.ok(colorScheme === "dark" ? brightness < 64 : brightness > 192, `${brightness}`);
    const found = await contrasts(page);
    assert.ok(found.length > 5);
    assert.deepEqual(found.filter(({ contrast }) => contrast < readableContrast), []);
    await takePicture(page, `welcome-${colorScheme}`, { fullPage: true });
    checkQuiet();
    await close();
  });
}

test("a phone shows all of it without scrolling sideways", async () => {
  const viewport = { width: 390, height: 844 };
  const { page, checkQuiet, close } = await openWelcome({ viewport, deviceScaleFactor: 2, isMobile: true });
  const { scrollWidth, widest } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    widest: Math.max(...[...document.querySelectorAll("body *")].map((element) =>
      Math.max(element.getBoundingClientRect().right, element.getBoundingClientRect().left + element.scrollWidth))),
  }));
  assert.ok(scrollWidth <= viewport.width, `${scrollWidth}`);
  assert.ok(widest <= viewport.width, `${widest}`);
  await takePicture(page, "welcome-phone", { fullPage: true });
  checkQuiet();
  await close();
});

test("it is all there without JavaScript, and without a network but the server", async () => {
  const { page, checkQuiet, close } = await openWelcome({ javaScriptEnabled: false });
  assert.ok(await page.locator("h1").isVisible());
  assert.ok(await page.locator("pre").isVisible());
  checkQuiet();
  await close();
});
