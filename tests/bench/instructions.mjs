// How many instructions a request takes in user space, by valgrind's callgrind: they repeat to a
// thousandth on a busy machine, where requests per second swing by a third. For scripts/bench.sh, and
// for instructions.test.mjs, which holds the figures kept in instructions.json.
//
//   node instructions.mjs [--keep] TASKDOCK [HELLO]     prints a line for each kind of request: its name and
//                                                       the count; keeps them in instructions.json if asked

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

// What a start and the first requests cost is in both of two runs, and so not in their difference.
const fewRequests = 200;
const manyRequests = 700;

// A task that has what a task can have.
const allMembers = {
  title: "Buy milk", description: "two bottles", due_date: "2026-08-08", remind_at: "2026-08-08T15:30:00Z",
  priority: "high", tags: ["home", "shopping"], recurrence: "FREQ=WEEKLY;BYDAY=MO,TH",
  recurrence_from: "completion",
};

/** Sends one request over `agent`'s connection; resolves with the headers and the body of its answer. */
async function exchange(agent, url, { method = "GET", path, token, body, known }) {
  const headers = {};
  if (known) headers["if-none-match"] = known;
  if (token) headers.authorization = `Bearer ${token}`;
  if (body) Object.assign(headers, { "content-type": "application/json", "content-length": body.length });
  const request = http.request(new URL(path, url), { agent, method, headers });
  request.end(body);
  const [response] = await once(request, "response");
  const parts = [];
  for await (const part of response) parts.push(part);
  if (known ? response.statusCode !== 304 : response.statusCode >= 300) {
    throw new Error(`${method} ${path} answered ${response.statusCode}`);
  }
  return { headers: response.headers, text: Buffer.concat(parts).toString() };
}

/** The same; resolves with the body alone. */
const send = async (agent, url, request) => (await exchange(agent, url, request)).text;

/** Runs `command`, a server, while `use` works with its address; resolves with what it wrote on stderr. */
async function withServer([executable, ...options], use) {
  const child = spawn(executable, options, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  let written = "";
  child.stderr.on("data", (part) => { written += part; });
  try {
    let address;
    for await (const line of createInterface({ input: child.stdout })) {
      address = /^listening on (\S+)$/.exec(line)?.[1];
      break;
    }
    if (!address) throw new Error(`${executable} did not start: ${written}`);
    await use(address);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
  return written;
}

async function withAgent(use) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  try {
    return await use(agent);
  } finally {
    agent.destroy();
  }
}

/** The instructions of a whole run of `command`, in which `request` is sent `count` times. */
async function countRun(command, request, count) {
  const callgrind = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
  const report = await withServer(["valgrind", ...callgrind, ...command], (url) => withAgent(async (agent) => {
    for (let sent = 0; sent < count; ++sent) await send(agent, url, request);
  }));
  const [, total] = /Collected : (\d+)/.exec(report) ?? [];
  if (!total) throw new Error(`valgrind did not count: ${report}`);
  return Number(total);
}

/** The instructions of one `request`; `commandFor` resolves with the server's command for a run. */
async function countRequest(commandFor, request) {
  const few = await countRun(await commandFor(), request, fewRequests);
  const many = await countRun(await commandFor(), request, manyRequests);
  return Math.round((many - few) / (manyRequests - fewRequests));
}

/** Fills a data directory with a user of 1,000 plain tasks and one of 20 with all members; resolves with the requests that are counted. */
async function prepare(taskdock, data) {
  let requests;
  await withServer([taskdock, "--port", "0", "--data", data], (url) => withAgent(async (agent) => {
    const signUp = async (name) => JSON.parse(await send(agent, url, {
      method: "POST", path: "/api/auth/signup",
      body: JSON.stringify({ email: `${name}@example.com`, password: "correct horse" }),
    })).access_token;
    const creating = (token, task) => (
      { method: "POST", path: "/api/tasks", token, body: JSON.stringify(task) });
    const token = await signUp("reader");
    const create = creating(token, { title: "Buy milk", description: "two bottles" });
    let id;
    for (let count = 0; count < 1000; ++count) id = JSON.parse(await send(agent, url, create)).id;
    const other = await signUp("other");
    const createAll = creating(other, allMembers);
    for (let count = 0; count < 20; ++count) await send(agent, url, createAll);
    const list = { path: "/api/tasks?limit=20", token };
    const { headers: { etag } } = await exchange(agent, url, list);
    requests = {
      root: { path: "/" },
      get: { path: `/api/tasks/${id}`, token },
      list,
      known: { ...list, known: etag },
      full: { path: "/api/tasks?limit=20", token: other },
      create,
      create_all: createAll,
    };
  }));
  return requests;
}

/** The instructions per request of the executable `taskdock`, and of `hello` if that is given. */
export async function countInstructions(taskdock, hello) {
  const scratch = await mkdtemp(join(tmpdir(), "taskdock-"));
  try {
    const counts = {};
    if (hello) counts.hello = await countRequest(() => [hello], { path: "/" });
    const data = join(scratch, "data");
    for (const [name, request] of Object.entries(await prepare(taskdock, data))) {
      // Each run begins with the same data.
      counts[name] = await countRequest(async () => {
        const copy = join(scratch, "copy");
        await rm(copy, { recursive: true, force: true });
        await cp(data, copy, { recursive: true });
        return [taskdock, "--port", "0", "--data", copy];
      }, request);
    }
    return counts;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What the counts depend on besides the sources: the compiler of the executable, and valgrind. */
export async function toolsOf(taskdock) {
  const [compiler] = (await readFile(taskdock, "latin1")).match(/GCC: \([^)\0]*\) [\d.]+/) ?? ["unknown"];
  let valgrind = "none";
  try {
    valgrind = execFileSync("valgrind", ["--version"], { encoding: "utf8" }).trim();
  } catch {
    // It is not installed.
  }
  return { compiler, valgrind };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const keeps = process.argv[2] === "--keep";
  const [taskdock, hello] = process.argv.slice(keeps ? 3 : 2);
  const counts = await countInstructions(taskdock, hello);
  for (const [name, count] of Object.entries(counts)) console.log(`${name} ${count}`);
  if (keeps) {
    const kept = { ...await toolsOf(taskdock), counts };
    await writeFile(new URL("instructions.json", import.meta.url), `${JSON.stringify(kept, null, 2)}\n`);
  }
}
