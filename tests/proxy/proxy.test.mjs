// The README's chapter "Behind a reverse proxy", run as it stands there: nginx from Debian, and fail2ban's own matcher.

import assert from "node:assert/strict";
import http from "node:http";
import { after, test } from "node:test";

import { addressesFoundByFail2ban, ask, example, openEvents, startBehindNginx } from "./proxy.mjs";

const [atRoot, belowPath] = example("Behind a reverse proxy", "nginx");
const [filter] = example("fail2ban", "ini");

const options = ["--allowed-hosts", "tasks.example", "--trusted-proxies", "127.0.0.1"];
const started = [];
const start = async (more, locations) => {
  const server = await startBehindNginx(more, locations);
  started.push(server);
  return server;
};
after(() => Promise.all(started.map((server) => server.stop())));

const password = "correct horse battery";
const ann = { email: "ann@example.com", password };
const badLogIn = (server, from, email, headers) => ask(server, {
  from, method: "POST", path: "/api/auth/login", json: { email, password: "wrong horse" }, headers,
});
const signUp = async (server, prefix = "") => {
  const answer = await ask(server, { from: "127.0.0.9", method: "POST", path: `${prefix}/api/auth/signup`, json: ann });
  assert.equal(answer.status, 201, answer.text);
  return answer.json.access_token;
};

test("the README's lines for nginx are at most ten each, and its filter has five", () => {
  for (const lines of [atRoot, belowPath]) assert.ok(lines.trimEnd().split("\n").length <= 10);
  assert.ok(filter.trimEnd().split("\n").length <= 5);
});

test("130 bad log-ins of one client lock nobody else out, whatever that client invents", async () => {
  const server = await start([...options, "--throttle-address", "100/1000"], atRoot);
  await signUp(server);
  const statuses = [];
  // What the client itself writes into the headers counts for nothing.
  const guess = async (i) => statuses.push((await badLogIn(server, "127.0.0.2", `user${i}@example.com`, {
    "x-forwarded-for": `198.51.100.${i}`, forwarded: `for=198.51.100.${i}`,
  })).status);
  for (let i = 0; i < 130; i += 2) await Promise.all([guess(i), guess(i + 1)]);
  assert.deepEqual(statuses.sort(), [...Array(100).fill(401), ...Array(30).fill(429)]);
  const mine = { from: "127.0.0.3", method: "POST", path: "/api/auth/login", json: ann };
  assert.equal((await ask(server, mine)).status, 200);
  const log = await server.stop();
  assert.match(log, /warning failed log-in from 127\.0\.0\.2\n/);
  assert.match(log, /info POST \/api\/auth\/login 200 \d+us [\w-]+ 127\.0\.0\.3\n/);
  assert.doesNotMatch(log, /198\.51\.100|example\.com/);
});

test("who does not come by the proxy is who it is, and has no prefix", async () => {
  const server = await start(options, atRoot);
  const spoofed = {
    "x-forwarded-for": "203.0.113.7", forwarded: "for=203.0.113.7", "x-forwarded-prefix": "/evil",
    "x-forwarded-proto": "https",
  };
  assert.equal((await badLogIn({ ...server, port: server.direct }, "127.0.0.4", "x@example.com", spoofed)).status, 401);
  const redirect = await ask(server, { from: "127.0.0.4", port: server.direct, path: "/docs/", headers: spoofed });
  assert.equal(redirect.headers.location, "/docs");
  const log = await server.stop();
  assert.match(log, /failed log-in from 127\.0\.0\.4\n/);
  assert.doesNotMatch(log, /203\.0\.113/);
});

test("over a Unix socket the proxy is trusted by the word unix", async () => {
  const server = await start(["--allowed-hosts", "tasks.example", "--trusted-proxies", "unix"],
    atRoot.replace("http://127.0.0.1:8000", "http://unix:/run/taskdock.sock"));
  assert.equal((await badLogIn(server, "127.0.0.5", "x@example.com")).status, 401);
  assert.match(await server.stop(), /failed log-in from 127\.0\.0\.5\n/);
});

