// A server behind nginx, as the README says; and what the README has for a service's surroundings.

import { execFileSync, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

import { executable, projectDirectory } from "../testing/server.mjs";

const patience = 40_000; // milliseconds

const readme = await readFile(join(projectDirectory, "README.md"), "utf8");

/** The code in `language` of the README's section `title`. */
export function example(title, language) {
  const section = readme.split(/^### /m).find((text) => text.startsWith(`${title}\n`));
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, code]) => code);
}

/** Where scripts/setup.sh has unpacked the Debian package `name`. */
export const unpacked = (name) => join(projectDirectory, "build/tools", name);

function findNginx() {
  const places = [...process.env.PATH.split(delimiter), "/usr/sbin", join(unpacked("nginx"), "usr/sbin")];
  const found = places.map((place) => join(place, "nginx")).find(existsSync);
  if (!found) throw new Error("there is no nginx; scripts/setup.sh test fetches it");
  return found;
}

/**
 * A port for nginx, which cannot choose one by itself. It is below those that the system gives out (ip(7),
 * ip_local_port_range), so that no other test gets it before nginx has it.
 */
async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const server = net.createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}

async function answers(port) {
  for (let tries = 0; tries < patience / 20; ++tries) {
    const socket = net.connect(port, "127.0.0.1");
    const [connected] = await Promise.race([
      once(socket, "connect").then(() => [true]), once(socket, "error").then(() => [false]).catch(() => [false]),
    ]).catch(() => [false]);
    socket.destroy();
    if (connected) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

async function stopChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "close");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  await ended;
  clearTimeout(timer);
}

/**
 * A server with `options` behind nginx with `locations`, lines of its configuration in which 127.0.0.1:8000 or
 * unix:/run/taskdock.sock stands for the server: `host` and `port` are nginx's, `direct` is the server's own port,
 * `stop()` ends both and resolves with what the server has logged.
 */
export async function startBehindNginx(options, locations) {
  const nginxProgram = findNginx();
  const directory = await mkdtemp(join(tmpdir(), "taskdock-"));
  const socket = join(directory, "taskdock.sock");
  const errors = [];
  const server = spawn(executable, [
    "--listen", "http://127.0.0.1:0", "--listen", `unix:${socket}`, "--data", join(directory, "data"), ...options,
  ], { stdio: ["ignore", "pipe", "pipe"] });
  server.stderr.on("data", (bytes) => errors.push(bytes));
  let direct;
  for await (const line of createInterface({ input: server.stdout })) {
    direct = Number(/^listening on http:.*:(\d+)$/.exec(line)?.[1]);
    break;
  }
  if (!direct) throw new Error(`the server did not start: ${Buffer.concat(errors)}`);

  const port = await freePort();
  const here = (name) => join(directory, name);
  await writeFile(here("nginx.conf"), `
    daemon off; master_process off; pid ${here("nginx.pid")}; error_log ${here("error.log")};
    events {}
    http {
      access_log off;
      client_body_temp_path ${here("body")}; proxy_temp_path ${here("proxy")};
      fastcgi_temp_path ${here("fastcgi")}; uwsgi_temp_path ${here("uwsgi")}; scgi_temp_path ${here("scgi")};
      server {
        listen 127.0.0.1:${port};
        ${locations.replaceAll("127.0.0.1:8000", `127.0.0.1:${direct}`).replaceAll("/run/taskdock.sock", socket)}
      }
    }`);
  const nginx = spawn(nginxProgram, ["-p", directory, "-c", here("nginx.conf"), "-e", here("error.log")],
    { stdio: ["ignore", "ignore", "inherit"] });
  if (!await answers(port)) {
    await Promise.all([stopChild(nginx), stopChild(server)]);
    throw new Error(`nginx did not start: ${await readFile(here("error.log"), "utf8")}`);
  }
  return {
    host: "127.0.0.1",
    port,
    direct,
    async stop() {
      await stopChild(nginx);
      await stopChild(server);
      await rm(directory, { recursive: true, force: true });
      const log = Buffer.concat(errors).toString("utf8");
      if (server.exitCode !== 0) throw new Error(`the server ended with ${server.exitCode}: ${log}`);
      return log;
    },
  };
}

/**
 * Sends one request from the client address `from`, one of 127.0.0.0/8, to nginx or with `port` to another server;
 * `path` is sent as it is.
 */
export async function ask(server, { from, method = "GET", path, json, body, token, headers = {}, port = server.port, agent }) {
  const payload = json === undefined ? body : JSON.stringify(json);
  const request = http.request({
    host: server.host, port, localAddress: from, method, path, agent,
    headers: {
      host: "tasks.example",
      ...(payload !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(payload) }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  request.end(payload);
  const [response] = await once(request, "response");
  const parts = [];
  for await (const part of response) parts.push(part);
  const text = Buffer.concat(parts).toString("utf8");
  return { status: response.statusCode, headers: response.headers, text, get json() { return JSON.parse(text); } };
}

/** A stream of events at `path` of nginx: `next()` resolves with the next one, or with null at the end. */
export async function openEvents(server, path, token) {
  const request = http.request({
    host: server.host, port: server.port, path, headers: { host: "tasks.example", authorization: `Bearer ${token}` },
  });
  request.end();
  const [response] = await once(request, "response");
  if (response.statusCode !== 200) throw new Error(`the stream was refused: ${response.statusCode}`);
  response.setEncoding("utf8");
  const pieces = response[Symbol.asyncIterator]();
  let text = "";
  return {
    async next() {
      while (!text.includes("\n\n")) {
        const { value, done } = await pieces.next();
        if (done) return null;
        text += value;
      }
      const end = text.indexOf("\n\n");
      const fields = Object.fromEntries(text.slice(0, end).split("\n").map((line) => line.split(/: (.*)/s)));
      text = text.slice(end + 2);
      return { ...fields, data: JSON.parse(fields.data) };
    },
  };
}

/** Runs fail2ban-regex of the Debian package over `log`, and returns the addresses it would ban, in order. */
export async function addressesFoundByFail2ban(filter, log) {
  const directory = await mkdtemp(join(tmpdir(), "taskdock-"));
  try {
    await writeFile(join(directory, "taskdock.conf"), filter);
    await writeFile(join(directory, "log"), log);
    const output = execFileSync("python3", [
      "-Wignore", join(unpacked("fail2ban"), "usr/bin/fail2ban-regex"), "--out", "ip",
      join(directory, "log"), join(directory, "taskdock.conf"),
    ], {
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: join(unpacked("fail2ban"), "usr/lib/python3/dist-packages") },
    });
    return output.split("\n").filter((line) => line !== "");
  } finally {
    await rm(directory, { recursive: true });
  }
}
