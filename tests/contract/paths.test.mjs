// What the server has is what the document says: no method more or less at any path, no other path,
// and the README's table lists the same.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { call, fetchDocument, signUp } from "../testing/client.mjs";
import { projectDirectory, startServer } from "../testing/server.mjs";
import { makeValidator, operationsOf } from "./schemas.mjs";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"];

let server;
let document;
let ann;

before(async () => {
  server = await startServer();
  document = await fetchDocument(server);
  ann = await signUp(server);
});
after(() => server.stop());

/** The address of a path of the document, whatever stands for its parameters. */
const addressOf = (path) => path.replace("{user_id}", ann.id).replace(/{\w+}/g, "anything");

const documentedMethods = (path) => Object.keys(document.paths[path]).map((name) => name.toUpperCase());

const listed = (allow) => allow.split(",").map((method) => method.trim());

test("a path takes the methods that are documented, and HEAD where it takes GET", async () => {
  for (const path of Object.keys(document.paths)) {
    const { status, headers, bytes } = await call(server, { method: "OPTIONS", path: addressOf(path) });
    assert.equal(status, 204, path);
    assert.equal(bytes.length, 0);
    const allowed = listed(headers.allow);
    assert.ok(allowed.includes("OPTIONS"), path);
    assert.equal(allowed.includes("HEAD"), allowed.includes("GET"), path);
    assert.deepEqual(
      allowed.filter((method) => method !== "HEAD" && method !== "OPTIONS").sort(),
      documentedMethods(path).sort(), path);
  }
});

test("a page of a known origin may call each of them", async () => {
  const operations = operationsOf(document);
  for (const { method, path } of operations) {
    const { status, headers } = await call(server, {
      method: "OPTIONS", path: addressOf(path), headers: {
        origin: "http://localhost:5173", "access-control-request-method": method,
        "access-control-request-headers": "authorization,content-type",
      },
    });
    assert.equal(status, 204, path);
    assert.equal(headers["access-control-allow-origin"], "http://localhost:5173");
    const allowed = listed(headers["access-control-allow-methods"]);
    assert.ok(allowed.includes(method), `${method} ${path}`);
    const parameters = operations.filter((each) => each.path === path).flatMap((each) => each.parameters ?? []);
    const known = new Set(["authorization", "content-type", "prefer", "x-taskdock-launch", ...parameters
      .filter((parameter) => parameter.in === "header").map(({ name }) => name.toLowerCase())]);
    assert.deepEqual(listed(headers["access-control-allow-headers"].toLowerCase()).sort(), [...known].sort());
  }
});

test("any other method is a 405 that says which there are", async () => {
  const validator = makeValidator(document);
  for (const path of Object.keys(document.paths)) {
    const { headers: { allow } } = await call(server, { method: "OPTIONS", path: addressOf(path) });
    for (const method of methods) {
      if (documentedMethods(path).includes(method)) continue;
      const answer = await call(server, { method, path: addressOf(path), token: ann.token });
      assert.equal(answer.status, 405, `${method} ${path}`);
      assert.equal(answer.headers.allow, allow);
      validator.assert(document.components.schemas.ErrorResponse, answer.json);
    }
  }
});

test("there is nothing where servers of this kind often have something", async () => {
  const validator = makeValidator(document);
  const undocumented = [
    "/api", "/api/auth", "/api/auth/token", "/api/auth/register", "/api/auth/me/password",
    "/api/auth/reset-password", "/api/auth/session", "/api/auth/sessions/1/2", "/api/users",
    "/api/tasks/1/2/3", "/api/tasks/1/complete/2", "/api/health", "/tasks", "/admin",
    "/assets", "/assets/a/b", "/docs/oauth2-redirect", "/docs/index.html", "/favicon.ico",
    "/api/auth/launch", "/api/server", "/api/server/stop", "/metrics", "/openapi.yaml", "/robots.txt", "/static/style.css", "/swagger", "/.env", "*",
  ];
  for (const path of undocumented) {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const answer = await call(server, { method, path, token: ann.token });
      assert.ok([400, 404].includes(answer.status), `${method} ${path} answers ${answer.status}`);
      validator.assert(document.components.schemas.ErrorResponse, answer.json);
    }
  }
});

test("a slash too many leads to the documented path", async () => {
  for (const path of Object.keys(document.paths)) {
    if (path === "/") continue;
    const method = documentedMethods(path)[0];
    const { status, headers } = await call(server, {
      method, path: `${addressOf(path)}/?limit=1`, token: ann.token,
    });
    assert.equal(status, 307, path);
    assert.equal(headers.location, `${addressOf(path)}?limit=1`);
  }
});

test("a slash that is missing is added, relative to wherever a proxy has put the server", async () => {
  for (const method of ["GET", "HEAD", "POST"]) {
    const { status, headers } = await call(server, { method, path: "/app?limit=1" });
    assert.equal(status, 307);
    assert.equal(headers.location, "./app/?limit=1");
  }
});

test("the README's table of endpoints is the document of a server with everything", async () => {
  const whole = await startServer(["--local-user", "Ann", "--metrics", "on"],
    { launchToken: "0123456789abcdefghijABCDEFGHIJ-_" });
  const operations = operationsOf(await fetchDocument(whole));
  await whole.stop();
  const readme = await readFile(join(projectDirectory, "README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| `([A-Z]+)` \| `(\/\S*)` \| (.+) \|$/gm)];
  assert.deepEqual(
    rows.map(([, method, path, summary]) => `${method} ${path}: ${summary}`).sort(),
    operations.map(({ method, path, summary }) => `${method} ${path}: ${summary}`).sort());
});