test("paths arrive as they were sent, and are decoded once", async () => {
  const server = await start(options, atRoot);
  const token = await signUp(server);
  const id = (await ask(server, { method: "POST", path: "/api/tasks", json: { title: "x" }, token })).json.id;
  const encoded = `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`;
  assert.equal((await ask(server, { path: `/api/tasks/${encoded}`, token })).status, 200);
  for (const path of [`/api/tasks/%25${encoded.slice(1)}`, "/api/tasks/a%2Fb", "/api/tasks/a%252Fb"]) {
    const answer = await ask(server, { path, token });
    assert.equal(answer.status, 422, path); // one segment that is no id
  }
  assert.equal((await ask(server, { path: "/api%2Ftasks", token })).status, 404);
});

test("a connection is kept alive, and carries bodies of 1 MiB", async () => {
  const server = await start(options, atRoot);
  const token = await signUp(server);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const task = JSON.stringify({ title: "large" });
  for (let i = 0; i < 3; ++i) {
    const answer = await ask(server, {
      method: "POST", path: "/api/tasks", token, agent, body: task.padEnd(1024 * 1024, " "),
    });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.headers.connection, "keep-alive");
  }
  agent.destroy();
});

test("the pages of the site itself may write over TLS, and no others", async () => {
  const server = await start(options, atRoot.replace("$scheme", "https"));
  const write = async (origin) => (await ask(server, {
    method: "POST", path: "/api/auth/login", json: ann, headers: { origin },
  })).status;
  assert.equal(await write("https://tasks.example"), 401); // allowed: there is no such user
  assert.equal(await write("http://tasks.example"), 403);
  assert.equal(await write("https://evil.example"), 403);
});

test("below a path all links lead below it", async () => {
  const server = await start(options, belowPath);
  let links = 0;
  for (const path of ["/todo/", "/todo/docs", "/todo/redoc", "/todo/app/"]) {
    const page = await ask(server, { path, headers: { accept: "text/html" } });
    for (const [, link] of page.text.matchAll(/(?:href|src)="([^"]+)"/g)) {
      const target = new URL(link, `http://tasks.example${path}`).pathname;
      assert.match(target, /^\/todo\//);
      assert.equal((await ask(server, { path: target })).status, 200, target);
      ++links;
    }
  }
  assert.ok(links > 15);

  const token = await signUp(server, "/todo");
  const page = await ask(server, { path: "/todo/", headers: { accept: "text/html" } });
  assert.equal(page.headers.location, "/todo/app/");
  assert.equal((await ask(server, { path: "/todo/app" })).headers.location, "./app/");

  const created = await ask(server, { method: "POST", path: "/todo/api/tasks", json: { title: "x" }, token });
  assert.equal(created.headers.location, `/todo/api/tasks/${created.json.id}`);
  assert.equal((await ask(server, { path: created.headers.location, token })).status, 200);

  const recurring = await ask(server, {
    method: "PATCH", path: created.headers.location, token,
    json: { due_date: "2026-08-08", recurrence: "FREQ=DAILY", is_completed: true },
  });
  assert.equal(recurring.headers.link, `</todo/api/tasks/${recurring.json.next_task_id}>; rel="next-occurrence"`);

  const redirect = await ask(server, { path: "/todo/docs/?a=b" });
  assert.equal(redirect.status, 307);
  assert.equal(redirect.headers.location, "/todo/docs?a=b");

  const welcome = await ask(server, { path: "/todo/" });
  assert.equal(welcome.json.docs, "/todo/docs");
  assert.equal(welcome.json.redoc, "/todo/redoc");

  const document = await ask(server, { path: "/todo/openapi.json" });
  assert.equal(document.json.servers[0].url, "/todo");
  const etag = document.headers.etag;
  assert.equal((await ask(server, { path: "/todo/openapi.json", headers: { "if-none-match": etag } })).status, 304);
  const direct = await ask(server, { port: server.direct, path: "/openapi.json" });
  assert.equal(direct.json.servers[0].url, "/");
  assert.notEqual(direct.headers.etag, etag);
});

