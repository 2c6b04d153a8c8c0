// Programs that start Taskdock as a real application does, in several languages, and what a test does with them.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { executable } from "../testing/server.mjs";

const patience = 60_000; // milliseconds; only a hang takes so long

/**
 * Each starts $TASKDOCK with the arguments that it gets, and a pipe as its standard input. Then it obeys lines on its
 * own: "exit" ends it, "close" closes that pipe. What Taskdock prints goes where the parent's own output goes.
 */
export const parents = {
  node: ["node", "--input-type=module", "--eval", `
    import { spawn } from "node:child_process";
    import { createInterface } from "node:readline";
    const child = spawn(process.env.TASKDOCK, process.argv.slice(1), { stdio: ["pipe", "inherit", "inherit"] });
    createInterface({ input: process.stdin }).on("line", (line) => {
      if (line === "exit") process.exit();
      child.stdin.end();
    });`, "--"],
  python: ["python3", "-c", `
import os, subprocess, sys
child = subprocess.Popen([os.environ["TASKDOCK"], *sys.argv[1:]], stdin=subprocess.PIPE)
for line in sys.stdin:
    if line == "exit\\n":
        sys.exit()
    child.stdin.close()`],
  shell: ["sh", "-c", `
    pipe=$(mktemp -u)
    mkfifo "$pipe"
    "$TASKDOCK" "$@" <"$pipe" &
    exec 3>"$pipe"
    rm "$pipe"
    while read -r line; do
      if [ "$line" = exit ]; then exit; fi
      exec 3>&-
    done`, "sh"],
};

/** A wrapper script between a parent and Taskdock, which outlives the parent: `$0` is not replaced by what it runs. */
export const wrapper = ["sh", "-c", '"$REAL_TASKDOCK" "$@"; status=$?; exit $status', "wrapper"];

/** A new directory for `work(directory)`, gone afterwards. */
export async function withDirectory(work) {
  const directory = await mkdtemp(join(tmpdir(), "taskdock-desktop-"));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * A running `command` ([file, ...arguments]). `nextEvent()` resolves with the next line of its output as JSON, or with
 * null at the end. That comes only when every process is gone that has inherited the output, so Taskdock, too.
 */
export class Parent {
  constructor(command, { env = {}, cwd } = {}) {
    this.process = spawn(command[0], command.slice(1), {
      cwd, env: { ...process.env, TASKDOCK: executable, ...env }, stdio: ["pipe", "pipe", "inherit"],
    });
    this.timer = setTimeout(() => {
      this.timedOut = true;
      this.process.kill("SIGKILL");
      if (this.server) process.kill(this.server, "SIGKILL");
    }, patience);
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async nextLine() {
    const { value, done } = await this.lines.next();
    if (this.timedOut) throw new Error("nothing came for a minute");
    if (done) clearTimeout(this.timer);
    return done ? null : value;
  }

  async nextEvent() {
    const line = await this.nextLine();
    const event = line === null ? null : JSON.parse(line);
    if (event?.pid) this.server = event.pid;
    return event;
  }

  tell(line) {
    this.process.stdin.write(`${line}\n`);
  }

  kill() {
    this.process.kill("SIGKILL");
  }
}
