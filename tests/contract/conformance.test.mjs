// Every operation of the document answers with every status it documents, in the form it documents,
// and with no other status. Not provoked: 500, which is a fault of the server's own, and 503, which
// takes a database that is locked or full; a client can bring about neither.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { call, createTask, fetchDocument, password, signUp } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";
import { fileNameFor, provocations } from "./provocations.mjs";
import { jsonMediaType, makeValidator, operationsOf, wantsBearer } from "./schemas.mjs";

const notProvocable = ["500", "503"];
// Each answer counts those before it.
const changesByItself = ({ operationId }) => operationId === "get_metrics";

const launchToken = "0123456789abcdefghijABCDEFGHIJ-_";

/** A promise of the document: an operation, a status, a media type (or none). */
const promise = ({ operationId }, status, mediaType) =>
  `${operationId} ${status} ${mediaType ?? "without content"}`;

/** What Swagger UI fills in for a parameter when somebody tries an operation out. */
const filledIn = ({ example, schema }) => example ?? schema.example ?? schema.default;

/** A function that calls `make` once, and then returns the same. */
function once(make) {
  let made;
  return () => (made ??= make());
}

/** A new user with as many different tags as there may be, and the id of one of the tasks. */
async function fillWithTags(server) {
  const [maxTags, maxTagsOfTask] = [10_000, 20];
  const user = await signUp(server);
  const operations = Array.from({ length: maxTags / maxTagsOfTask }, (_, number) => ({
    op: "create",
    task: { title: "x", tags: Array.from({ length: maxTagsOfTask }, (__, index) => `tag ${number}-${index}`) },
  }));
  const { status, json } = await call(server, {
    method: "POST", path: "/api/tasks/batch", token: user.token, json: { operations },
  });
  assert.equal(status, 200);
  return { user, task: json.results[0].task.id };
}

/**
 * Tests the servers that `start(options)` starts, which are configured alike but for `options`; `kind`
 * says how, and `impossible` which promises hold for other servers only.
 */
