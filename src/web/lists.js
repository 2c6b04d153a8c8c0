// Keeps the lists that are loaded in step with single tasks that change. Nothing here asks the server.

import { comparing } from "./views.js";

/**
 * @typedef {import("./types").State} State
 * @typedef {import("./types").Task} Task
 * @typedef {import("./types").List} List
 * @typedef {import("./views.js").View} View
 */

/** The views whose lists are kept, by their keys. */
const views = new Map();

/** How many lists are kept; the one that was opened first goes. */
const max_lists = 12;

/** An empty list of a view, before its first page is there. @returns {List} */
export function new_list() {
  return { ids: [], cursor: null, total: 0, total_exact: true, state: "loading" };
}

/**
 * The lists with one more, or with another state of one.
 * @param {State} state
 * @param {View} view
 * @param {List} list
 * @returns {Pick<State, "lists">}
 */
export function with_list(state, view, list) {
  views.set(view.key, view);
  const lists = new Map(state.lists).set(view.key, list);
  for (const key of lists.keys()) {
    if (lists.size <= max_lists) break;
    if (key === view.key) continue;
    lists.delete(key);
    views.delete(key);
  }
  return { lists };
}

/**
 * The state with these tasks as they are now, in every list that they belong to and in no other. An older state of a
 * task than the known one changes nothing: events and answers may come in either order.
 * @param {State} state
 * @param {Task[]} changed
 * @returns {Partial<State>}
 */
export function with_tasks(state, changed) {
  const tasks = new Map(state.tasks);
  const newer = changed.filter((task) => (tasks.get(task.id)?.revision ?? -1) <= task.revision);
  if (newer.length === 0) return {};
  for (const task of newer) tasks.set(task.id, task);
  let lists = state.lists;
  for (const [key, list] of state.lists) {
    const view = views.get(key);
    let ids = list.ids;
    for (const task of newer) {
      if (state.leaving.has(task.id) && ids.includes(task.id)) continue;
      ids = placed(ids, task, view, list, tasks);
    }
    const total = Math.max(ids.length, list.total + ids.length - list.ids.length);
    const next = ids === list.ids ? list : { ...list, ids, total };
    // Only the server knows what a search finds, and what is in the trash.
    const settled = view.belongs === null || view.path.endsWith("trash") ? stale(next) : next;
    if (settled !== list) lists = new Map(lists).set(key, settled);
  }
  const changes = state.changes + 1;
  return lists === state.lists ? { tasks, changes } : { tasks, lists, changes };
}

/**
 * The state without a task that was deleted.
 * @param {State} state
 * @param {string} id
 * @returns {Partial<State>}
 */
export function without_task(state, id) {
  const lists = new Map();
  for (const [key, list] of state.lists) {
    const view = views.get(key);
    if (view.path.endsWith("trash")) {
      lists.set(key, stale(list));
    } else if (list.ids.includes(id)) {
      lists.set(key, { ...list, ids: list.ids.filter((other) => other !== id), total: Math.max(0, list.total - 1) });
    } else {
      lists.set(key, list);
    }
  }
  const tasks = new Map(state.tasks);
  // The trash may show it already. It is read again.
  if (!tasks.get(id)?.deleted_at) tasks.delete(id);
  return { tasks, lists, changes: state.changes + 1 };
}

/**
 * The state with what the server has answered of a list. The answer may be older than what has come since it was asked
 * for: that stays.
 * @param {State} state
 * @param {State} before as it was when the server was asked
 * @param {View} view
 * @param {{next_cursor: string | null, total: number, total_exact?: boolean}} page the last one that was read
 * @param {Task[]} read the tasks of all pages
 * @param {string[]} kept the ids that the list has before these
 * @returns {State}
 */
export function with_page(state, before, view, page, read, kept) {
  const in_trash = view.path.endsWith("trash");
  const is_gone = (/** @type {Task} */ { id }) => !in_trash && before.tasks.has(id) && !state.tasks.has(id);
  const tasks = read.filter((task) => !is_gone(task));
  const known = new Set(kept);
  const loaded = { ...state, tasks: merged(state.tasks, tasks) };
  Object.assign(loaded, with_list(loaded, view, {
    ids: [...kept, ...tasks.map(({ id }) => id).filter((id) => !known.has(id))],
    cursor: page.next_cursor,
    total: page.total - (read.length - tasks.length),
    total_exact: page.total_exact ?? true,
    state: state.changes === before.changes ? "ready" : "stale",
  }));
  if (in_trash || state.changes === before.changes) return loaded;
  const changed = [...state.tasks.values()].filter((task) => before.tasks.get(task.id) !== task);
  return { ...loaded, ...with_tasks(loaded, changed) };
}

/** @param {Map<string, Task>} known @param {Task[]} tasks */
function merged(known, tasks) {
  const all = new Map(known);
  for (const task of tasks) {
    if ((all.get(task.id)?.revision ?? -1) < task.revision || task.deleted_at) all.set(task.id, task);
  }
  return all;
}

/** All lists are to be asked for again, as something may have been missed. @param {State} state */
export function all_stale(state) {
  const lists = new Map([...state.lists].map(([key, list]) => [key, stale(list)]));
  return { lists, changes: state.changes + 1 };
}

/** @param {List} list @returns {List} */
function stale(list) {
  return list.state === "ready" || list.state === "failed" ? { ...list, state: "stale" } : list;
}

/**
 * The ids of a list with a task at its place, or without it.
 * @param {string[]} ids
 * @param {Task} task
 * @param {View} view
 * @param {List} list
 * @param {Map<string, Task>} tasks
 */
function placed(ids, task, view, list, tasks) {
  if (view.belongs === null) return ids;
  const at = ids.indexOf(task.id);
  const others = at < 0 ? ids : ids.filter((id) => id !== task.id);
  if (!view.belongs(task)) return others;
  const compare = comparing(view.sort);
  const is_before = (/** @type {string | undefined} */ id) => {
    const other = tasks.get(id ?? "");
    return other === undefined || compare(other, task) < 0;
  };
  const is_after = (/** @type {string | undefined} */ id) => id === undefined || !is_before(id);
  if (at >= 0 && is_before(ids[at - 1]) && is_after(ids[at + 1])) return ids;
  const found = others.findIndex(is_after);
  // Beyond what is loaded it will come with its page.
  if (found < 0 && list.cursor !== null) return others;
  const place = found < 0 ? others.length : found;
  return [...others.slice(0, place), task.id, ...others.slice(place)];
}
