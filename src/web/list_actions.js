// Asks the server for lists, tags and counts, and keeps them in the state.

import { ApiError } from "./api.js";
import { api, as_shown, unsent_tasks } from "./client.js";
import { next_day, today, utc_offset } from "./days.js";
import { new_list, with_list, with_page, with_tasks } from "./lists.js";
import { useLayoutEffect } from "./preact.js";
import { change, get_state } from "./store.js";

/**
 * @typedef {import("./types").State} State
 * @typedef {import("./types").Task} Task
 * @typedef {import("./types").List} List
 * @typedef {import("./views.js").View} View
 */

const empty_list = new_list();

/** How long changes are gathered until counts or a list are asked for again, in milliseconds. */
const gathering = 400;

/** How many tasks of a list are asked for again. */
const max_again = 1000;

/** What was asked for last and is not answered yet, by the key of its view. @type {Map<string, Promise<void>>} */
const asked = new Map();

/**
 * The list of a view, which is asked for when it is missing or may have changed.
 * @param {View} view
 * @param {State} state
 * @returns {List}
 */
export function use_list(view, state) {
  const list = state.lists.get(view.key);
  const wanted = (list?.state ?? "stale") === "stale" && state.connection !== "away";
  useLayoutEffect(() => {
    if (!wanted) return;
    if (!list) return void load_first(view);
    const timer = setTimeout(() => load_first(view), gathering);
    return () => clearTimeout(timer);
  }, [view.key, wanted]);
  return list ?? empty_list;
}

/** Tells later whether the same user is still logged in: no answer for one user is shown to another. */
function of_user() {
  const id = get_state().user?.id;
  return () => get_state().user?.id === id;
}

/** Asks for the beginning of a list. What is shown stays until the answer is there. @param {View} view */
async function load_first(view) {
  if (view.path === "/api/tasks" && view.query.q === "") {
    change((state) => with_list(state, view, { ...empty_list, state: "ready" }));
    return;
  }
  const before = get_state().lists.get(view.key);
  change((state) => with_list(state, view, { ...(before ?? empty_list), state: before ? "ready" : "loading" }));
  await load(view, null);
}

/** Asks for the page that follows. @param {View} view */
export async function load_more(view) {
  const list = get_state().lists.get(view.key);
  if (list?.cursor && !asked.has(view.key)) await load(view, list.cursor);
}

/** @param {View} view @param {string | null} cursor */
async function load(view, cursor) {
  const asking = read_page(view, cursor).finally(() => {
    if (asked.get(view.key) === asking) asked.delete(view.key);
  });
  asked.set(view.key, asking);
  await asking;
}

/** @param {View} view @param {string | null} cursor */
async function read_page(view, cursor) {
  const is_mine = of_user();
  const before = get_state();
  try {
    const page = await read_pages(view, cursor);
    change((state) => {
      const old = state.lists.get(view.key);
      if (!is_mine() || (cursor && old?.cursor !== cursor)) return {};
      const in_trash = view.path.endsWith("trash");
      const tasks = /** @type {Task[]} */ (in_trash ? page.tasks : as_shown(page.tasks));
      const loaded = with_page(state, before, view, page, tasks, cursor && old ? old.ids : []);
      if (in_trash) return loaded;
      // What waits here is not known to the server.
      const waiting = tasks.filter((task) => !page.tasks.includes(task));
      return { ...loaded, ...with_tasks(loaded, [...unsent_tasks(), ...waiting]) };
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!is_mine()) return;
    change((state) => {
      const old = state.lists.get(view.key) ?? empty_list;
      return with_list(state, view, error.no_answer && old.state !== "loading"
        ? { ...old, state: "stale" } : { ...old, state: "failed", message: error.message });
    });
  }
}

/**
 * Reads the page at `cursor`; of a list that is asked for again as many pages as are shown, so that nothing moves for
 * whoever has scrolled.
 * @param {View} view
 * @param {string | null} cursor
 */
async function read_pages(view, cursor) {
  const shown = cursor ? 0 : get_state().lists.get(view.key)?.ids.length ?? 0;
  const page = await api.get(view.path, { query: { ...view.query, cursor } });
  while (page.next_cursor && page.tasks.length < Math.min(shown, max_again)) {
    const next = await api.get(view.path, { query: { ...view.query, cursor: page.next_cursor } });
    page.tasks.push(...next.tasks);
    page.next_cursor = next.next_cursor;
  }
  return page;
}

/** Asks for a task as it is now; null if it is gone. @param {string} id @returns {Promise<Task | null>} */
export async function read_task(id) {
  const is_mine = of_user();
  try {
    const task = await api.get(`tasks/${id}`);
    if (is_mine()) change((state) => with_tasks(state, [task]));
    return task;
  } catch (error) {
    if (error instanceof ApiError && error.from_api && error.status === 404) return null;
    throw error;
  }
}

let timer = 0;

/** The ETags of the answers that are kept, by path. @type {Map<string, string>} */
const etags = new Map();

/** Asks for the tags and the counts soon, once for all that changes meanwhile. @param {number} [wait] milliseconds */
export function refresh_counts(wait = gathering) {
  if (timer !== 0) return;
  timer = setTimeout(async () => {
    timer = 0;
    const is_mine = of_user();
    const offset = utc_offset();
    // The summary counts what is due today and overdue as both.
    const until_today = { completed: "false", due_before: next_day(today(), 1), utc_offset: offset, limit: 1 };
    try {
      const [tags, summary, due] = await Promise.all([
        read_again("tags"), read_again("tasks/summary", { utc_offset: offset }), read_again("tasks", until_today),
      ]);
      if (!is_mine()) return;
      for (const { path, etag } of [tags, summary, due]) etags.set(path, etag);
      change(() => ({
        ...(tags.body && { tags: tags.body.tags }), ...(summary.body && { summary: summary.body }),
        ...(due.body && { due_count: due.body.total }),
      }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // they come with the next change
    }
  }, wait);
}

/**
 * What the server answers, with its ETag, which is for whoever keeps the body. `body` is null if it is what was kept
 * last.
 * @param {string} path
 * @param {Record<string, unknown>} [query]
 */
async function read_again(path, query) {
  const known = etags.get(path);
  const { status, body, etag } = await api.request("GET", path, { query, ...(known && { if_none_match: known }) });
  return status === 304 ? { path, body: null, etag: known ?? "" } : { path, body, etag: etag ?? "" };
}

/** Forgets what was asked for, as somebody else is logged in. */
export function forget_counts() {
  etags.clear();
}
