// What a client does to get each answer the document promises: one table for all operations. Which
// row applies to which operation follows from what the operation takes, not from what it says it
// answers: the document must not be asked whether it is right.

import { randomBytes, randomUUID } from "node:crypto";

import {
  call, createTask, exchange, logIn, password, sessionOf, signUp,
} from "../testing/client.mjs";
import { jsonMediaType, wantsBearer, wantsLaunch } from "./schemas.mjs";

const maxBodyBytes = 1024 * 1024;

const takesBody = ({ requestBody }) => requestBody !== undefined;
const needsBody = ({ requestBody }) => requestBody?.required === true;
const takesHeader = (name, only) => ({ method, parameters = [] }) => (only ?? method) === method &&
  parameters.some((parameter) => parameter.in === "header" && parameter.name === name);
const takesQuery = ({ parameters = [] }) => parameters.some((parameter) => parameter.in === "query");
const names = (parameter) => ({ path }) => path.includes(`{${parameter}}`);
const is = (...operationIds) => ({ operationId }) => operationIds.includes(operationId);

const not = (operationId) => (operation) => operation.operationId !== operationId;

/** Operations that can give a task tags. */
const takesTags = is(...["create_task", "replace_task", "update_task"].flatMap((name) => [name, `${name}_of_user`]));

/** Operations that check the caller's password. */
const checksPassword = is("update_me", "delete_me", "change_password");

/** Whose token a proper request has: not Ann's where that would be the end of it. */
async function properToken({ operationId }, { server, ann }) {
  if (operationId === "log_out") return (await logIn(server, ann.email)).access_token;
  if (operationId === "delete_me") return (await signUp(server)).token;
  return ann.token;
}

/** The id of a new session of `user`'s. */
const beginSession = async (server, { email }) =>
  sessionOf(server, (await logIn(server, email)).access_token);

/** Operations that a token for scripts cannot be used for, whatever its scope. */
const wantsSession = (operation) =>
  is("create_event_ticket")(operation) ||
  wantsBearer(operation) && operation.path.startsWith("/api/auth/") && operation.operationId !== "get_me";

/** A new token for scripts of `user`'s, who has no other then. */
async function makeScriptToken(server, { token }, scope) {
  const path = "/api/auth/tokens";
  const { json: { tokens } } = await call(server, { path, token });
  for (const { id } of tokens) await call(server, { method: "DELETE", path: `${path}/${id}`, token });
  return (await call(server, { method: "POST", path, token, json: { name: "Report", scope } })).json;
}

const wantsDeletedTask = is("purge_task", "purge_task_of_user", "restore_task", "restore_task_of_user");
const ofBrowser = { accept: "text/html,*/*;q=0.8" };
const isFile = is("get_asset", "get_app_file");
const wantsTag = is("rename_tag", "remove_tag");

/** The id of a new task of `user`'s, which is in the trash if the operation is about such. */
async function taskFor(operation, server, { token }) {
  const id = await createTask(server, token);
  if (wantsDeletedTask(operation)) await call(server, { method: "DELETE", path: `/api/tasks/${id}`, token });
  return id;
}

/** Moves the few tasks that `user` has to the trash. */
async function deleteAllTasks(server, { token }) {
  const { json: { tasks } } = await call(server, { path: "/api/tasks", token });
  for (const { id } of tasks) await call(server, { method: "DELETE", path: `/api/tasks/${id}`, token });
}

/** A tag that a new task of `user`'s has. */
async function beginTag(server, { token }) {
  const tag = randomUUID();
  await call(server, { method: "POST", path: "/api/tasks", token, json: { title: "Buy milk", tags: [tag] } });
  return tag;
}

/** A ticket of `user`'s for a stream of events. */
const ticketOf = async (server, { token }) =>
  (await call(server, { method: "POST", path: "/api/events/ticket", token })).json.ticket;

/** The name of a file of the page that `operation` belongs to, whose name ends with `ending`. */
export const fileNameFor = ({ operationId }, { docsPage, appPage }, ending = "") =>
  new RegExp(`"(?:\\./assets|\\.)/([^"]+${ending})"`).exec(operationId === "get_asset" ? docsPage : appPage)[1];

const nameFor = async (operation, world) =>
  wantsTag(operation) ? beginTag(world.server, world.ann) : fileNameFor(operation, world);

