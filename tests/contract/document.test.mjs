// The document by itself: valid, complete, with examples that are true, and kept by caches.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { createConfig, lintFromString } from "@redocly/openapi-core";

import { call, fetchDocument } from "../testing/client.mjs";
import { startServer, versionOfExecutable } from "../testing/server.mjs";
import { makeValidator, operationsOf, resolve } from "./schemas.mjs";

// Generators of clients make function names of these: changing one breaks whoever used it.
const taskOperations = [
  "create_task", "list_tasks", "get_task", "replace_task", "update_task", "set_task_completion",
  "delete_task", "summarize_tasks", "list_trash", "empty_trash", "purge_task", "restore_task", "change_tasks",
  "list_changes", "export_tasks", "import_tasks",
];
const launchOperations = ["stop_server", "log_in_local_user"];
const expectedOperations = [
  "get_welcome", "get_health", "get_openapi", "get_docs", "get_redoc", "get_asset", "get_app", "get_app_file",
  "signup", "login", "refresh_session", "log_out",
  "list_sessions", "end_other_sessions", "end_session", "create_script_token", "list_script_tokens", "revoke_script_token",
  "get_me", "update_me", "delete_me", "change_password", "list_tags", "rename_tag", "remove_tag",
  "stream_events", "create_event_ticket",
  ...taskOperations, ...taskOperations.map((name) => `${name}_of_user`),
];

let server;
let document;
let operations;

before(async () => {
  server = await startServer();
  document = await fetchDocument(server);
  operations = operationsOf(document);
});
after(() => server.stop());

const lint = async (value) => lintFromString({
  source: JSON.stringify(value),
  absoluteRef: "openapi.json",
  config: await createConfig({
    extends: ["recommended-strict"],
    rules: {
      // "/api/{user_id}/tasks" also fits "/api/tasks/tasks": a task's id is a UUID, so no client asks.
      "no-ambiguous-paths": "off",
      // The service's own pages take no input that could be wrong.
      "operation-4xx-response": "off",
      // What "/app/" refers to is below it.
      "no-path-trailing-slash": "off",
    },
  }),
});

test("it is valid OpenAPI 3.1", async () => {
  assert.match(document.openapi, /^3\.1\.\d+$/);
  assert.deepEqual((await lint(document)).map(({ message, location }) =>
    `${message} (${location[0].pointer})`), []);
});

test("the linter would say if it were not", async () => {
  const wrong = structuredClone(document);
  wrong.paths["/health"].get.responses = "fine";
  wrong.paths["/api/tasks"].get.parameters[0].in = "thin air";
  delete wrong.info.title;
  assert.ok((await lint(wrong)).length >= 3);
});

test("each operation has a name of its own, and these are the names", () => {
  const names = operations.map(({ operationId }) => operationId);
  assert.deepEqual([...names].sort(), [...expectedOperations].sort());
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z]+(_[a-z]+)*$/);
});

test("each operation says what it does and to which of the tags it belongs", () => {
  const tags = document.tags.map(({ name }) => name);
  for (const { operationId, summary, tags: own } of operations) {
    assert.ok(summary, operationId);
    assert.equal(own.length, 1, operationId);
    assert.ok(tags.includes(own[0]), operationId);
  }
});

test("its version is the executable's", () => {
  assert.equal(document.info.version, versionOfExecutable());
});

test("the bearer scheme stands where a token is wanted, and nowhere else", () => {
  const { type, scheme, bearerFormat } = document.components.securitySchemes.bearer;
  assert.deepEqual({ type, scheme, bearerFormat }, {
    type: "http", scheme: "bearer", bearerFormat: "JWT",
  });
  const open = ["/api/auth/signup", "/api/auth/login", "/api/auth/refresh"];
  for (const { operationId, path, security } of operations) {
    const wanted = path.startsWith("/api/") && !open.includes(path);
    const ways = operationId === "stream_events" ? [{ bearer: [] }, { ticket: [] }] : [{ bearer: [] }];
    assert.deepEqual(security, wanted ? ways : [], operationId);
  }
});

