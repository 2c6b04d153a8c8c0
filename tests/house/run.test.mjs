// scripts/run.sh serves from any folder, and writes nowhere else.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";

import { projectDirectory } from "../testing/server.mjs";

test("relative paths given to scripts/run.sh start where it is called", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "taskdock-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const before = (await readdir(projectDirectory)).sort();

  const server = spawn(join(projectDirectory, "scripts/run.sh"), ["--data", "mydata", "--port", "0"],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(server, "exit");
  let said = "";
  server.stderr.on("data", (part) => { said += part; });
  const lines = createInterface({ input: server.stdout });
  const [first] = await Promise.race([once(lines, "line"), ended.then(() => ["it has ended"])]);
  assert.match(String(first), /^listening on http:/, said);

  await access(join(folder, "mydata", "taskdock.db"));
  await access(join(folder, "mydata", "secret.key"));
  server.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null], said);
  assert.deepEqual((await readdir(projectDirectory)).sort(), before);
});