/** What stands for the path's parameters in a proper request. */
async function properParameters(operation, world) {
  const { server, ann } = world;
  return {
    user_id: ann.id,
    task_id: names("task_id")(operation) ? await taskFor(operation, server, ann) : null,
    session_id: names("session_id")(operation) ? await beginSession(server, ann) : null,
    token_id: names("token_id")(operation) ? (await makeScriptToken(server, ann, "read")).id : null,
    name: names("name")(operation) ? await nameFor(operation, world) : null,
  };
}

function fill(path, parameters) {
  return path.replace(/{(\w+)}/g, (_, name) => parameters[name]);
}

// What the document's own example cannot say, since it depends on who has signed up already. Ann
// stays who she is: the other rows want her.
const properBodies = {
  signup: () => ({ email: `${randomUUID()}@example.com` }),
  login: ({ ann }) => ({ email: ann.email, password }),
  refresh_session: async ({ server, ann }) => ({
    refresh_token: (await logIn(server, ann.email)).refresh_token,
  }),
  update_me: ({ ann }) => ({ email: ann.email, current_password: password }),
  delete_me: () => ({ current_password: password }),
  change_tasks: () => ({ operations: [{ op: "create", task: { title: "Buy milk" } }] }),
  change_tasks_of_user: () => ({ operations: [{ op: "create", task: { title: "Buy milk" } }] }),
  change_password: () => ({ current_password: password, new_password: password }),
  // The example has all members, of which some exclude others.
  import_tasks: () => ({ tasks: [{ title: "Buy milk" }] }),
  import_tasks_of_user: () => ({ tasks: [{ title: "Buy milk" }] }),
};

/** A request for `operation` that nothing is wrong with, made of the document's example. */
async function properRequest(operation, world, parameters = {}) {
  const { method, path, requestBody, operationId } = operation;
  const request = {
    method, path: fill(path, { ...await properParameters(operation, world), ...parameters }),
  };
  if (wantsBearer(operation)) request.token = await properToken(operation, world);
  if (requestBody) {
    request.json = {
      ...requestBody.content[jsonMediaType].example, ...await properBodies[operationId]?.(world),
    };
  }
  return request;
}

/** The document's example as it stands: nobody has its password, its email or its refresh token. */
const exampleRequest = (operation, { ann }) => ({
  method: operation.method, path: operation.path,
  json: operation.requestBody.content[jsonMediaType].example,
  token: wantsBearer(operation) ? ann.token : undefined,
});

/** A row that sends a proper request after `change(request, operation, world)` has spoilt it. */
function spoilt(status, what, applies, change) {
  return {
    status, what, applies,
    async send(operation, world) {
      const request = await properRequest(operation, world);
      return call(world.server, { ...request, ...await change(request, operation, world) });
    },
  };
}

/** A row about the path: `parameters(world, operation)` take the place of the proper ones. */
function elsewhere(status, what, applies, parameters) {
  return {
    status, what, applies,
    async send(operation, world) {
      return call(world.server, await properRequest(operation, world, await parameters(world, operation)));
    },
  };
}

/** A row about framing: the request's head with `fields`, and `body` behind it, as bytes. */
function framed(status, what, fields, body, applies = takesBody) {
  return {
    status, what, applies,
    async send(operation, world) {
      const { method, path, token } = await properRequest(operation, world);
      const head = [`${method} ${path} HTTP/1.1`, `Host: ${world.server.host}`,
        `Content-Type: ${jsonMediaType}`, ...fields];
      if (token) head.push(`Authorization: Bearer ${token}`);
      if (world.server.launchToken) head.push(`X-Taskdock-Launch: ${world.server.launchToken}`);
      return exchange(world.server, `${head.join("\r\n")}\r\n\r\n${body}`);
    },
  };
}

