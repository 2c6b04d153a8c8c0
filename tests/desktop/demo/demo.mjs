// A program with Taskdock as its backend: it starts Taskdock, waits until it is ready, logs in as the local
// user and adds a task. However this program ends, Taskdock ends with it.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";

const launchToken = randomBytes(32).toString("base64url");
const taskdock = spawn("taskdock", ["--port", "0", "--data", "demo-data", "--local-user", "Ann"], {
  stdio: ["pipe", "pipe", "inherit"], // the first pipe ends when this program does
  env: {
    ...process.env,
    TASKDOCK_READY: "json",
    TASKDOCK_EXIT_ON: "stdin",
    TASKDOCK_LAUNCH_TOKEN: launchToken,
    TASKDOCK_LOG_LEVEL: "error",
  },
});

const [line] = await once(createInterface({ input: taskdock.stdout }), "line");
const event = JSON.parse(line);
if (event.event !== "ready") throw new Error(event.message ?? `Taskdock already runs at ${event.url}`);

let accessToken;

async function call(method, path, body) {
  const headers = { "X-Taskdock-Launch": launchToken };
  if (accessToken) headers["Authorization"] = `Bearer ${accessToken}`;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(event.url + path, { method, headers, body: body && JSON.stringify(body) });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.message);
  return json;
}

accessToken = (await call("POST", "/api/auth/launch")).access_token;
await call("POST", "/api/tasks", { title: "Buy milk" });
const { tasks, total } = await call("GET", "/api/tasks");
console.log(`${total} tasks, the newest is "${tasks[0].title}"`);
console.log(`Taskdock is process ${event.pid}; end both with: kill -9 ${process.pid}`);
