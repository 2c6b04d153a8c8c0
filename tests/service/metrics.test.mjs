// Prometheus' own tool finds nothing wrong with the metrics.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { call, createTask, signUp } from "../testing/client.mjs";
import { projectDirectory, startServer } from "../testing/server.mjs";

// scripts/setup.sh unpacks it there.
const promtool = join(projectDirectory, "build/tools/prometheus/usr/bin/promtool");

/** What promtool says of `metrics`: its exit status, and its lines. */
function check(metrics) {
  const { status, stdout, stderr } = spawnSync(promtool, ["check", "metrics"],
    { input: metrics, encoding: "utf8" });
  return { status, said: stdout + stderr };
}

let server;
before(async () => { server = await startServer(["--metrics", "on"]); });
after(() => server.stop());

async function metrics() {
  return (await call(server, { path: "/metrics" })).text;
}

test("promtool accepts the metrics of a new server without a word", async () => {
  assert.deepEqual(check(await metrics()), { status: 0, said: "" });
});

test("promtool accepts the metrics of a server that has been used without a word", async () => {
  const { token } = await signUp(server);
  await createTask(server, token);
  await call(server, { path: "/nothing" });
  await call(server, { path: "/api/tasks" });
  await call(server, { method: "BREW", path: "/api/tasks" });
  const text = await metrics();
  assert.match(text, /^taskdock_http_requests_total\{method="POST",route="\/api\/tasks",status="201"\} 1$/m);
  assert.deepEqual(check(text), { status: 0, said: "" });
});

test("promtool would say if something were wrong", async () => {
  const wrong = check((await metrics()).replaceAll("taskdock_database_commits_total", "commits"));
  assert.equal(wrong.status, 3);
  assert.match(wrong.said, /_total/);
  assert.notEqual(check("what?\n").status, 0);
});
