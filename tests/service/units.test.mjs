// The systemd units in scripts/ are correct, and start the executable as it wants to be started.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { promisify } from "node:util";

import { executable, projectDirectory } from "../testing/server.mjs";

const installed = "/usr/local/bin/taskdock"; // where the unit expects the executable
const directory = await mkdtemp(join(tmpdir(), "taskdock-units-"));
after(() => rm(directory, { recursive: true }));

/** A unit with an executable that is there: systemd-analyze looks for it. */
async function adapted(name) {
  return (await readFile(join(projectDirectory, "scripts", name), "utf8")).replace(installed, executable);
}

for (const name of ["taskdock.service", "taskdock.socket"]) {
  await writeFile(join(directory, name), await adapted(name));
}

/** What systemd-analyze prints; throws if it ends with another status than 0. */
async function analyze(...options) {
  const { stdout, stderr } = await promisify(execFile)("systemd-analyze", options, { cwd: directory });
  return stdout + stderr;
}

/** Lets systemd check the units of that name, and not those that they need; throws if one is not right. */
function verify(name) {
  const files = [`${name}.service`, `${name}.socket`].map((file) => join(directory, file));
  return analyze("verify", "--man=no", "--recursive-errors=no", ...files);
}

test("systemd accepts the units without a warning", async () => {
  const lines = (await verify("taskdock")).split("\n");
  assert.deepEqual(lines.filter((line) => line.includes("taskdock")), []);
});

test("a mistake in a unit is found", async () => {
  await writeFile(join(directory, "mistaken.service"),
    `${await adapted("taskdock.service")}\n[Service]\nProtectHomes=yes\n`);
  await writeFile(join(directory, "mistaken.socket"), await adapted("taskdock.socket"));
  await assert.rejects(verify("mistaken"), /ProtectHomes/);
});

test("the service has hardly any rights", async () => {
  // Of 100, the most exposed; the network and the files of the system account for nearly all of it.
  await analyze("security", "--offline=true", "--threshold=15", "taskdock.service");
});

test("the command of the unit serves", async () => {
  const unit = await readFile(join(projectDirectory, "scripts/taskdock.service"), "utf8");
  const command = /^ExecStart=(.*)$/m.exec(unit)[1];
  const [program, ...options] = command.replace("${STATE_DIRECTORY}", join(directory, "data")).split(" ");
  assert.equal(program, installed);
  const child = spawn(executable, options, {
    env: { TASKDOCK_PORT: "0", TASKDOCK_LOG_LEVEL: "error" }, stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), 40_000);
  for await (const line of createInterface({ input: child.stdout })) {
    const { status } = await fetch(new URL("/health", /^listening on (http:\S+)$/.exec(line)[1]));
    assert.equal(status, 200);
    child.kill("SIGTERM");
  }
  clearTimeout(timer);
  assert.deepEqual(await ended, [0, null]);
});
