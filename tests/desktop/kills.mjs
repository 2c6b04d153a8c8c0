// kills.mjs ROUNDS: kills a server under load with SIGKILL, again and again on one data directory. Prints one line on
// what was there afterwards, and fails unless every write that was acknowledged is there. $TASKDOCK is the executable.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { call, signUp } from "../testing/client.mjs";
import { executable, startServer } from "../testing/server.mjs";

const rounds = Number(process.argv[2]);
const writers = 8;
const patience = 60_000; // milliseconds; only a hang takes so long
const options = ["--access-token-ttl", "86400"];
const acknowledged = new Set();

/** Lets the writers write until `count` tasks are acknowledged, kills the server, and returns the other answers. */
async function writeAndKill(data, token, round, count) {
  const child = spawn(executable, ["--port", "0", "--data", data, "--log-level", "error", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  const gone = once(child, "exit");
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    gone.then(([status]) => { throw new Error(`round ${round}: the server did not start: status ${status}`); }),
  ]);
  const { hostname: host, port } = new URL(line.split(" ").at(-1));
  const others = [];
  let left = count;
  let killed = false;
  await Promise.all(Array.from({ length: writers }, async (_, writer) => {
    for (let number = 0; !killed; ++number) {
      const title = [round, writer, number].join("-");
      let status;
      try {
        ({ status } = await call({ host, port }, { method: "POST", path: "/api/tasks", token, json: { title } }));
      } catch {
        break; // the server is gone
      }
      if (status === 201) acknowledged.add(title);
      else others.push(status);
      if (--left > 0 || killed) continue;
      killed = true;
      child.kill("SIGKILL");
    }
  }));
  const [, signal] = await gone;
  clearTimeout(timer);
  if (!killed || signal !== "SIGKILL") throw new Error(`round ${round}: the server ended by itself`);
  return others;
}

/** The titles of all tasks, and how many there are by the server's own count. */
async function readAll(server, token) {
  const titles = [];
  let total;
  for (let cursor = null; ;) {
    const path = `/api/tasks?limit=100${cursor ? `&cursor=${cursor}` : ""}`;
    const { json } = await call(server, { path, token });
    titles.push(...json.tasks.map(({ title }) => title));
    total ??= json.total;
    cursor = json.next_cursor;
    if (!cursor) return { titles, total };
  }
}

/** Throws unless all that was acknowledged is there, once. */
async function check(data, token) {
  const server = await startServer(options, { data });
  try {
    const { titles, total } = await readAll(server, token);
    const there = new Set(titles);
    const lost = [...acknowledged].filter((title) => !there.has(title));
    if (lost.length) throw new Error(`${lost.length} acknowledged tasks are lost, ${lost[0]} for one`);
    if (there.size !== titles.length || total !== titles.length) {
      throw new Error(`${titles.length} tasks are listed, ${there.size} different ones, and counted are ${total}`);
    }
    return titles.length;
  } finally {
    await server.stop();
  }
}

const data = await mkdtemp(join(tmpdir(), "taskdock-"));
try {
  const first = await startServer(options, { data });
  const { token } = await signUp(first);
  await first.stop();
  const others = [];
  let there = 0;
  for (let round = 1; round <= rounds; ++round) {
    others.push(...await writeAndKill(data, token, round, 1 + (round * 7) % 40));
    if (round % 100 === 0 || round === rounds) there = await check(data, token);
  }
  if (others.length) throw new Error(`writes were answered with ${[...new Set(others)].join(", ")}`);
  console.log(`all ${acknowledged.size} acknowledged tasks, ${there} in all`);
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
} finally {
  await rm(data, { recursive: true, force: true });
}
