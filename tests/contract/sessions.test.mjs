// The life of sessions, against a model of them: whatever is done in whatever order, the list has
// those that live, and tokens are good as long as their session is. TASKDOCK_TEST_SEED=N does other
// things than the usual ones; a failure says which seed it had.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { call, fetchDocument, logIn, password, sessionOf, signUp } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";
import { Random } from "./generate.mjs";
import { operationsOf } from "./schemas.mjs";

const seed = Number(process.env.TASKDOCK_TEST_SEED ?? 20260106);
const users = 4;
const stepsOfUser = 60;
const grace = 10_000; // milliseconds in which a spent refresh token gets the answer it got
const haste = 3_000; // what is spent longer ago than this is left alone: the answer could be either

let server;

before(async () => {
  // What is tried with tokens that are no good counts as guessing.
  server = await startServer(["--throttle", "off"]);
});
after(() => server.stop());

const refresh = (token) =>
  call(server, { method: "POST", path: "/api/auth/refresh", json: { refresh_token: token } });

const listSessions = async (token) => {
  const { status, json } = await call(server, { path: "/api/auth/sessions?limit=100", token });
  assert.equal(status, 200);
  assert.equal(json.total, json.sessions.length);
  return json.sessions;
};

const statusOf = async (token) => (await call(server, { path: "/api/auth/me", token })).status;

/** Sessions as they should be, oldest first: `{id, tokens, refreshToken, spent, lives}`. */
class Model {
  constructor(random, email) {
    this.random = random;
    this.email = email;
    this.sessions = [];
  }

  get living() {
    return this.sessions.filter(({ lives }) => lives);
  }

  async begin() {
    const { access_token: token, refresh_token: refreshToken } = await logIn(server, this.email);
    const id = await sessionOf(server, token);
    this.sessions.push({ id, tokens: [token], refreshToken, spent: [], lives: true });
  }

  tokenOf(session) {
    return this.random.pick(session.tokens);
  }

  async refresh(session) {
    const at = Date.now();
    const answer = await refresh(session.refreshToken);
    assert.equal(answer.status, 200);
    session.spent.push({ token: session.refreshToken, at, text: answer.text });
    session.tokens.push(answer.json.access_token);
    session.refreshToken = answer.json.refresh_token;
  }

  async refreshAgain(session) {
    const fresh = session.spent.filter(({ at }) => Date.now() - at < haste);
    if (fresh.length === 0) return;
    const { token, text } = this.random.pick(fresh);
    const answer = await refresh(token);
    assert.equal(answer.status, 200);
    assert.equal(answer.text, text);
  }

  async end(session, request) {
    const { status } = await call(server, request);
    assert.equal(status, 204);
    session.lives = false;
  }

  logOut(session) {
    return this.end(session, {
      method: "POST", path: "/api/auth/logout", token: this.tokenOf(session),
    });
  }

  endFrom(other, session) {
    return this.end(session, {
      method: "DELETE", path: `/api/auth/sessions/${session.id}`, token: this.tokenOf(other),
    });
  }

  async endOthers(session) {
    const { status } = await call(server, {
      method: "DELETE", path: "/api/auth/sessions", token: this.tokenOf(session),
    });
    assert.equal(status, 204);
    for (const each of this.sessions) each.lives = each === session;
  }

  async step() {
    const { random, living } = this;
    if (living.length === 0) return this.begin();
    const session = random.pick(living);
    const what = random.next();
    if (what < 0.2) return this.begin();
    if (what < 0.55) return this.refresh(session);
    if (what < 0.75) return this.refreshAgain(session);
    if (what < 0.85) return this.logOut(session);
    if (what < 0.95) return this.endFrom(random.pick(living), session);
    return this.endOthers(session);
  }

  async check() {
    const { random, living } = this;
    for (const session of this.sessions.slice(-5)) {
      assert.equal(await statusOf(this.tokenOf(session)), session.lives ? 200 : 401);
      if (!session.lives) {
        const { token } = random.pick([...session.spent, { token: session.refreshToken }]);
        assert.equal((await refresh(token)).status, 401);
      }
    }
    if (living.length === 0) return;
    const current = random.pick(living);
    const listed = await listSessions(this.tokenOf(current));
    assert.deepEqual(listed.map(({ id }) => id), living.map(({ id }) => id).reverse());
    assert.deepEqual(listed.filter((each) => each.current).map(({ id }) => id), [current.id]);
  }
}