test("a server with a launch token says how to send it, and is the same in all else", async () => {
  const launched = await startServer(["--local-user", "Ann"], { launchToken: "0123456789abcdefghijABCDEFGHIJ-_" });
  const its = await fetchDocument(launched);
  const { headers } = await call(launched, { path: `/?launch=${launched.launchToken}`, headers: {
    "x-taskdock-launch": "" } });
  await launched.stop();
  assert.deepEqual((await lint(its)).map(({ message }) => message), []);
  const { launch, launch_cookie: cookie } = its.components.securitySchemes;
  assert.deepEqual([launch.type, launch.in, launch.name], ["apiKey", "header", "X-Taskdock-Launch"]);
  assert.deepEqual([cookie.type, cookie.in], ["apiKey", "cookie"]);
  assert.ok(headers["set-cookie"][0].startsWith(`${cookie.name}=`));
  assert.ok(its.info.description.includes("X-Taskdock-Launch"));
  assert.ok(!JSON.stringify(document).includes("launch token"));
  const itsOperations = operationsOf(its);
  assert.deepEqual(itsOperations.map(({ operationId }) => operationId).sort(),
    [...expectedOperations, ...launchOperations].sort());
  for (const { operationId, path, method, security, responses } of itsOperations) {
    if (launchOperations.includes(operationId)) {
      assert.deepEqual(security, [{ launch: [] }, { launch_cookie: [] }], operationId);
      continue;
    }
    const own = operations.find((each) => each.operationId === operationId);
    const ways = own.security.length > 0 ? own.security : [{}];
    const isOpen = path === "/health" && method === "GET";
    assert.deepEqual(security, isOpen ? [] :
      ["launch", "launch_cookie"].flatMap((form) => ways.map((way) => ({ ...way, [form]: [] }))), operationId);
    assert.deepEqual(Object.keys(responses), [...new Set([
      ...Object.keys(own.responses), ...isOpen ? [] : ["403"]])].sort(), operationId);
  }
  const { Stopping, ...common } = its.components.schemas;
  assert.deepEqual(common, document.components.schemas);
});

test("each example is what its schema says", () => {
  const validator = makeValidator(document);
  let count = 0;
  const check = (holder, where) => {
    if (!("example" in holder)) return;
    ++count;
    assert.doesNotThrow(() => validator.assert(holder.schema, holder.example), where);
  };
  for (const { operationId, parameters = [], requestBody, responses } of operations) {
    for (const parameter of parameters) check(parameter, `${operationId}: ${parameter.name}`);
    const bodies = [requestBody, ...Object.values(responses)];
    for (const body of bodies) {
      for (const content of Object.values(body?.content ?? {})) check(content, operationId);
    }
  }
  assert.ok(count > operations.length, "there are examples");
});

test("no example has a token that could be one", () => {
  const examples = JSON.stringify(document.paths);
  for (const name of ["access_token", "refresh_token", "token"]) {
    const tokens = [...examples.matchAll(new RegExp(`"${name}":"([^"]*)"`, "g"))];
    assert.ok(tokens.length > 0, name);
    for (const [, token] of tokens) assert.match(token, /^\w{1,10}\.\.\.$/, name);
  }
});

test("each example of invalid input is about something the operation takes", () => {
  for (const { operationId, parameters = [], requestBody, responses } of operations) {
    if (!responses[422]) continue;
    for (const { loc } of responses[422].content["application/json"].example.detail) {
      const [source, name] = loc;
      if (source === "body") {
        const { required = [] } = resolve(document, requestBody.content["application/json"].schema);
        assert.ok(name === undefined || required.includes(name), `${operationId}: ${loc}`);
      } else {
        assert.ok(parameters.some((each) => each.in === source && each.name === name),
          `${operationId}: ${loc}`);
      }
    }
  }
});

test("each body and each JSON answer with a schema has an example", () => {
  for (const { operationId, requestBody, responses } of operations) {
    for (const body of [requestBody, ...Object.values(responses)]) {
      for (const content of Object.values(body?.content ?? {})) {
        assert.equal("schema" in content, "example" in content, operationId);
      }
    }
  }
});

