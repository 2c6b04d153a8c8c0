// The examples of README.md, chapter "Beside a desktop application", are run as they stand there.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { test } from "node:test";

import { executable, projectDirectory } from "../testing/server.mjs";
import { withDirectory } from "./parents.mjs";

const readme = await readFile(join(projectDirectory, "README.md"), "utf8");
const chapter = readme.split(/^## /m).find((text) => text.startsWith("Beside a desktop application\n"));
const demo = await readFile(new URL("demo/demo.mjs", import.meta.url), "utf8");

/** The code in the section `title`, in `language`. */
function example(title, language) {
  const section = chapter.split(/^### /m).find((text) => text.startsWith(`${title}\n`));
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(section)[1];
}

/** Calls `work(directory, environment)`, with a taskdock in the PATH of `environment`. */
function withTaskdock(work) {
  return withDirectory(async (directory) => {
    const tools = join(directory, "tools");
    await mkdir(tools);
    await symlink(executable, join(tools, "taskdock"));
    return work(directory, { ...process.env, PATH: tools + delimiter + process.env.PATH });
  });
}

/**
 * Starts `command` in `directory`. `all` resolves with `{ status, output }` when everything is gone that has inherited
 * its standard error; that is Taskdock, too.
 */
function start(command, directory, env) {
  const child = spawn(command[0], command.slice(1), { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (bytes) => { output += bytes; });
  child.stderr.on("data", (bytes) => { errors += bytes; });
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const all = once(child, "close").then(([status]) => {
    clearTimeout(timer);
    return { status, output, errors };
  });
  return { child, all };
}

function assertNothingRuns(directory, data, env) {
  const said = execFileSync("taskdock", ["stop", "--data", data], { cwd: directory, env, encoding: "utf8" });
  assert.equal(said, `no server is running in ${data}\n`);
}

test("README: the example for Node is the demo", () => {
  assert.equal(example("Node and Electron", "js"), demo);
});

test("the demo adds a task, is killed, leaves nothing behind, and finds the task again", () =>
  withTaskdock(async (directory, env) => {
    for (const count of [1, 2]) {
      const { child, all } = start(["node", new URL("demo/demo.mjs", import.meta.url).pathname], directory, env);
      let said = "";
      for await (const bytes of child.stdout) {
        said += bytes;
        const command = /end both with: kill -9 (\d+)\n/.exec(said);
        if (!command) continue;
        assert.equal(Number(command[1]), child.pid);
        assert.ok(said.startsWith(`${count} tasks, the newest is "Buy milk"\n`), said);
        child.kill("SIGKILL");
      }
      assert.equal((await all).errors, "");
      assertNothingRuns(directory, "demo-data", env);
    }
  }));

test("the demo says so when its data is in use", () => withTaskdock(async (directory, env) => {
  const { child, all } = start(["node", new URL("demo/demo.mjs", import.meta.url).pathname], directory, env);
  await once(child.stdout, "data");
  const { status, errors } = await start(["node", "--input-type=module", "--eval", demo], directory, env).all;
  assert.equal(status, 1);
  assert.match(errors, /Taskdock already runs at http:\/\/127\.0\.0\.1:\d+/);
  child.kill("SIGKILL");
  await all;
}));

for (const [title, language, command] of [["Python", "python", "python3"], ["POSIX shell", "sh", "sh"]]) {
  test(`README: the example for ${title} runs as it stands`, () => withTaskdock(async (directory, env) => {
    const file = join(directory, "example");
    await writeFile(file, example(title, language));
    const { status, output } = await start([command, file], directory, env).all;
    assert.equal(status, 0);
    assert.ok(output.startsWith('{"status":"healthy"}'), output);
    assertNothingRuns(directory, "data", env);
  }));

  test(`README: the example for ${title} ends with what is wrong if Taskdock does not start`, () =>
    withTaskdock(async (directory, env) => {
      const file = join(directory, "example");
      await writeFile(file, example(title, language));
      const { status, errors } = await start([command, file], directory, { ...env, TASKDOCK_SIGNUP: "x" }).all;
      assert.equal(status, 1);
      assert.match(errors, /bad-option/);
    }));
}

test("README: the capability for Tauri is JSON, and names the sidecar that the Rust example starts", () => {
  const capability = JSON.parse(example("Tauri 2", "json"));
  const [scope] = capability.permissions.find(({ allow }) => allow).allow;
  const [, sidecar] = /\.sidecar\("(\w+)"\)/.exec(example("Tauri 2", "rust"));
  assert.equal(scope.name, `binaries/${sidecar}`);
});
