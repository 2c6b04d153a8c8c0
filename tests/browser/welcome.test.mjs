// The page that a browser gets at "/": what it says is true, and it can be read on any screen.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { call, signUp } from "../testing/client.mjs";
import { startServer, versionOfExecutable } from "../testing/server.mjs";
import { launchBrowser, openPage, takePicture } from "./browser.mjs";
import { checkContrast, checkPaper, checkWidth } from "./readability.mjs";

let server;
let browser;

before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());
// Once somebody has signed up, as the lines of the page do, it is no longer shown.
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

async function openWelcome(options) {
  const opened = await openPage(browser, server, options);
  await opened.page.goto(`${server.origin}/`);
  return opened;
}

test("it says what runs here, and links to where one goes from here", async () => {
  const { page, checkQuiet, close } = await openWelcome();
  assert.equal(await page.title(), "Taskdock");
  assert.ok((await page.locator("main").innerText()).includes(`version ${versionOfExecutable()}.`));
  const links = await page.locator("a").evaluateAll((all) => all.map(({ href }) => href));
  assert.deepEqual(links, ["/app/", "/docs", "/redoc", "/openapi.json"].map((path) => server.origin + path));
  for (const href of links) {
    await page.goto(`${server.origin}/`);
    const [response] = await Promise.all([
      page.waitForResponse(href), page.locator(`a[href=".${new URL(href).pathname}"]`).click(),
    ]);
    assert.equal(response.status(), 200, href);
    await page.waitForLoadState("load");
  }
  checkQuiet();
  await close();
});

const linesOf = (page) => page.locator("pre").allInnerTexts();

test("its three lines work as they stand, against this very server", async () => {
  const { page, close } = await openWelcome();
  const lines = await linesOf(page);
  assert.equal(lines.length, 3);
  for (const line of lines) assert.ok(line.includes(`"${server.origin}/api/`), line);
  const output = execFileSync("sh", ["-eu"], { input: lines.join("\n"), encoding: "utf8" });
  const end = output.indexOf('{"tasks"');
  const created = JSON.parse(output.slice(0, end));
  const list = JSON.parse(output.slice(end));
  assert.equal(created.title, "Buy milk");
  assert.deepEqual(list.tasks, [created]);
  await close();
});

test("each line stands on one line, and its button copies it", async () => {
  const { page, checkQuiet, close } = await openWelcome({ permissions: ["clipboard-read", "clipboard-write"] });
  const lines = await linesOf(page);
  for (const [index, line] of lines.entries()) {
    const box = page.locator("pre").nth(index);
    const isOneLine = await box.locator("code").evaluate((code) => {
      const tops = [...code.getClientRects()].map(({ top }) => top);
      return new Set(tops).size === 1;
    });
    assert.ok(isOneLine, line);
    const item = page.locator("ol > li").nth(index);
    await item.getByRole("button", { name: "Copy" }).click();
    await item.getByText("Copied", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), line);
  }
  checkQuiet();
  await close();
});

test("its buttons copy without the clipboard's own interface as well, as by plain HTTP from afar", async () => {
  const { page, close } = await openWelcome({ permissions: ["clipboard-read"] });
  await page.evaluate(() => {
    window.readText = navigator.clipboard.readText.bind(navigator.clipboard);
    Object.defineProperty(navigator, "clipboard", { value: undefined });
  });
  const lines = await linesOf(page);
  const item = page.locator("ol > li").nth(1);
  await item.getByRole("button", { name: "Copy" }).click();
  await item.getByText("Copied", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => window.readText()), lines[1]);
  await close();
});

/** Opens the page as if it were at `origin`, with the files of this server. */
async function openWelcomeAt(origin) {
  const context = await browser.newContext();
  await context.route("**/*", async (route) => {
    const { pathname } = new URL(route.request().url());
    const { status, headers, bytes } = await call(server, { path: pathname, headers: { accept: "text/html" } });
    await route.fulfill({ status, headers, body: bytes });
  });
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  return { page, close: () => context.close() };
}

test("the lines name the address that the browser knows, with its scheme", async () => {
  for (const origin of ["https://tasks.example", "http://tasks.example:8080", "https://[::1]:8443"]) {
    const { page, close } = await openWelcomeAt(origin);
    for (const line of await linesOf(page)) assert.ok(line.includes(`"${origin}/api/`), line);
    await close();
  }
});

test("an address that means something to a shell is not filled in", async () => {
  for (const host of ["a'b.example", "a$b.example", "a;b.example", "a&b.example"]) {
    const { page, close } = await openWelcomeAt(`https://${host}`);
    const shown = new URL(page.url()).host;
    for (const line of await linesOf(page)) {
      assert.ok(line.includes('"$TASKDOCK/api/') && !line.includes(shown), line);
    }
    await close();
  }
});

test("the page itself names no address, whatever the request says", async () => {
  for (const host of ["tasks.example", "localhost:1234", "[::1]:8000", "a$(reboot)'<script>"]) {
    const { text } = await call(server, { path: "/", headers: { accept: "text/html", host } });
    assert.ok(!text.includes(host), host);
    assert.ok(!/https?:\/\//.test(text), host);
  }
});

test("without JavaScript the lines work once their variable is set, and send nothing before", async () => {
  const { page, checkQuiet, close } = await openWelcome({ javaScriptEnabled: false });
  assert.ok(await page.locator("h1").isVisible());
  assert.match(await page.locator("noscript").innerText(), /Set TASKDOCK to the address/);
  assert.equal(await page.locator("button").count(), 0);
  const lines = await linesOf(page);
  assert.equal(lines.length, 3);
  for (const line of lines) assert.ok(line.includes('"$TASKDOCK/api/'), line);
  const run = (address) => spawnSync("sh", [], {
    input: lines.join("\n"), encoding: "utf8", env: { PATH: process.env.PATH, ...address },
  });
  assert.equal(run({}).stdout, "");
  assert.match(run({ TASKDOCK: server.origin }).stdout, /"title":"Buy milk".*"total":1/);
  checkQuiet();
  await close();
});

test("it invites to sign up, or where nobody may, to log in", async () => {
  const invitation = async (origin) =>
    /<a href="\.\/app\/">(.+)<\/a>/.exec(await (await fetch(`${origin}/`, { headers: { accept: "text/html" } })).text())[1];
  assert.equal(await invitation(server.origin), "Sign up");
  const closed = await startServer(["--signup", "closed"]);
  assert.equal(await invitation(closed.origin), "Log in");
  await closed.stop();
});

test("once somebody has signed up, a browser is sent to the web application", async () => {
  await signUp(server);
  const { page, checkQuiet, close } = await openWelcome();
  assert.equal(page.url().split("#")[0], `${server.origin}/app/`);
  checkQuiet();
  await close();
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
  for (const width of [1280, 390]) {
    test(`it can be read in the ${colorScheme} colour scheme, ${width} pixels wide`, async () => {
      const { page, checkQuiet, close } = await openWelcome({ colorScheme, viewport: { width, height: 900 } });
      await checkPaper(page, colorScheme);
      await checkContrast(page, 10);
      await checkWidth(page);
      await takePicture(page, `welcome-${colorScheme}-${width}`, { fullPage: true });
      checkQuiet();
      await close();
    });
  }
}
