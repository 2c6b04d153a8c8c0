// An HTTP client that adds nothing of its own (no Accept, no Content-Type, no decompression), so that
// a test says exactly what is sent.

import { once } from "node:events";
import http from "node:http";
import net from "node:net";

const endOfEvent = "\n\n";

const agent = new http.Agent({ keepAlive: true });

function answer(status, headers, bytes) {
  return {
    status,
    headers,
    bytes,
    get text() {
      return bytes.toString("utf8");
    },
    get json() {
      return JSON.parse(bytes.toString("utf8"));
    },
    /** The Content-Type without its parameters; undefined when there is none. */
    get mediaType() {
      return headers["content-type"]?.split(";")[0].trim();
    },
  };
}

/**
 * Sends one request, with the server's launch token if it has one, and resolves with its answer. `json`
 * is a value that is sent as JSON; `body` is text or bytes that are sent as they are, without a
 * Content-Type. Of a stream of events, which goes on, the answer has the first event alone.
 */
export async function call(server, { method = "GET", path, token, json, body, headers = {} }) {
  const all = { ...server.launchToken && { "x-taskdock-launch": server.launchToken }, ...headers };
  if (token !== undefined) all.authorization = `Bearer ${token}`;
  let payload = body;
  if (json !== undefined) {
    payload = JSON.stringify(json);
    all["content-type"] ??= "application/json";
  }
  if (payload !== undefined) all["content-length"] = Buffer.byteLength(payload);
  const request = http.request({
    host: server.host, port: server.port, agent, method, path, headers: all,
  });
  request.end(payload);
  const [response] = await once(request, "response");
  const goesOn = response.headers["content-type"] === "text/event-stream";
  const parts = [];
  for await (const part of response) {
    parts.push(part);
    if (goesOn && Buffer.concat(parts).includes(endOfEvent)) break; // which closes the connection
  }
  const bytes = Buffer.concat(parts);
  const end = goesOn ? bytes.indexOf(endOfEvent) + endOfEvent.length : bytes.length;
  return answer(response.statusCode, response.headers, bytes.subarray(0, end));
}

/**
 * Sends `text` over a connection of its own, ends what is sent, and resolves with the answer: for
 * messages that no HTTP client would send.
 */
export async function exchange(server, text) {
  const socket = net.connect(server.port, server.host);
  socket.end(text);
  const parts = [];
  for await (const part of socket) parts.push(part);
  const bytes = Buffer.concat(parts);
  const headEnd = bytes.indexOf("\r\n\r\n");
  const [statusLine, ...fields] = bytes.subarray(0, headEnd).toString("latin1").split("\r\n");
  const headers = {};
  for (const field of fields) {
    const colon = field.indexOf(":");
    headers[field.slice(0, colon).toLowerCase()] = field.slice(colon + 1).trim();
  }
  return answer(Number(statusLine.split(" ")[1]), headers, bytes.subarray(headEnd + 4));
}

export const password = "correct horse battery";

let users = 0;

/** A new user: `{id, email, token}`; the token belongs to a session that began with it. */
export async function signUp(server) {
  const email = `user-${process.pid}-${++users}@example.com`;
  const { status, json } = await call(server, {
    method: "POST", path: "/api/auth/signup", json: { email, password },
  });
  if (status !== 201) throw new Error(`signup answered ${status}`);
  return { id: json.id, email, token: json.access_token };
}

/** A new session of the user with this email, as the server describes it. */
export async function logIn(server, email) {
  const { status, json } = await call(server, {
    method: "POST", path: "/api/auth/login", json: { email, password },
  });
  if (status !== 200) throw new Error(`login answered ${status}`);
  return json;
}

/** The id of the session that `token` belongs to. */
export async function sessionOf(server, token) {
  const { status, json } = await call(server, { path: "/api/auth/sessions?limit=100", token });
  if (status !== 200) throw new Error(`listing the sessions answered ${status}`);
  return json.sessions.find(({ current }) => current).id;
}

/** The id of a new task of the user whose `token` this is. */
export async function createTask(server, token, title = "Buy milk") {
  const { status, json } = await call(server, {
    method: "POST", path: "/api/tasks", token, json: { title },
  });
  if (status !== 201) throw new Error(`creating a task answered ${status}`);
  return json.id;
}

/** The server's description of itself. */
export async function fetchDocument(server) {
  return (await call(server, { path: "/openapi.json" })).json;
}
