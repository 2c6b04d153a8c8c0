// However the program that has started Taskdock ends, Taskdock ends with it, in an orderly way.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { executable } from "../testing/server.mjs";
import { Parent, parents, withDirectory, wrapper } from "./parents.mjs";

const options = (data, exitOn) => [
  "--port", "0", "--data", data, "--ready", "json", "--log-level", "error", "--exit-on", exitOn,
];

/** Lets `end(parent)` happen once Taskdock is ready, and asserts that it stops for `reason`, and leaves nothing. */
async function endsWith(parent, data, end, reason) {
  const ready = await parent.nextEvent();
  assert.equal(ready?.event, "ready");
  assert.equal((await fetch(`${ready.url}/health`)).status, 200);
  await end(parent);
  assert.deepEqual(await parent.nextEvent(), { event: "stopping", reason });
  parent.process.stdin.end(); // the end of those that have not ended yet
  assert.equal(await parent.nextEvent(), null);
  assert.ok(!existsSync(join(data, "server.json")));
  assert.match(execFileSync(executable, ["stop", "--data", data], { encoding: "utf8" }), /^no server is running/);
}

const ends = {
  "is killed": (parent) => parent.kill(),
  "exits": (parent) => parent.tell("exit"),
};

for (const [language, command] of Object.entries(parents)) {
  for (const [name, end] of Object.entries(ends)) {
    for (const [exitOn, reason] of [["stdin", "stdin"], ["parent", "parent"]]) {
      test(`${language}: when the parent ${name}, --exit-on ${exitOn} stops it`, () => withDirectory((data) =>
        endsWith(new Parent([...command, ...options(data, exitOn)]), data, end, reason)));
    }
  }

  test(`${language}: when the parent closes standard input, --exit-on stdin stops it`, () => withDirectory((data) =>
    endsWith(new Parent([...command, ...options(data, "stdin")]), data, (parent) => parent.tell("close"), "stdin")));
}

test("behind a wrapper script --exit-on stdin notices the end of the application", () => withDirectory((data) => {
  // The parent starts the wrapper in Taskdock's place.
  const parent = new Parent([...parents.python, ...wrapper.slice(1), ...options(data, "stdin")], {
    env: { TASKDOCK: wrapper[0], REAL_TASKDOCK: executable },
  });
  return endsWith(parent, data, (it) => it.kill(), "stdin");
}));

test("behind a wrapper script --exit-on pid:N notices the end of the application", () => withDirectory((data) => {
  const parent = new Parent([
    "python3", "-c", `
import os, subprocess, sys
subprocess.Popen([*sys.argv[1:], f"pid:{os.getpid()}"], stdin=subprocess.DEVNULL)
sys.stdin.read()`,
    ...wrapper, ...options(data, "parent").slice(0, -1),
  ], { env: { REAL_TASKDOCK: executable } });
  return endsWith(parent, data, (it) => it.kill(), "parent");
}));

test("behind a wrapper script that is killed itself, --exit-on parent stops it", () => withDirectory((data) => {
  const parent = new Parent([...wrapper, ...options(data, "parent")], { env: { REAL_TASKDOCK: executable } });
  return endsWith(parent, data, (it) => it.kill(), "parent");
}));

test("the end of the thread that has started it is not the end of the parent", () => withDirectory(async (data) => {
  const parent = new Parent([
    "python3", "-c", `
import os, subprocess, sys, threading
def start():
    subprocess.Popen([os.environ["TASKDOCK"], *sys.argv[1:]], stdin=subprocess.DEVNULL)
thread = threading.Thread(target=start)
thread.start()
thread.join()
print('{"event": "thread has ended"}', flush=True)
sys.stdin.read()`,
    ...options(data, "parent"),
  ]);
  const events = [await parent.nextEvent(), await parent.nextEvent()];
  const ready = events.find(({ event }) => event === "ready");
  assert.ok(events.some(({ event }) => event === "thread has ended"));
  // A parent-death signal (prctl(2)) would have come by now: it is sent as the thread ends.
  assert.equal((await fetch(`${ready.url}/health`)).status, 200);
  parent.kill();
  assert.deepEqual(await parent.nextEvent(), { event: "stopping", reason: "parent" });
  assert.equal(await parent.nextEvent(), null);
}));

test("with several, the first to end counts, and one that lives does not hold it", () => withDirectory((data) =>
  endsWith(new Parent([...parents.python, ...options(data, `stdin,parent,pid:${process.pid}`)]), data,
    (parent) => parent.tell("close"), "stdin")));