/** A UUID of version 7, as a client makes it (RFC 9562, 5.7). */
function makeTaskId() {
  const digits = Date.now().toString(16).padStart(12, "0");
  const random = randomBytes(9).toString("hex");
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6)}`;
}

const createsTask = is("create_task", "create_task_of_user");

const importsTasks = is("import_tasks", "import_tasks_of_user");

// A file is not only that: it may be a list, and have what only other programs know.
const takesOneObject = (operation) => takesBody(operation) && !importsTasks(operation);

const changesTasks = is("change_tasks", "change_tasks_of_user");

/** A body with an operation on a task that `user` has just created. */
const deletionBy = async (server, user, members = {}) => ({
  json: { operations: [{ op: "delete", id: await createTask(server, user.token), ...members }] },
});

const withToken = (token) => () => ({ token });
const withScriptToken = (scope) => async (_, __, { server, ann }) => ({
  token: (await makeScriptToken(server, ann, scope)).token,
});
const withHeaders = (headers) => () => ({ headers });
const withJson = (json) => () => ({ json });
const withBody = (body) => () => ({
  json: undefined, body, headers: { "content-type": jsonMediaType },
});

/** `request`'s token with its payload changed, so that the signature is another's. */
function forged(token) {
  const [header, payload, signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  claims.exp += 3600;
  return [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
}

const properStatus = ({ operationId, method }) => {
  if (operationId === "stop_server") return 202;
  if (operationId === "signup" || operationId.startsWith("create_")) return 201;
  return method === "DELETE" || is("log_out", "change_password")({ operationId }) ? 204 : 200;
};

export const provocations = [
  { status: properStatus, what: "a proper request", applies: not("stop_server"),
    send: async (operation, world) => call(world.server, await properRequest(operation, world)) },
  { status: properStatus, what: "a proper request to another server", applies: is("stop_server"),
    async send(operation, world) {
      const server = await world.startAnother();
      const answer = await call(server, await properRequest(operation, world));
      await server.ended();
      return answer;
    } },
  spoilt(200, "a token for scripts that may only read",
    (operation) => wantsBearer(operation) && !wantsSession(operation) && operation.method === "GET",
    withScriptToken("read")),
  spoilt(properStatus, "a token for scripts that may write",
    (operation) => wantsBearer(operation) && !wantsSession(operation), withScriptToken("write")),
  spoilt(303, "a browser, once somebody has signed up", is("get_welcome"), withHeaders(ofBrowser)),
  { status: 200, what: "a browser, before anybody has signed up",
    applies: ({ operationId, security }) => operationId === "get_welcome" && security.length === 0,
    send: ({ path }, { closed }) => call(closed.server, { path, headers: ofBrowser }) },
  spoilt(properStatus, "the media type with a parameter", takesBody,
    withHeaders({ "content-type": "Application/JSON; charset=utf-8" })),
  spoilt(200, "no body where none is needed",
    (operation) => takesBody(operation) && !needsBody(operation), withJson(undefined)),
  ...["csv", "ics"].map((format) => spoilt(200, `tasks as ${format}`, is("export_tasks", "export_tasks_of_user"),
    ({ path }) => ({ path: `${path}?format=${format}` }))),
  spoilt(200, "a task that was sent before", createsTask, async (request, _, { server }) => {
    const json = { ...request.json, id: makeTaskId() };
    await call(server, { ...request, json });
    return { json };
  }),
  elsewhere(200, "a stylesheet", isFile, (world, operation) => ({ name: fileNameFor(operation, world, "css") })),
  elsewhere(200, "a script", isFile, (world, operation) => ({ name: fileNameFor(operation, world, "js") })),

  spoilt(200, "a ticket in place of the token", is("stream_events"), async ({ path }, _, { server, ann }) => ({
    path: `${path}?ticket=${await ticketOf(server, ann)}`, token: undefined,
  })),
  spoilt(401, "a ticket that was used", is("stream_events"), async ({ path }, _, { server, ann }) => {
    const used = { path: `${path}?ticket=${await ticketOf(server, ann)}`, token: undefined };
    await call(server, used);
    return used;
  }),
  spoilt(422, "a Last-Event-ID that is no revision", is("stream_events"), withHeaders({ "last-event-id": "one" })),

  { status: 304, what: "what is known already", applies: takesHeader("If-None-Match", "GET"),
    async send(operation, world) {
      const request = await properRequest(operation, world);
      let answer;
      // Some answers are new each minute, which can end between the two requests.
      for (let tries = 0; tries < 3 && answer?.status !== 304; ++tries) {
        const { headers: { etag } } = await call(world.server, request);
        answer = await call(world.server, { ...request, headers: { "if-none-match": etag } });
      }
      return answer;
    } },
  spoilt(properStatus, "an earlier version", takesHeader("If-None-Match", "GET"), withHeaders({ "if-none-match": '"0", W/"0"' })),
  spoilt(properStatus, "a request that was done before", takesHeader("Idempotency-Key"), async (request, _, { server }) => {
    const headers = { "idempotency-key": randomUUID() };
    await call(server, { ...request, headers });
    return { headers };
  }),
  spoilt(properStatus, "a condition that holds", takesHeader("If-Match"), withHeaders({ "if-match": "*" })),
  spoilt(properStatus, "a condition that a new task fulfils", createsTask, withHeaders({ "if-none-match": "*" })),

  spoilt(400, "a revision without quotation marks", takesHeader("If-Match"), withHeaders({ "if-match": "1" })),
  spoilt(400, "a list that is none", createsTask, withHeaders({ "if-none-match": '"1' })),
  framed(400, "a chunk whose size is none", ["Transfer-Encoding: chunked"], "size\r\n{}\r\n0\r\n\r\n"),
  framed(400, "a body that ends early", ["Content-Length: 200"], "{"),
  framed(400, "two lengths", ["Content-Length: 2", "Content-Length: 3"], "{}"),

  spoilt(401, "no token", wantsBearer, withToken(undefined)),
  spoilt(401, "a token that is none", wantsBearer, withToken("token")),
  spoilt(401, "a forged token", wantsBearer, ({ token }) => ({ token: forged(token) })),
  spoilt(401, "another scheme", wantsBearer, ({ token }) => ({
    token: undefined, headers: { authorization: `Basic ${token}` },
  })),
  spoilt(401, "a token for scripts that nobody has", wantsBearer, withToken(`tdk_${"A".repeat(43)}`)),
  spoilt(401, "a token for scripts that was revoked", wantsBearer, async (_, __, { server, ann }) => {
    const { token } = await makeScriptToken(server, ann, "write");
    await makeScriptToken(server, ann, "write");
    return { token };
  }),
  spoilt(401, "a wrong password", is("login"), ({ json }) => ({
    json: { ...json, password: "wrong horse" },
  })),
  spoilt(401, "nobody's email", is("login"), ({ json }) => ({
    json: { ...json, email: "nobody@example.com" },
  })),
  spoilt(401, "a session that is over", wantsBearer, async (_, __, { server, ann }) => {
    const { access_token: token } = await logIn(server, ann.email);
    await call(server, { method: "POST", path: "/api/auth/logout", token });
    return { token };
  }),
  spoilt(401, "a user who is gone", wantsBearer, (_, __, { gone }) => ({ token: gone.token })),
  spoilt(401, "nobody's refresh token", is("refresh_session"),
    withJson({ refresh_token: "token" })),
  spoilt(401, "an access token to refresh with", is("refresh_session"), (_, __, { ann }) => ({
    json: { refresh_token: ann.token },
  })),
  spoilt(401, "a refresh token to call with", wantsBearer, async (_, __, { server, ann }) => ({
    token: (await logIn(server, ann.email)).refresh_token,
  })),

  spoilt(403, "a token for scripts that may only read", (operation) => wantsBearer(operation) &&
    (wantsSession(operation) || operation.method !== "GET"), withScriptToken("read")),
  spoilt(403, "a token for scripts", wantsSession, withScriptToken("write")),
  spoilt(403, "no launch token", wantsLaunch, withHeaders({ "x-taskdock-launch": "" })),
  elsewhere(403, "another user's address", names("user_id"), ({ bob }) => ({ user_id: bob.id })),
  elsewhere(403, "an address that is no user's", names("user_id"), () => ({ user_id: "nobody" })),
  elsewhere(403, "another user's task", names("task_id"), async ({ server, bob }, operation) => ({
    task_id: await taskFor(operation, server, bob),
  })),

  spoilt(403, "a wrong password", checksPassword, ({ json }) => ({
    json: { ...json, email: `${randomUUID()}@example.com`, current_password: "wrong horse" },
  })),
  { status: 403, what: "sign-up is closed", applies: is("signup"),
    send: (operation, { closed }) => call(closed.server, exampleRequest(operation, closed)) },

  spoilt(403, "an operation on another user's task", changesTasks,
    (_, __, { server, bob }) => deletionBy(server, bob)),
  spoilt(404, "an operation on no task", changesTasks,
    withJson({ operations: [{ op: "complete", id: randomUUID() }] })),
  spoilt(409, "an operation with the id of another task", changesTasks, async (_, __, { server, ann }) => ({
    json: { operations: [{ op: "create", task: { title: "x", id: await createTask(server, ann.token) } }] },
  })),
  spoilt(410, "a revision that there has not been", is("list_changes", "list_changes_of_user"), ({ path }) => ({
    path: `${path}?since=${Number.MAX_SAFE_INTEGER}`,
  })),
  spoilt(410, "another epoch", is("list_changes", "list_changes_of_user"), ({ path }) => ({
    path: `${path}?epoch=${randomUUID()}`,
  })),
  spoilt(412, "an operation on a task of another revision", changesTasks,
    (_, __, { server, ann }) => deletionBy(server, ann, { if_revision: 0 })),
  spoilt(412, "a task of another revision", takesHeader("If-Match"), withHeaders({ "if-match": '"0", W/"1"' })),
  spoilt(412, "a task that exists", createsTask, async ({ json }, _, { server, ann }) => ({
    json: { ...json, id: await createTask(server, ann.token) }, headers: { "if-none-match": "*" },
  })),
  elsewhere(404, "no task's id", names("task_id"), () => ({ task_id: randomUUID() })),
  elsewhere(404, "no session's id", names("session_id"), () => ({ session_id: randomUUID() })),
  elsewhere(404, "another user's session", names("session_id"), async ({ server, bob }) => ({
    session_id: await beginSession(server, bob),
  })),
  elsewhere(404, "no token's id", names("token_id"), () => ({ token_id: randomUUID() })),
  elsewhere(404, "another user's token", names("token_id"), async ({ server, bob }) => ({
    token_id: (await makeScriptToken(server, bob, "read")).id,
  })),
  elsewhere(404, "the name of no file or tag", names("name"), () => ({ name: "nothing.js" })),
  elsewhere(404, "another user's tag", wantsTag, async ({ server, bob }) => ({ name: await beginTag(server, bob) })),

  spoilt(409, "an email that is taken", is("signup", "update_me"), ({ json }, _, { bob }) => ({
    json: { ...json, email: bob.email.toUpperCase() },
  })),
  spoilt(409, "the id of another task", createsTask, ({ json }, _, { server, ann }) => createTask(server, ann.token)
    .then((id) => ({ json: { ...json, id } }))),
  { status: 409, what: "one task more than a user may have", applies: createsTask,
    async send(operation, { limited }) {
      const request = await properRequest(operation, { ...limited, docsPage: "/assets/none" });
      await call(limited.server, request);
      return call(limited.server, request);
    } },
  { status: 409, what: "a file with more tasks than a user may have", applies: importsTasks,
    async send(operation, { limited }) {
      const request = await properRequest(operation, { ...limited, docsPage: "/assets/none" });
      return call(limited.server, { ...request, json: { tasks: [{ title: "A" }, { title: "B" }] } });
    } },
  { status: 409, what: "a task that recurs, of a user who may have no more",
    applies: is("update_task", "update_task_of_user", "set_task_completion", "set_task_completion_of_user"),
    async send({ method, path }, { limited: { server, ann } }) {
      await deleteAllTasks(server, ann);
      const { json: { id } } = await call(server, {
        method: "POST", path: "/api/tasks", token: ann.token,
        json: { title: "Water the plants", due_date: "2026-08-08", recurrence: "FREQ=DAILY" },
      });
      return call(server, {
        method, path: fill(path, { user_id: ann.id, task_id: id }), token: ann.token, json: { is_completed: true },
      });
    } },
  { status: 409, what: "a deleted task, of a user who may have no more", applies: is("restore_task", "restore_task_of_user"),
    async send({ method, path }, { limited: { server, ann } }) {
      await deleteAllTasks(server, ann);
      const id = await createTask(server, ann.token);
      await deleteAllTasks(server, ann);
      await createTask(server, ann.token);
      return call(server, { method, path: fill(path, { user_id: ann.id, task_id: id }), token: ann.token });
    } },
  spoilt(409, "one tag more than a user may have", takesTags, async ({ json }, operation, { full }) => {
    const { user, task } = await full();
    return {
      path: fill(operation.path, { user_id: user.id, task_id: task }), token: user.token,
      json: { ...json, tags: ["one more"] },
    };
  }),
  { status: 409, what: "one token more than a user may have", applies: is("create_script_token"),
    async send(operation, world) {
      const { token } = await signUp(world.server);
      const request = { ...await properRequest(operation, world), token };
      for (;;) {
        const answer = await call(world.server, request);
        if (answer.status !== 201) return answer;
      }
    } },
  { status: 409, what: "one user more than there may be", applies: is("signup"),
    send: (operation, { limited }) => call(limited.server, exampleRequest(operation, limited)) },

  framed(413, "a file over 32 MiB", [`Content-Length: ${32 * maxBodyBytes + 1}`], "", importsTasks),
  framed(413, "a body over 1 MiB", [`Content-Length: ${maxBodyBytes + 1}`], "", takesOneObject),
  framed(413, "a chunked body over 1 MiB", ["Transfer-Encoding: chunked"],
    `${(maxBodyBytes + 1).toString(16)}\r\n${" ".repeat(maxBodyBytes + 1)}\r\n0\r\n\r\n`, takesOneObject),

  spoilt(415, "a body that does not say what it is", takesBody, ({ json }) => ({
    json: undefined, body: JSON.stringify(json),
  })),
  spoilt(415, "a form", takesBody, withHeaders({ "content-type": "application/x-www-form-urlencoded" })),
  spoilt(415, "a compressed body", takesBody, withHeaders({
    "content-type": jsonMediaType, "content-encoding": "gzip",
  })),

  spoilt(422, "no body", needsBody, withJson(undefined)),
  spoilt(422, "an empty body", needsBody, withBody("")),
  spoilt(422, "a body of another type", takesOneObject, withJson([])),
  spoilt(422, "a member of another type", takesBody, ({ json }) => ({
    json: Object.fromEntries(Object.keys(json).map((name) => [name, { [name]: json[name] }])),
  })),
  spoilt(422, "nothing of what is required", needsBody,
    ({ json }, { operationId }) => ({
      // Of a change nothing is required; there, a value that cannot be.
      json: operationId.startsWith("update_") ? { ...json, title: "", name: "" } : {},
    })),
  spoilt(422, "malformed JSON", takesBody, withBody('{"title": "Buy milk"')),
  spoilt(422, "bytes that are not UTF-8", takesBody, withBody(Buffer.from('{"title": "\xff"}', "latin1"))),
  spoilt(422, "another email and no password", is("update_me"),
    withJson({ email: "somebody@example.com" })),
  spoilt(422, "the email as the password", is("change_password"), ({ json }, _, { ann }) => ({
    json: { ...json, new_password: ann.email },
  })),
  spoilt(422, "an unknown member, and strict handling", takesOneObject, ({ json }) => ({
    json: { ...json, unknown: 1 }, headers: { prefer: "handling=strict" },
  })),
  spoilt(422, "an unknown query parameter, and strict handling",
    (operation) => takesBody(operation) || takesQuery(operation), ({ path }) => ({
      path: `${path}?unknown=1`, headers: { prefer: "handling=strict" },
    })),
  spoilt(properStatus, "strict handling of what is known",
    (operation) => takesBody(operation) || takesQuery(operation), withHeaders({ prefer: "handling=strict" })),
  spoilt(422, "a key that is none", takesHeader("Idempotency-Key"), withHeaders({ "idempotency-key": "a key" })),
  spoilt(422, "the key of another request", takesHeader("Idempotency-Key"), async (request, _, { server }) => {
    const headers = { "idempotency-key": randomUUID() };
    await call(server, { ...request, headers });
    return { headers, json: { ...request.json, another: 1 } };
  }),
  elsewhere(422, "a task_id that is no UUID", names("task_id"), () => ({ task_id: "one" })),
  elsewhere(422, "a name that no tag can have", wantsTag, () => ({ name: "milk%2Ceggs" })),
  elsewhere(422, "a token_id that is no UUID", names("token_id"), () => ({ token_id: "one" })),
  elsewhere(422, "a session_id that is no UUID", names("session_id"),
    () => ({ session_id: "one" })),
  spoilt(422, "query parameters that are no values", takesQuery, ({ path }, { parameters }) => ({
    path: `${path}?${parameters.filter((parameter) => parameter.in === "query")
      .map(({ name }) => `${name}=junk`).join("&")}`,
  })),

  { status: 429, what: "once too often",
    applies: (operation) => is("signup", "login", "refresh_session")(operation) ||
      checksPassword(operation),
    async send(operation, { strict }) {
      const request = exampleRequest(operation, strict);
      await call(strict.server, request);
      return call(strict.server, request);
    } },
];
