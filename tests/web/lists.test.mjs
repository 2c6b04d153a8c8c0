// What the server answers of a list may be older than what has come since it was asked.

import assert from "node:assert/strict";
import { test } from "node:test";

import { today } from "../../src/web/days.js";
import { new_list, with_list, with_page, with_tasks, without_task } from "../../src/web/lists.js";
import { view_of } from "../../src/web/views.js";

const view = view_of({ name: "all" }, today(), {});
const trash = view_of({ name: "trash" }, today(), {});

/** A task; those with a greater number are newer. */
const task = (number, more = {}) => ({
  id: `id-${number}`, title: `task ${number}`, tags: [], is_completed: false, revision: number,
  created_at: `2026-01-01T00:00:0${number}Z`, ...more,
});

const nothing = { tasks: new Map(), lists: new Map(), leaving: new Set(), changes: 0 };

/** The state in which the list of `of` has `tasks`. */
const showing = (tasks, of = view) => {
  const state = { ...nothing, tasks: new Map(tasks.map((each) => [each.id, each])) };
  const list = { ...new_list(), ids: tasks.map(({ id }) => id), total: tasks.length, state: "ready" };
  return { ...state, ...with_list(state, of, list) };
};

const page_of = (tasks) => ({ next_cursor: null, total: tasks.length });
const list_in = (state, of = view) => state.lists.get(of.key);

test("an answer that nothing has overtaken is the list", () => {
  const before = showing([task(1)]);
  const read = [task(2), task(1)];
  const after = with_page(before, before, view, page_of(read), read, []);
  assert.deepEqual(list_in(after), { ids: ["id-2", "id-1"], cursor: null, total: 2, total_exact: true, state: "ready" });
  assert.equal(after.tasks.get("id-2"), read[0]);
});

test("what has come since the server was asked stays: a new task, one that is done, and one that is deleted", () => {
  const before = showing([task(3), task(2), task(1)]);
  const read = [task(3), task(2), task(1)];
  let state = { ...before, ...with_tasks(before, [task(9)]) };
  state = { ...state, ...with_tasks(state, [task(2, { is_completed: true, revision: 10 })]) };
  state = { ...state, ...without_task(state, "id-1") };
  const after = with_page(state, before, view, page_of(read), read, []);
  assert.deepEqual(list_in(after).ids, ["id-9", "id-3"]);
  assert.equal(list_in(after).total, 2);
  assert.equal(list_in(after).state, "stale", "and the list is asked for once more");
  assert.equal(after.tasks.has("id-1"), false);
  assert.equal(after.tasks.get("id-2").is_completed, true);
});

test("a page is newer than a change that came before it", () => {
  const before = showing([task(1)]);
  const state = { ...before, ...with_tasks(before, [task(1, { title: "older", revision: 2 })]) };
  const read = [task(1, { title: "newer", revision: 3 })];
  const after = with_page(state, before, view, page_of(read), read, []);
  assert.equal(after.tasks.get("id-1").title, "newer");
});

test("the next page goes behind what is there, each task once", () => {
  const before = showing([task(3), task(2)]);
  const read = [task(2), task(1)];
  const after = with_page(before, before, view, { next_cursor: "more", total: 5 }, read, ["id-3", "id-2"]);
  assert.deepEqual(list_in(after).ids, ["id-3", "id-2", "id-1"]);
  assert.equal(list_in(after).cursor, "more");
});

test("the trash goes on to show a task of whose deletion the news comes late", () => {
  const deleted = task(1, { deleted_at: "2026-01-02T00:00:00Z" });
  const before = { ...showing([task(1)]), ...with_list(showing([task(1)]), trash, new_list()) };
  const read = with_page(before, before, trash, page_of([deleted]), [deleted], []);
  const after = { ...read, ...without_task(read, "id-1") };
  assert.deepEqual(list_in(after, trash).ids, ["id-1"]);
  assert.equal(after.tasks.get("id-1"), deleted);
  assert.equal(list_in(after, trash).state, "stale");
  assert.deepEqual(list_in(after).ids, []);
});
