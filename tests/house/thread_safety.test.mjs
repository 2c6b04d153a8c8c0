// scripts/tidy.sh finds what is done without its lock.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { projectDirectory } from "../testing/server.mjs";

const source = fileURLToPath(new URL("unguarded_access.cpp", import.meta.url));

test("an access without the lock that guards it is an error", async () => {
  const lines = (await readFile(source, "utf8")).split("\n");
  const expected = lines.flatMap((line, index) => line.includes("// an error:") ? [index + 1] : []);
  const { status, stdout } = spawnSync("scripts/tidy.sh", [source],
    { cwd: projectDirectory, encoding: "utf8" });
  const found = [...stdout.matchAll(/unguarded_access\.cpp:(\d+):\d+: error: .*\[clang-diagnostic-thread-safety/g)];
  assert.deepEqual(found.map(([, line]) => Number(line)).sort(), expected, stdout);
  assert.notEqual(status, 0);
});