for (let user = 0; user < users; ++user) {
  test(`the sessions of user ${user} are what was made of them`, async () => {
    const ann = await signUp(server);
    const model = new Model(new Random(seed + user), ann.email);
    await call(server, { method: "POST", path: "/api/auth/logout", token: ann.token });
    for (let step = 0; step < stepsOfUser; ++step) {
      try {
        await model.step();
        await model.check();
      } catch (error) {
        error.message = `with TASKDOCK_TEST_SEED=${seed}, in step ${step}: ${error.message}`;
        throw error;
      }
    }
  });
}

test("many that refresh at once with one token get one answer", async () => {
  const { email } = await signUp(server);
  const { refresh_token: token } = await logIn(server, email);
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)));
  assert.deepEqual(answers.map(({ status }) => status), answers.map(() => 200));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal((await refresh(answers[0].json.refresh_token)).status, 200);
});

test("many that log out at once are all logged out", async () => {
  const { email } = await signUp(server);
  for (let round = 0; round < 20; ++round) {
    const { access_token: token } = await logIn(server, email);
    const answers = await Promise.all(Array.from({ length: 8 }, () =>
      call(server, { method: "POST", path: "/api/auth/logout", token })));
    // Who comes later may find the session over.
    for (const { status } of answers) assert.ok([204, 401].includes(status), String(status));
    assert.ok(answers.some(({ status }) => status === 204));
    assert.equal(await statusOf(token), 401);
  }
});

test("a refresh token that was spent longer ago ends the session", async () => {
  const { email } = await signUp(server);
  const stolen = await logIn(server, email);
  const other = await logIn(server, email);
  const { json: next } = await refresh(stolen.refresh_token);
  await new Promise((resolve) => setTimeout(resolve, grace + 500));
  assert.equal((await refresh(stolen.refresh_token)).status, 401);
  assert.equal(await statusOf(stolen.access_token), 401);
  assert.equal(await statusOf(next.access_token), 401);
  assert.equal((await refresh(next.refresh_token)).status, 401);
  assert.equal(await statusOf(other.access_token), 200);
});

test("what answers with tokens must not be stored", async () => {
  const email = "nobody-stores@example.com";
  const json = { email, password };
  const answers = [
    await call(server, { method: "POST", path: "/api/auth/signup", json }),
    await call(server, { method: "POST", path: "/api/auth/login", json }),
  ];
  answers.push(await refresh(answers[1].json.refresh_token));
  for (const { status, headers } of answers) {
    assert.ok(status < 300);
    assert.equal(headers["cache-control"], "no-store");
  }
});

test("whatever is on its way while the account is deleted is answered as documented", async () => {
  const operations = new Map(operationsOf(await fetchDocument(server))
    .map((operation) => [operation.operationId, operation]));
  for (let round = 0; round < 10; ++round) {
    const { email, token } = await signUp(server);
    const leaving = await logIn(server, email);
    const { refresh_token } = await logIn(server, email);
    const bodies = {
      create_task: { title: "Buy milk" }, update_me: { name: "Ann B." }, login: { email, password },
      refresh_session: { refresh_token }, delete_me: { current_password: password },
    };
    const send = async (operationId, as = token) => {
      const { method, path, responses, security } = operations.get(operationId);
      const { status, text } = await call(server, {
        method, path, json: bodies[operationId], token: security.length > 0 ? as : undefined,
      });
      assert.ok(status in responses && status < 500, `${operationId} answers ${status} ${text}`);
      return status;
    };
    let gone = false;
    const busy = ["create_task", "list_tasks", "update_me", "get_me", "list_sessions",
      "refresh_session", "login"].map(async (operationId) => {
      while (!gone) await send(operationId);
      assert.equal(await send(operationId), 401, operationId);
    });
    assert.equal(await send("delete_me", leaving.access_token), 204);
    gone = true;
    await Promise.all(busy);
  }
});
