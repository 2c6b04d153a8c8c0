// What the document's schemas allow is taken, what they forbid is refused, and neither is ever a fault
// of the server, whatever the values. TASKDOCK_TEST_SEED=N makes other values than the usual ones; a
// failure says which seed it had.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";

import { call, createTask, fetchDocument, password, signUp } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";
import { invalidBody, malformedJson, parameterTexts, Random, validValue } from "./generate.mjs";
import { bodySchemaOf, jsonMediaType, makeValidator, operationsOf } from "./schemas.mjs";

const seed = Number(process.env.TASKDOCK_TEST_SEED ?? 20260106);
const validCount = 40;
const passwordCount = 15; // of what makes the server hash a password, which takes its time
const invalidCount = 120;
const malformedCount = 60;
const maxRequestLineBytes = 8 * 1024;

// Made-up passwords are wrong ones, and far too many.
const server = await startServer(["--throttle", "off"]);
after(() => server.stop());
const document = await fetchDocument(server);
const validator = makeValidator(document);
const ann = await signUp(server);
const taskId = await createTask(server, ann.token);

const operations = operationsOf(document);
const withBody = operations.filter(({ requestBody }) => requestBody);
const withQuery = operations.filter(({ parameters = [] }) => parameters.some((each) => each.in === "query"));

const addressOf = ({ path }) => path.replace("{user_id}", ann.id).replace("{task_id}", taskId);

/** The address of an operation, with somebody's task or tag in it. */
async function preparedAddressOf(operation) {
  if (operation.operationId !== "rename_tag") return addressOf(operation);
  // The one of the call before has another name now.
  await call(server, { method: "PATCH", path: `/api/tasks/${taskId}`, token: ann.token, json: { tags: ["home"] } });
  return operation.path.replace("{name}", "home");
}

const request = (operation) => ({
  method: operation.method,
  path: addressOf(operation),
  token: operation.security.length > 0 ? ann.token : undefined,
});

/** Runs `check(random)` again and again; a failure says how to see it again. */
async function repeatedly(count, index, check) {
  const random = new Random(seed + index);
  for (let round = 0; round < count; ++round) {
    try {
      await check(random);
    } catch (error) {
      error.message = `with TASKDOCK_TEST_SEED=${seed}, in round ${round}: ${error.message}`;
      throw error;
    }
  }
}

const shown = (value) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 2000 ? `${text.slice(0, 2000)}...` : text;
};

function checkStatus(answer, expected, sent) {
  assert.ok(expected.includes(answer.status), `${answer.status} ${answer.text} to ${shown(sent)}`);
}

/** Whether a body is longer than the operation takes, which is less from whoever has no token. */
const isTooLarge = ({ security }, json) =>
  Buffer.byteLength(JSON.stringify(json)) > (security.length > 0 ? 1024 : 16) * 1024;

function checkRefusal(answer, sent) {
  checkStatus(answer, [422], sent);
  validator.assert(document.components.schemas.ValidationErrorResponse, answer.json);
  assert.ok(answer.json.detail.length > 0);
}

/** What may answer a proper request: no error, but that nobody has such a password or token. */
const acceptable = {
  signup: [201], login: [401], refresh_session: [401], update_me: [200, 403], delete_me: [403],
  change_password: [403], create_script_token: [201], create_task: [201], create_task_of_user: [201],
  // Nobody has tasks with made-up ids.
  change_tasks: [200, 404], change_tasks_of_user: [200, 404],
};

/** Whether an operation takes a file, without which nothing is said of its query. */
const isImport = ({ operationId }) => operationId.startsWith("import_tasks");

const hashingOperations = ["signup", "login", "update_me", "delete_me", "change_password"];

/** A body that the document allows, in words too. */
function properBody(random, operation) {
  const body = validValue(random, bodySchemaOf(document, operation));
  // The two names of one thing must agree, which the schema leaves to the description.
  if ("is_completed" in body && "completed" in body) body.completed = body.is_completed;
  // What recurs needs a date, which the schema leaves to the description.
  if (body.recurrence && !body.due_date?.trim()) delete body.recurrence;
  if ("due_date" in body && !body.due_date?.trim() && operation.method !== "POST") body.recurrence = null;
  for (const { task } of body.operations ?? []) {
    if (task?.recurrence && !task.due_date?.trim()) delete task.recurrence;
  }
  // An id beside a task is the task's own.
  for (const one of body.operations ?? []) if (one.id && one.task?.id) one.task.id = one.id;
  for (const task of body.tasks ?? []) {
    if (task.recurrence && !task.due_date?.trim()) delete task.recurrence;
    if (task.is_completed === false) delete task.completed_at;
    // What has happened has happened already.
    for (const name of ["completed_at", "created_at", "updated_at", "deleted_at"]) {
      if (Date.parse(task[name]) > Date.now()) delete task[name];
    }
  }
  // Random addresses could be the same twice.
  if (["signup", "update_me"].includes(operation.operationId) && body.email) {
    body.email = `${randomUUID()}${body.email.slice(body.email.indexOf("@"))}`;
  }
  // Who has a password must give it, which the schema leaves to the description, too. A wrong one keeps
  // the account as it is.
  if ("current_password" in bodySchemaOf(document, operation).properties) {
    body.current_password ??= operation.operationId === "update_me" ? password : "wrong horse";
  }
  return body;
}

