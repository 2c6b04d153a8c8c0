// What a view shows is decided twice: by the server for a page, and by the application for a task that an event tells
// of. Both must say the same.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { next_day, today } from "../../src/web/days.js";
import { all_stale, new_list, with_list, with_tasks, without_task } from "../../src/web/lists.js";
import { comparing, view_of } from "../../src/web/views.js";
import { startServer } from "../testing/server.mjs";

const day = today(); // also if the tests run over midnight
let server;
let token;

async function call(method, path, body) {
  const answer = await fetch(server.origin + path, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && { "content-type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
}

const routes = [{ name: "today" }, { name: "upcoming" }, { name: "all" }, { name: "done" }, { name: "tag", tag: "Home" }];

/** Each view with each of its orders. */
function views() {
  return routes.flatMap((route) => {
    const usual = view_of(route, day, {});
    return [usual, ...usual.sorts.map((sort) => view_of(route, day, { [route.name]: sort }))];
  });
}

const pages = new Map();

async function read(view) {
  const page = await call("GET", `${view.path}?${new URLSearchParams(view.query)}`);
  assert.equal(page.next_cursor, null, "one page has all");
  return page.tasks;
}

let tasks;

before(async () => {
  server = await startServer();
  token = (await call("POST", "/api/auth/signup", { email: "ann@example.com", password: "correct horse battery" })).access_token;
  const dues = [-2, -1, 0, 1, 5].flatMap((count) => {
    const due = next_day(day, count);
    return [due, `${due}T00:00`, `${due}T23:59:30`, `${due}T00:00:00Z`, `${due}T22:30:00Z`];
  });
  const operations = [...dues, null, null].map((due_date, i) => ({
    op: "create",
    task: {
      title: ["b", "A", "ä", "C", "Ab"][i % 5], due_date, priority: [null, "low", "urgent", "medium", "high"][i % 5],
      tags: [[], ["home"], ["work"], ["HOME", "x"]][i % 4], is_completed: i % 7 === 0,
    },
  }));
  await call("POST", "/api/tasks/batch", { operations });
  for (const view of views()) pages.set(view.key, await read(view));
  tasks = (await call("GET", "/api/tasks?limit=100")).tasks;
});
after(() => server?.stop());

test("a task belongs to the views in which the server shows it, at the same place", () => {
  for (const view of views()) {
    const expected = pages.get(view.key).map(({ id }) => id);
    const found = tasks.filter(view.belongs).sort(comparing(view.sort)).map(({ id }) => id);
    assert.ok(found.length > 0, view.key);
    assert.deepEqual(found, expected, view.key);
  }
});

/** The state with an empty, complete list of each view. */
function empty_state() {
  let state = { tasks: new Map(), lists: new Map(), leaving: new Set(), changes: 0 };
  for (const view of views()) state = { ...state, ...with_list(state, view, { ...new_list(), state: "ready" }) };
  return state;
}

function shuffled(values) {
  return values.map((value) => ({ value, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ value }) => value);
}

test("lists that tasks come to one by one are those that the server answers with, and so after changes of them", () => {
  let state = empty_state();
  for (const task of shuffled(tasks)) state = { ...state, ...with_tasks(state, [task]) };
  // Each becomes another one, and then itself again.
  for (const task of shuffled(tasks)) {
    const other = tasks[Math.floor(Math.random() * tasks.length)];
    state = { ...state, ...with_tasks(state, [{ ...other, id: task.id, revision: task.revision + 1000 }]) };
    state = { ...state, ...with_tasks(state, [{ ...task, revision: task.revision + 1001 }]) };
  }
  // Lists that are not kept any more are those that were opened first.
  for (const view of views().filter(({ key }) => state.lists.has(key))) {
    assert.deepEqual(state.lists.get(view.key).ids, pages.get(view.key).map(({ id }) => id), view.key);
    assert.equal(state.lists.get(view.key).total, pages.get(view.key).length, view.key);
  }
});

test("an older state of a task changes nothing", () => {
  const [task] = tasks;
  const state = { ...empty_state(), ...with_tasks(empty_state(), [{ ...task, revision: 8 }]) };
  assert.deepEqual(with_tasks(state, [{ ...task, title: "older", revision: 7 }]), {});
});

test("a task beyond what is loaded comes with its page", () => {
  const view = view_of({ name: "all" }, day, { all: "title" });
  const [first, last] = [{ ...tasks[0], is_completed: false, title: "m" }, { ...tasks[1], is_completed: false, title: "z" }];
  const list = { ...new_list(), ids: [first.id], cursor: "more", total: 2, state: "ready" };
  let state = { tasks: new Map([[first.id, first]]), lists: new Map(), leaving: new Set(), changes: 0 };
  state = { ...state, ...with_list(state, view, list) };
  state = { ...state, ...with_tasks(state, [last]) };
  assert.deepEqual(state.lists.get(view.key).ids, [first.id]);
});

test("a deleted task is in no list", () => {
  let state = empty_state();
  state = { ...state, ...with_tasks(state, tasks) };
  const [{ id }] = tasks;
  state = { ...state, ...without_task(state, id) };
  for (const [key, { ids }] of state.lists) assert.ok(!ids.includes(id), key);
});

test("what comes while a list is read is noticed: a change, a deletion, and what may have been missed", () => {
  const task = tasks[0];
  let state = { ...empty_state(), ...with_tasks(empty_state(), [task]) };
  const counts = [state.changes];
  for (const make of [
    () => with_tasks(state, [{ ...task, revision: task.revision + 1 }]), () => without_task(state, task.id), () => all_stale(state),
  ]) {
    state = { ...state, ...make() };
    counts.push(state.changes);
  }
  assert.deepEqual(counts, [1, 2, 3, 4]);
  state = { ...state, ...with_tasks(state, [task]) };
  const { changes = state.changes } = with_tasks(state, [{ ...task, revision: task.revision - 1 }]);
  assert.equal(changes, state.changes, "what is older than what is known is no change");
});
