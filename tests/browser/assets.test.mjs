// How the pages and what they are made of are served: compressed for those who ask for it, kept for
// ever where the name says what is inside, and with a policy that lets nothing else in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";

import { call } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";

const pages = ["/docs", "/redoc", "/"];
const expectedAssets = [
  "docs", "docs", "icon", "page", "redoc", "redoc", "redoc.standalone", "swagger-ui", "swagger-ui-bundle",
  "welcome",
];

const mediaTypes = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" };

let server;
let assets;

const get = (path, headers = {}) => call(server, { path, headers: { accept: "text/html", ...headers } });

before(async () => {
  server = await startServer();
  const texts = await Promise.all(pages.map(async (path) => (await get(path)).text));
  assets = [...new Set(texts.join().match(/\/assets\/[^"]+/g))].sort();
});
after(() => server.stop());

test("the pages are made of these files", () => {
  const names = assets.map((path) => path.replace(/^\/assets\//, "").replace(/\.[0-9a-f]{16}\.\w+$/, ""));
  assert.deepEqual(names.sort(), expectedAssets);
});

test("gzip is for those who ask for it; everybody else gets the same bytes plain", async () => {
  for (const path of [...assets, "/docs", "/redoc"]) {
    const plain = await get(path);
    assert.equal(plain.status, 200);
    assert.equal(plain.headers["content-encoding"], undefined, path);
    assert.match(plain.headers.vary, /Accept-Encoding/);
    for (const accepted of ["gzip", "deflate, GZIP;q=0.5, br", "br,gzip"]) {
      const zipped = await get(path, { "accept-encoding": accepted });
      assert.equal(zipped.headers["content-encoding"], "gzip", `${path}: ${accepted}`);
      assert.match(zipped.headers.vary, /Accept-Encoding/);
      assert.deepEqual(gunzipSync(zipped.bytes), plain.bytes, path);
      assert.equal(zipped.headers["content-type"], plain.headers["content-type"]);
    }
    for (const refused of ["identity", "br", "gzip;q=0", "x-gzipped", ""]) {
      const { headers, bytes } = await get(path, { "accept-encoding": refused });
      assert.equal(headers["content-encoding"], undefined, `${path}: ${refused}`);
      assert.equal(bytes.length, plain.bytes.length);
    }
  }
});

test("what has its hash in its name may be kept for ever, a page may not", async () => {
  for (const path of assets) {
    const [, ending] = path.match(/^\/assets\/[\w.-]+\.[0-9a-f]{16}\.(\w+)$/);
    const { headers } = await get(path);
    assert.match(headers["cache-control"], /\bimmutable\b/);
    assert.match(headers["cache-control"], /\bmax-age=31536000\b/);
    assert.equal(headers["content-type"], `${mediaTypes[ending]}; charset=utf-8`);
    assert.equal(headers["x-content-type-options"], "nosniff");
  }
  for (const path of pages) {
    const { headers } = await get(path);
    assert.equal(headers["cache-control"], "no-cache", path);
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.equal(headers["x-content-type-options"], "nosniff");
  }
});

test("each page's policy lets in what this server serves, and nothing else", async () => {
  for (const path of pages) {
    const { headers } = await get(path);
    const policy = Object.fromEntries(headers["content-security-policy"].split(";")
      .map((directive) => directive.trim().split(/\s+/))
      .map(([name, ...sources]) => [name, sources.join(" ")]));
    for (const name of ["default-src", "base-uri", "form-action", "frame-ancestors"]) {
      assert.equal(policy[name], "'none'", `${path}: ${name}`);
    }
    assert.equal(policy["script-src"], "'self'", path);
    for (const [name, sources] of Object.entries(policy)) {
      // Styles may stand in the page, since Redoc makes its own; pictures may, since they are small.
      const inPage = { "style-src": ["'unsafe-inline'"], "img-src": ["data:"] }[name] ?? [];
      const allowed = ["'self'", "'none'", ...inPage];
      assert.deepEqual(sources.split(" ").filter((source) => !allowed.includes(source)), [], name);
    }
  }
});

test("no page has a script of its own, nor names another host", async () => {
  for (const path of pages) {
    const { text } = await get(path);
    assert.ok(!/<script(?![^>]*\bsrc=)/i.test(text), path);
    assert.ok(!/\son\w+=/i.test(text), path);
    const loaded = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    assert.deepEqual(loaded.filter((address) => !/^(\.\/|data:)/.test(address)), []);
  }
});

test("HEAD says how long a file is", async () => {
  for (const path of assets) {
    const whole = await get(path);
    const head = await call(server, { method: "HEAD", path });
    assert.equal(head.status, 200);
    assert.equal(Number(head.headers["content-length"]), whole.bytes.length);
    assert.equal(head.bytes.length, 0);
  }
});

test("a file that is not there is a 404 in JSON", async () => {
  const [some] = assets;
  const near = some.replace(/\.[0-9a-f]{16}\./, ".0000000000000000.");
  for (const path of [near, some.replace(/\.[0-9a-f]{16}\./, "."), "/assets/docs.html",
    "/assets/welcome.html", "/assets/..%2Fdocs", "/assets/%2e%2e", "/assets/nothing"]) {
    const answer = await get(path, { "accept-encoding": "gzip" });
    assert.equal(answer.status, 404, path);
    assert.equal(answer.mediaType, "application/json");
    assert.deepEqual(answer.json, { detail: "Not Found", status_code: 404, message: "Not Found" });
    assert.equal(answer.headers["cache-control"], "no-store", "it may be there tomorrow");
  }
});
