// A parent dies while it writes, again and again: every write that was acknowledged is there afterwards, and no process
// is left.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

import { call, signUp } from "../testing/client.mjs";
import { executable, startServer } from "../testing/server.mjs";
import { withDirectory } from "./parents.mjs";
import { writers } from "./writers.mjs";

const rounds = 200;
const lanes = 4; // at once, each with a data directory of its own
const patience = 60_000; // milliseconds; only a hang takes so long

/** Starts `writer`, kills it when it has printed `count` lines, waits until all is gone, and returns the lines. */
async function writeAndDie(writer, data, exitOn, token, count) {
  // The last descriptor is held by the writer and by Taskdock, so that it ends when both are gone.
  const parent = spawn(writer[0], [
    ...writer.slice(1), "--port", "0", "--data", data, "--ready", "json", "--log-level", "error", "--exit-on", exitOn,
  ], { env: { ...process.env, TASKDOCK: executable, TOKEN: token }, stdio: ["ignore", "pipe", "inherit", "pipe"] });
  const timer = setTimeout(() => parent.emit("error", new Error("a round took a minute")), patience);
  const gone = once(parent.stdio[3].resume(), "close");
  let text = "";
  let killed = false;
  for await (const bytes of parent.stdout) {
    text += bytes;
    if (killed || text.split("\n").length <= count) continue;
    killed = true;
    parent.kill("SIGKILL");
  }
  assert.ok(killed, "the writer has ended by itself");
  await gone;
  clearTimeout(timer);
  return text.split("\n").slice(0, -1); // what stands behind the last line feed is no whole line
}

/** The titles of all tasks, by a server of its own. */
async function allTitles(data, token) {
  const server = await startServer([], { data });
  try {
    const titles = new Set();
    for (let cursor = null; ;) {
      const path = `/api/tasks?limit=100${cursor ? `&cursor=${cursor}` : ""}`;
      const { json } = await call(server, { path, token });
      for (const { title } of json.tasks) titles.add(title);
      cursor = json.next_cursor;
      if (!cursor) return titles;
    }
  } finally {
    await server.stop();
  }
}

async function firstToken(data) {
  const server = await startServer([], { data });
  try {
    return (await signUp(server)).token;
  } finally {
    await server.stop();
  }
}

test(`in ${rounds} rounds of a parent that dies while it writes, nothing acknowledged is lost`, async () => {
  const kinds = Object.values(writers);
  const exits = ["stdin", "parent", "stdin,parent"];
  await Promise.all(Array.from({ length: lanes }, (_, lane) => withDirectory(async (data) => {
    const token = await firstToken(data);
    const acknowledged = [];
    for (let round = 0; round < rounds / lanes; ++round) {
      const number = lane + round * lanes;
      const lines = await writeAndDie(
        kinds[number % kinds.length], data, exits[round % exits.length], token, 1 + (number * 7) % 40);
      acknowledged.push(...lines);
    }
    const titles = await allTitles(data, token);
    assert.deepEqual(acknowledged.filter((title) => !titles.has(title)), []);
    assert.ok(acknowledged.length >= rounds / lanes);
  })));
});