test("a prefix that a client invents is replaced by the proxy's", async () => {
  const server = await start(options, atRoot);
  const headers = { "x-forwarded-prefix": "/evil" };
  assert.equal((await ask(server, { path: "/docs/", headers })).headers.location, "/docs");
});

test("fail2ban finds who guesses, and nobody whose token has expired", async () => {
  const server = await start([...options, "--access-token-ttl", "1"], atRoot);
  const token = await signUp(server);
  await new Promise((resolve) => setTimeout(resolve, 2100));
  const status = async (request) => (await ask(server, request)).status;
  const refresh = (from) => ({
    from, method: "POST", path: "/api/auth/refresh", json: { refresh_token: "x".repeat(43) },
  });
  assert.equal(await status({ from: "127.0.0.20", path: "/api/tasks", token }), 401); // expired
  assert.equal(await status({ from: "127.0.0.21", path: "/api/tasks", token: "null" }), 401);
  assert.equal(await status({ from: "127.0.0.22", path: "/api/tasks" }), 401);
  assert.equal(await status(refresh("127.0.0.23")), 401);
  // A token for scripts that was revoked looks like a guessed one.
  assert.equal(await status({ from: "127.0.0.25", path: "/api/tasks", token: `tdk_${"A".repeat(43)}` }), 401);
  assert.equal(await status({
    from: "127.0.0.24", path: "/api/tasks%0A2026-01-01T00:00:00Z%20warning%20failed%20log-in%20from%20127.0.0.99",
  }), 404);
  assert.equal((await badLogIn(server, "127.0.0.30", ann.email)).status, 401);
  assert.equal((await badLogIn(server, "127.0.0.31", "nobody@example.com")).status, 401);
  assert.equal(await status({ from: "127.0.0.32", path: "/api/tasks", token: `${token}x` }), 401);
  const changePassword = async () => {
    const session = await ask(server, { method: "POST", path: "/api/auth/login", json: ann });
    return status({
      from: "127.0.0.33", method: "PUT", path: "/api/auth/password", token: session.json.access_token,
      json: { current_password: "wrong horse", new_password: "correct horse staple" },
    });
  };
  let refused = 401;
  // On a busy machine the new token may have expired on its way, too.
  for (let tries = 0; tries < 20 && refused === 401; ++tries) refused = await changePassword();
  assert.equal(refused, 403);
  const log = await server.stop();
  assert.match(log, /info failed refresh from 127\.0\.0\.23\n/);
  const guessers = ["127.0.0.30", "127.0.0.31", "127.0.0.32", "127.0.0.33"];
  assert.deepEqual(await addressesFoundByFail2ban(filter, log), guessers);
  // As journald keeps the same lines.
  const journal = log.replace(/^/gm, "Aug 08 10:30:00 host taskdock[1]: ");
  assert.deepEqual(await addressesFoundByFail2ban(filter, journal), guessers);
});

test("events come through at once, one by one, and the stream ends with the server", async () => {
  for (const [locations, prefix] of [[atRoot, ""], [belowPath, "/todo"]]) {
    const server = await start(options, locations);
    const token = await signUp(server, prefix);
    const stream = await openEvents(server, `${prefix}/api/events`, token);
    assert.equal((await stream.next()).event, "hello");
    for (let i = 1; i <= 3; ++i) {
      await ask(server, { method: "POST", path: `${prefix}/api/tasks`, json: { title: `t${i}` }, token });
      const { event, id, data } = await stream.next(); // before the next task is made: nothing is kept back
      assert.deepEqual([event, id, data.title], ["task", String(i), `t${i}`]);
    }
    await ask(server, { method: "POST", path: `${prefix}/api/auth/logout`, token });
    assert.equal((await stream.next()).event, "session-ended");
    assert.equal(await stream.next(), null);
  }
});
