// How the pages and what they are made of are served: compressed for those who ask for it, kept for
// ever where the name says what is inside, and with a policy that lets nothing else in.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";

import { call } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";

const pages = ["/docs", "/redoc", "/", "/app/"];
const expectedAssets = [
  "docs", "docs", "icon", "page", "redoc", "redoc", "redoc.standalone", "swagger-ui", "swagger-ui-bundle",
  "welcome",
];

const mediaTypes = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" };

let server;
let documentation;
let app;
let assets;

/** The names with a hash that a text refers to as beside it. */
const referencesIn = (text) => [...text.matchAll(/"\.\/([\w-]+\.[0-9a-f]{16}\.\w+)/g)].map(([, name]) => name);

/** All files of the web application, by their paths. */
async function filesOfApp() {
  const found = new Map([["/app/", (await get("/app/")).text]]);
  for (const [, text] of found) {
    for (const name of referencesIn(text)) {
      const path = `/app/${name}`;
      if (!found.has(path)) found.set(path, (await get(path)).text);
    }
  }
  return found;
}

const get = (path, headers = {}) => call(server, { path, headers: { accept: "text/html", ...headers } });

before(async () => {
  server = await startServer();
  const texts = await Promise.all(pages.map(async (path) => (await get(path)).text));
  documentation = [...new Set(texts.join().match(/\/assets\/[^"]+/g))].sort();
  app = [...(await filesOfApp()).keys()].filter((path) => path !== "/app/");
  assets = [...documentation, ...app];
});
after(() => server.stop());

test("the pages about the API are made of these files", () => {
  const names = documentation.map((path) => path.replace(/^\/assets\//, "").replace(/\.[0-9a-f]{16}\.\w+$/, ""));
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
    const [, ending] = path.match(/^\/(?:assets|app)\/[\w.-]+\.[0-9a-f]{16}\.(\w+)$/);
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

test("a page that is known is 304, whatever its encoding", async () => {
  for (const path of ["/docs", "/redoc", "/app/"]) {
    const { headers: { etag } } = await get(path);
    for (const encoding of ["gzip", "identity"]) {
      const answer = await get(path, { "accept-encoding": encoding, "if-none-match": etag });
      assert.equal(answer.status, 304, path);
      assert.equal(answer.headers.etag, etag);
      assert.equal(answer.headers["cache-control"], "no-cache");
      assert.match(answer.headers.vary, /Accept-Encoding/);
    }
  }
});

test("a file of the web application is named by what is in it and in all that it refers to", async () => {
  for (const [path, text] of await filesOfApp()) {
    if (path !== "/app/") {
      const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
      assert.equal(path.match(/\.([0-9a-f]{16})\.\w+$/)[1], hash);
    }
    const code = text.replace(/^[ \t]*(\*|\/[*\/]).*$|\/\*.*?\*\//gm, ""); // types in comments are no references
    const others = [...code.matchAll(/(?:\bfrom |\bimport\(|\bhref=|\bsrc=)"\.\/([^"]*\.\w+)"/g)].map(([, name]) => name);
    assert.deepEqual(others.filter((name) => !/\.[0-9a-f]{16}\./.test(name)), [], path);
  }
});

test("the web application is at most 120 KB in all, compressed", async () => {
  const sizes = await Promise.all(["/app/", "/app/worker.js", ...app].map(async (path) =>
    (await get(path, { "accept-encoding": "gzip" })).bytes.length));
  const total = sizes.reduce((sum, size) => sum + size);
  assert.ok(total <= 120_000, `${total} bytes`);
});

test("the application's service worker keeps its address, is asked for again each time, and may ask this server only", async () => {
  const { status, headers, text } = await get("/app/worker.js");
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "text/javascript; charset=utf-8");
  assert.equal(headers["cache-control"], "no-cache");
  assert.equal(headers["content-security-policy"], "default-src 'none'; connect-src 'self'");
  // It is another one with each other page, since a browser compares it to see whether there is something new.
  const [, hash] = /"index\.([0-9a-f]{16})\.html"/.exec(text);
  assert.ok((await get("/app/")).headers.etag.includes(hash));
});

test("in the web application nothing may be in the page, and no text becomes HTML", async () => {
  const policy = (await get("/app/")).headers["content-security-policy"];
  assert.ok(!/unsafe|data:|\*|https?:/.test(policy), policy);
  assert.match(policy, /(^|; )style-src 'self'(;|$)/);
  assert.match(policy, /(^|; )require-trusted-types-for 'script'(;|$)/);
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
      const allowed = ["'self'", "'none'", "'script'", "taskdock-worker", ...inPage];
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
    "/assets/welcome.html", "/app/index.html", "/app/main.js", some.replace("/assets/", "/app/"), app.at(-1).replace("/app/", "/assets/"),
    "/assets/..%2Fdocs", "/assets/%2e%2e", "/assets/nothing"]) {
    const answer = await get(path, { "accept-encoding": "gzip" });
    assert.equal(answer.status, 404, path);
    assert.equal(answer.mediaType, "application/json");
    assert.deepEqual(answer.json, { detail: "Not Found", status_code: 404, message: "Not Found" });
    assert.equal(answer.headers["cache-control"], "no-store", "it may be there tomorrow");
  }
});