/** The answer has what was sent, character for character. */
function checkEcho(sent, got) {
  for (const name of ["title", "description"]) {
    if (typeof sent[name] === "string") assert.equal(got[name], sent[name], name);
  }
  if (typeof sent.email === "string") assert.equal(got.email, sent.email.toLowerCase());
}

withBody.forEach((operation, index) => {
  const { operationId, responses } = operation;
  const schema = bodySchemaOf(document, operation);
  const accepts = (value) => validator.accepts(schema, value);
  const hashes = hashingOperations.includes(operationId);

  test(`${operationId} takes what its schema allows`, () =>
    repeatedly(hashes ? passwordCount : validCount, 3 * index, async (random) => {
      const json = properBody(random, operation);
      validator.assert(schema, json);
      const path = await preparedAddressOf(operation);
      const answer = await call(server, { ...request(operation), path, json });
      if (isTooLarge(operation, json)) return checkStatus(answer, [413], json);
      checkStatus(answer, acceptable[operationId] ?? [200], json);
      validator.assert(responses[answer.status].content[jsonMediaType].schema, answer.json);
      if (answer.status < 300) checkEcho(json, answer.json);
    }));

  // A file may be more than a client should send, and what is wrong in it is told by its place.
  if (isImport(operation)) return;

  test(`${operationId} refuses what its schema forbids`, () =>
    repeatedly(invalidCount, 3 * index + 1, async (random) => {
      const json = invalidBody(random, schema, accepts);
      const answer = await call(server, { ...request(operation), json });
      if (isTooLarge(operation, json)) return checkStatus(answer, [413], json);
      checkRefusal(answer, json);
    }));

  test(`${operationId} refuses what is no JSON`, () =>
    repeatedly(malformedCount, 3 * index + 2, async (random) => {
      const value = properBody(random, operation);
      if (isTooLarge(operation, value)) return;
      const body = malformedJson(random, value);
      const answer = await call(server, {
        ...request(operation), body, headers: { "content-type": jsonMediaType },
      });
      checkRefusal(answer, body.toString("latin1"));
      assert.equal(answer.json.detail[0].type, "json_invalid", body.toString("latin1"));
    }));

  test(`${operationId} refuses U+0000 in any text`, async () => {
    const proper = properBody(new Random(seed), operation);
    for (const [name, { type }] of Object.entries(schema.properties)) {
      if (![type].flat().includes("string")) continue;
      const json = { ...proper, [name]: "ann@example.com, \u0000 and more" };
      const answer = await call(server, { ...request(operation), json });
      checkRefusal(answer, json);
      assert.deepEqual(answer.json.detail.map(({ loc }) => loc), [["body", name]]);
    }
  });
});

withQuery.filter((operation) => !isImport(operation)).forEach((operation, index) => {
  const { operationId, parameters } = operation;
  const known = parameters.filter((parameter) => parameter.in === "query");

  const pathWith = (query) => `${addressOf(operation)}?${new URLSearchParams(query)}`;
  const askWith = (query) => call(server, { ...request(operation), path: pathWith(query) });
  const isTooLong = (query) => `${operation.method} ${pathWith(query)} HTTP/1.1`.length > maxRequestLineBytes;

  const accepts = (schema, value) => validator.accepts(schema, value);
  const entriesOf = (random, parameter, valid) =>
    parameterTexts(random, parameter, valid, accepts).map((text) => [parameter.name, text]);
  const isPage = known.some(({ name }) => name === "offset");
  // What has changed since a random revision may not be known.
  const expected = operation.responses[410] ? [200, 410] : [200];

  test(`${operationId} takes the queries its schemas allow`, () =>
    repeatedly(validCount, 1000 + 2 * index, async (random) => {
      const query = known.filter(({ name }) => name !== "cursor" && random.chance(0.7))
        .flatMap((parameter) => entriesOf(random, parameter, true));
      // Relevance is that to a search, which the schema leaves to the description.
      if (query.some(([, text]) => text.endsWith("relevance"))) query.push(["q", "milk"]);
      if (random.chance(0.2)) query.push(["unknown", "junk"]);
      const answer = await askWith(query);
      if (isTooLong(query)) return checkStatus(answer, [414], query);
      checkStatus(answer, expected, query);
      const content = operation.responses[answer.status].content[jsonMediaType];
      if (!content?.schema || answer.mediaType !== jsonMediaType) return; // a stream of events, a file
      validator.assert(content.schema, answer.json);
      if (!isPage) return;
      const asked = Object.fromEntries(query);
      assert.equal(String(answer.json.limit), asked.limit ?? "50");
      if (!("offset" in asked)) assert.equal(answer.json.offset, 0);
      const { limit, tasks, sessions } = answer.json;
      assert.ok((tasks ?? sessions).length <= limit);
    }));

  test(`${operationId} refuses the queries its schemas forbid`, () =>
    repeatedly(validCount, 1001 + 2 * index, async (random) => {
      const wrong = random.pick(known).name;
      const query = known.filter(({ name }) => name !== "cursor" || name === wrong)
        .flatMap((parameter) => entriesOf(random, parameter, parameter.name !== wrong));
      const answer = await askWith(query);
      if (isTooLong(query)) return checkStatus(answer, [414], query);
      checkRefusal(answer, query);
      for (const { loc } of answer.json.detail) assert.deepEqual(loc.slice(0, 2), ["query", wrong]);
    }));
});