// The document and the server follow from one declaration; were that changed by mistake, they would
// still agree with each other, but not with the clients there are.
test("the limits are those that clients know", () => {
  const { schemas } = document.components;
  const limitsOf = (type, member) => {
    const { minLength, maxLength, format } = schemas[type].properties[member];
    return [minLength, maxLength, format];
  };
  for (const type of ["TaskContent", "TaskPatch", "Task"]) {
    assert.deepEqual(limitsOf(type, "title"), [1, 200, undefined], type);
    assert.deepEqual(limitsOf(type, "description"), [undefined, 2000, undefined], type);
  }
  assert.deepEqual(limitsOf("ScriptTokenRequest", "name"), [undefined, undefined, undefined]);
  assert.deepEqual(schemas.ScriptTokenRequest.properties.scope.enum, ["read", "write"]);
  assert.deepEqual(limitsOf("SignupRequest", "password"), [8, 128, "password"]);
  assert.deepEqual(limitsOf("PasswordChange", "new_password"), [8, 128, "password"]);
  for (const type of ["LoginRequest.password", "PasswordChange.current_password",
    "AccountDeletion.current_password", "ProfileChange.current_password"]) {
    assert.deepEqual(limitsOf(...type.split(".")), [undefined, undefined, "password"], type);
  }
  for (const type of ["SignupRequest", "ProfileChange"]) {
    assert.deepEqual(limitsOf(type, "email"), [undefined, 254, "email"], type);
  }
  // Only at sign-up a blank name means none.
  for (const [type, blank] of [["ProfileChange", false], ["SignupRequest", true]]) {
    const name = new RegExp(schemas[type].properties.name.pattern, "u");
    for (const [text, expected] of [["", blank], [" \u0085\ufeff", blank], ["a", true],
      [` ${"🥛".repeat(100)}\n`, true], ["🥛".repeat(101), false], [`a${" ".repeat(99)}a`, false]]) {
      assert.equal(name.test(text), expected, `${type} ${JSON.stringify(text)}`);
    }
  }
  const queryOf = (path) => Object.fromEntries(document.paths[path].get.parameters
    .filter((each) => each.in === "query").map((each) => [each.name, [
      each.schema.minimum, each.schema.maximum, each.schema.default]]));
  const page = { limit: [1, 100, 50], offset: [0, undefined, 0] };
  const anything = [undefined, undefined, undefined];
  const filters = ["completed", "q", "tag", "priority", "due", "due_before", "due_after", "utc_offset",
    "updated_since", "sort", "cursor"];
  assert.deepEqual(queryOf("/api/tasks"),
    { ...page, ...Object.fromEntries(filters.map((name) => [name, anything])) });
  assert.deepEqual(queryOf("/api/tasks/trash"), { ...page, cursor: anything });
  assert.deepEqual(queryOf("/api/tasks/summary"), { utc_offset: anything });
  assert.deepEqual(queryOf("/api/tasks/changes"),
    { since: [0, undefined, 0], limit: [1, 1000, 500], epoch: anything });
  assert.deepEqual(queryOf("/api/auth/sessions"), page);
});

test("the parameters of lists are of the forms that clients know", () => {
  const { parameters } = document.paths["/api/tasks"].get;
  const parameterOf = (name) => parameters.find((each) => each.name === name);
  const { q, tag, priority, due, utc_offset: offset, sort } = Object.fromEntries(
    ["q", "tag", "priority", "due", "utc_offset", "sort"].map((name) => [name, parameterOf(name).schema]));
  assert.equal(q.maxLength, 500);
  assert.deepEqual([tag.type, tag.maxItems, tag.items.minLength, tag.items.maxLength], ["array", 20, 1, 51]);
  assert.deepEqual(priority.items.enum, ["low", "medium", "high", "urgent", "none"]);
  // One parameter has all priorities, with commas between them; of tags, each has one.
  assert.deepEqual([parameterOf("priority").explode, parameterOf("tag").explode], [false, undefined]);
  assert.deepEqual(due.enum, ["none", "any", "overdue", "today"]);
  const keys = ["created_at", "updated_at", "due_date", "priority", "title", "completed_at", "relevance"];
  assert.deepEqual(sort.enum, keys.flatMap((key) => [key, `-${key}`]));
  const pattern = new RegExp(offset.pattern, "u");
  for (const text of ["+00:00", "-00:00", "+05:30", " 05:30", "-13:59", "+14:00"]) assert.match(text, pattern);
  for (const text of ["", "05:30", "+5:30", "+0530", "+05:60", "+14:01", "-24:00", "+05:30x", "Z"]) {
    assert.doesNotMatch(text, pattern);
  }
});