async function checkConformance(kind, start, impossible = []) {
  const server = await start();
  // One that has had enough after one guess, or one sign-up, one where nobody may sign up, and one
  // for a single user with a single task.
  const strictServer = await start([
    "--throttle-account", "1/1000", "--throttle-address", "1/1000", "--throttle-signup", "1/1000",
  ]);
  const closedServer = await start(["--signup", "closed"]);
  const limitedServer = await start(["--max-tasks-per-user", "1", "--max-users", "1"]);
  const servers = [server, strictServer, closedServer, limitedServer];
  after(() => Promise.all(servers.map((each) => each.stop())));
  const document = await fetchDocument(server);
  const operations = operationsOf(document);
  const validator = makeValidator(document);
  const world = {
    server,
    ann: await signUp(server),
    bob: await signUp(server),
    gone: await signUp(server),
    docsPage: (await call(server, { path: "/docs" })).text,
    appPage: (await call(server, { path: "/app/" })).text,
    strict: { server: strictServer, ann: await signUp(strictServer) },
    closed: { server: closedServer },
    full: once(() => fillWithTags(server)),
    limited: { server: limitedServer, ann: await signUp(limitedServer) },
    startAnother: start,
  };

  await call(server, {
    method: "DELETE", path: "/api/auth/me", token: world.gone.token,
    json: { current_password: password },
  });

  const seen = new Set();

  function checkContent(documented, answer) {
    if (documented.content === undefined) {
      assert.equal(answer.bytes.length, 0, "there is no content");
      assert.equal(answer.mediaType, undefined);
      return;
    }
    const content = documented.content[answer.mediaType];
    assert.ok(content, `the media type ${answer.mediaType} is documented`);
    assert.ok(answer.bytes.length > 0, "there is content");
    if (content.schema) validator.assert(content.schema, answer.json);
  }

  function checkHeaders(documented, answer) {
    for (const [name, { schema, required }] of Object.entries(documented.headers ?? {})) {
      if (!required && !(name.toLowerCase() in answer.headers)) continue;
      assert.ok(name.toLowerCase() in answer.headers, `there is a ${name}`);
      validator.assert(schema, answer.headers[name.toLowerCase()]);
    }
  }

  function checkAnswer(operation, answer) {
    const documented = operation.responses[answer.status];
    assert.ok(documented, `${answer.status} is documented`);
    checkContent(documented, answer);
    checkHeaders(documented, answer);
    if (answer.status >= 400) assert.equal(answer.json.status_code, answer.status);
    seen.add(promise(operation, answer.status, answer.mediaType));
  }

  for (const operation of operations) {
    test(`${kind}: ${operation.operationId}`, async (t) => {
      for (const { status, what, applies, send } of provocations) {
        if (!applies(operation)) continue;
        const expected = typeof status === "function" ? status(operation) : status;
        await t.test(`${expected}: ${what}`, async () => {
          const answer = await send(operation, world);
          assert.equal(answer.status, expected, answer.text);
          checkAnswer(operation, answer);
        });
      }
    });
  }

  test(`${kind}: every promise of the document has been kept at least once`, () => {
    const mediaTypesOf = ({ content }) => (content ? Object.keys(content) : [undefined]);
    const promises = operations.flatMap((operation) =>
      Object.entries(operation.responses)
        .filter(([status]) => !notProvocable.includes(status))
        .flatMap(([status, response]) =>
          mediaTypesOf(response).map((mediaType) => promise(operation, status, mediaType))));
    assert.ok(promises.length > operations.length);
    assert.deepEqual(promises.filter((each) => !seen.has(each)), impossible);
  });

  test(`${kind}: what is created stands at its Location`, async () => {
    for (const operation of operations.filter(({ operationId }) => operationId.startsWith("create_task"))) {
      const path = operation.path.replace("{user_id}", world.ann.id);
      const created = await call(server, {
        method: "POST", path, token: world.ann.token, json: { title: "Buy milk" },
      });
      assert.equal(created.headers.location, `${path}/${created.json.id}`);
      const found = await call(server, { path: created.headers.location, token: world.ann.token });
      assert.equal(found.mediaType, jsonMediaType);
      assert.deepEqual(found.json, created.json);
    }
  });

  test(`${kind}: a GET tried out as Swagger UI fills it in is the plain call`, async () => {
    await createTask(server, world.ann.token);
    const parameterValues = {
      user_id: world.ann.id,
      task_id: await createTask(server, world.ann.token),
    };
    let count = 0;
    for (const operation of operations) {
      const { method, path, parameters = [] } = operation;
      if (method !== "GET") continue;
      const request = {
        path: path.replace("{name}", () => fileNameFor(operation, world)).replace(/{(\w+)}/g, (_, name) => parameterValues[name]),
      };
      if (wantsBearer(operation)) request.token = world.ann.token;
      const query = new URLSearchParams(parameters
        .filter((each) => each.in === "query" && filledIn(each) !== undefined)
        .map((each) => [each.name, filledIn(each)]));
      const headers = Object.fromEntries(parameters
        .filter((each) => each.in === "header" && filledIn(each) !== undefined)
        .map((each) => [each.name, filledIn(each)]));
      // When a session was used last is noted once a minute, which can be between the two.
      let plain;
      let tried;
      for (let tries = 0; tries < 3 && !(plain && plain.bytes.equals(tried.bytes)); ++tries) {
        plain = await call(server, request);
        tried = await call(server, { ...request, path: `${request.path}?${query}`, headers });
      }
      assert.equal(plain.status, 200, path);
      assert.equal(tried.status, 200, path);
      if (!changesByItself(operation)) assert.deepEqual(tried.bytes, plain.bytes, path);
      ++count;
    }
    assert.ok(count > 10);
  });

  test(`${kind}: HEAD answers as GET does, without the content`, async () => {
    for (const operation of operations) {
      const { method, path } = operation;
      if (method !== "GET" || path.includes("{task_id}") || path.includes("{name}")) continue;
      const request = { path: path.replace("{user_id}", world.ann.id) };
      if (wantsBearer(operation)) request.token = world.ann.token;
      let get;
      let head;
      // Some answers are new each minute, which can end between the two requests.
      for (let tries = 0; tries < 3 && (!get || head.headers.etag !== get.headers.etag); ++tries) {
        get = await call(server, request);
        head = await call(server, { ...request, method: "HEAD" });
      }
      assert.equal(head.status, get.status, path);
      assert.equal(head.bytes.length, 0, path);
      for (const name of ["content-type", "content-length", "etag", "cache-control"]) {
        if (name === "content-length" && changesByItself(operation)) continue;
        assert.equal(head.headers[name], get.headers[name], `${path}: ${name}`);
      }
    }
  });
}

await checkConformance("without a launch token", (options) => startServer(options));
await checkConformance("with a launch token, a local user and metrics", (options = []) =>
  startServer([...options, "--local-user", "Ann", "--metrics", "on"], { launchToken }), ["get_welcome 200 text/html"]);
