// Starts the executable on a free port of loopback, with a data directory that is gone afterwards.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const projectDirectory = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** What is tested: $TASKDOCK, or the executable people run. */
export const executable = resolve(
  process.env.TASKDOCK ?? join(projectDirectory, "build/release/taskdock"));

const patience = 40_000; // milliseconds; a sanitizer's build on a busy machine is slow to start

/** The version that `taskdock --version` names first: "taskdock 1.2.3 (...)". */
export function versionOfExecutable() {
  return execFileSync(executable, ["--version"], { encoding: "utf8" }).split(/\s+/)[1];
}

/** Resolves with the address, once the server says that it listens. */
async function addressFrom(child) {
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
      if (address) return new URL(address);
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`${executable} did not say where it listens; build it with scripts/run.sh`);
}

/**
 * A running server with `options` on its command line: `origin` ("http://127.0.0.1:1234"), `host`,
 * `port`, its `launchToken`, if it is given one, and `stop()`, which fails unless the server ends as it
 * should. Its data directory is gone then, unless it is given one, `data`. `port` is any free one unless it is given;
 * `program` is the executable.
 */
export async function startServer(options = [], { launchToken, data: given, port = 0, program = executable } = {}) {
  const data = given ?? await mkdtemp(join(tmpdir(), "taskdock-"));
  const removeData = () => given ?? rm(data, { recursive: true, force: true });
  const child = spawn(program, [
    "--port", String(port), "--data", data, "--log-level", "error", ...options,
  ], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...(launchToken && { TASKDOCK_LAUNCH_TOKEN: launchToken }) },
  });
  const ended = once(child, "exit");
  const address = await addressFrom(child).catch(async (error) => {
    await removeData();
    throw error;
  });
  return {
    origin: address.origin,
    host: address.hostname,
    port: Number(address.port),
    launchToken,
    /** Resolves when the server has ended as it should, which something else must have made it do. */
    async ended() {
      const timer = setTimeout(() => child.kill("SIGKILL"), patience);
      const [status, signal] = await ended;
      clearTimeout(timer);
      await removeData();
      if (status !== 0) throw new Error(`the server ended with ${status ?? signal}`);
    },
    stop() {
      child.kill("SIGTERM");
      return this.ended();
    },
    /** Ends it as a power cut would; its data stays if it was given. */
    async kill() {
      child.kill("SIGKILL");
      await ended;
      await removeData();
    },
  };
}