test("only requests whose null has a meaning may have one", () => {
  const { schemas } = document.components;
  const nullable = (type) => Object.entries(schemas[type].properties)
    .filter(([, schema]) => [schema.type].flat().includes("null")).map(([name]) => name);
  const clearable = ["description", "due_date", "remind_at", "priority", "recurrence"];
  assert.deepEqual(nullable("TaskContent"), [...clearable, "recurrence_from", "id", "is_completed"]);
  assert.deepEqual(nullable("TaskReplacement"), [...clearable, "recurrence_from"]);
  assert.deepEqual(nullable("TaskPatch"), clearable);
  assert.deepEqual(nullable("Completion"), []);
  assert.deepEqual(nullable("ProfileChange"), []);
  assert.deepEqual(nullable("SignupRequest"), ["name"]);
  assert.deepEqual(nullable("ScriptTokenRequest"), ["expires_in"]);
  for (const type of ["PasswordChange", "AccountDeletion"]) {
    assert.deepEqual(nullable(type), ["current_password"]);
  }
});

test("no optional parameter has a value to start with, but its default", () => {
  for (const { operationId, parameters = [] } of operations) {
    for (const { name, required, example, examples, schema } of parameters) {
      if (required) continue;
      assert.deepEqual([example, examples, schema.example, schema.examples],
        [undefined, undefined, undefined, undefined], `${operationId}: ${name}`);
    }
  }
});

test("each body has the limit that its error names", () => {
  for (const { operationId, security, requestBody, responses } of operations) {
    if (!requestBody) continue;
    const largest = operationId.startsWith("import_") ? "32 MiB" : "1 MiB";
    const limit = security.length > 0 ? largest : "16 KiB";
    assert.equal(responses[413].description, `The body is larger than ${limit}`, operationId);
  }
});

test("each member of each schema is explained", () => {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    for (const [member, { description, const: constant }] of Object.entries(schema.properties)) {
      assert.ok(description || constant, `${name}.${member}`);
    }
  }
});

test("each error has the shape of errors", () => {
  for (const { operationId, responses } of operations) {
    for (const [status, response] of Object.entries(responses)) {
      if (status < "400") continue;
      const shape = status === "422" ? "ValidationErrorResponse" : "ErrorResponse";
      assert.deepEqual(Object.keys(response.content), ["application/json"], operationId);
      assert.equal(response.content["application/json"].schema.$ref,
        `#/components/schemas/${shape}`, `${operationId} ${status}`);
    }
  }
});

test("whoever has it already is told so", async () => {
  const path = "/openapi.json";
  const first = await call(server, { path });
  const { etag } = first.headers;
  assert.match(etag, /^"[^"]+"$/);
  assert.equal(first.headers["cache-control"], "no-cache");
  for (const known of [etag, `W/${etag}`, `"another", ${etag}`, `"another",W/${etag}, "third"`, "*"]) {
    for (const method of ["GET", "HEAD"]) {
      const again = await call(server, { method, path, headers: { "if-none-match": known } });
      assert.equal(again.status, 304, `${method} with ${known}`);
      assert.equal(again.headers.etag, etag);
      assert.equal(again.bytes.length, 0);
    }
  }
  for (const known of ['"another"', etag.slice(1, -1), `W/"${etag}"`, ""]) {
    const again = await call(server, { path, headers: { "if-none-match": known } });
    assert.equal(again.status, 200, known);
    assert.deepEqual(again.bytes, first.bytes);
  }
});

test("HEAD says how long it is", async () => {
  const whole = await call(server, { path: "/openapi.json" });
  const head = await call(server, { method: "HEAD", path: "/openapi.json" });
  assert.equal(head.status, 200);
  assert.equal(head.bytes.length, 0);
  for (const name of ["content-type", "content-length", "etag"]) {
    assert.equal(head.headers[name], whole.headers[name], name);
  }
  assert.equal(Number(head.headers["content-length"]), whole.bytes.length);
});
