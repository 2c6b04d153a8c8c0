// What a person does with tasks. Each change is shown at once and goes through the outbox. What can be undone says so
// for some seconds.

import { ApiError } from "./api.js";
import { api, as_shown, outbox } from "./client.js";
import { day_of, format_day, move_to_day } from "./days.js";
import { focus_heading, focus_task, neighbour_of } from "./focus.js";
import { all_stale, with_tasks, without_task } from "./lists.js";
import { write_route } from "./route.js";
import { change, get_state } from "./store.js";
import { say } from "./toasts.js";
import { uuid7 } from "./uuid.js";
import { decide, remember } from "./waiting.js";

/** @typedef {import("./types").Task} Task */
/** @typedef {import("./types").Edit} Edit */

/** How long a completed task stays where it was, until it has faded, in milliseconds. */
const fading = 650;

/** Adds a task. Returns its id. @param {Edit & {title: string}} wanted */
export function create_task(wanted) {
  const id = uuid7();
  const now = new Date().toISOString();
  show({
    description: null, due_date: null, remind_at: null, priority: null, tags: [], recurrence: null,
    recurrence_from: "due", ...wanted, id, is_completed: false, completed_at: null, parent_task_id: null,
    next_task_id: null, user_id: get_state().user?.id ?? "", created_at: now, updated_at: now, revision: 0,
  });
  void submit(null, { op: "create", id, task: wanted });
  return id;
}

/**
 * Changes a task, on the condition that it is still what `base` is.
 * @param {Task} base
 * @param {Edit} edit
 * @param {{quiet?: boolean}} [options] quiet: it is itself an undoing, and offers none
 */
export async function edit_task(base, edit, { quiet = false } = {}) {
  const now = current(base);
  show({ ...now, ...edit });
  const doing = submit(base, {
    op: "patch", id: base.id, task: edit, title: base.title,
    // A task that was new when it was opened has a revision since.
    revision: base.revision === 0 ? now.revision : base.revision,
  }, now);
  const old = Object.fromEntries(Object.keys(edit).map((name) => [name, base[/** @type {keyof Edit} */ (name)]]));
  if (quiet) return;
  await say_while(doing, change_in_words(base, edit), () => edit_task(current(base), old, { quiet: true }));
}

/**
 * Says what is being done, with a way back, unless it is refused.
 * @param {ReturnType<typeof submit>} doing
 * @param {string} text
 * @param {() => Promise<unknown>} undo
 */
async function say_while(doing, text, undo) {
  const end = say(text, { undo });
  if (!await doing) end();
}

/** @param {Task} task @param {Edit} edit */
function change_in_words(task, edit) {
  const { due_date } = edit;
  if (due_date && Object.keys(edit).length === 1) return `“${task.title}” is due ${format_day(day_of(due_date))}`;
  return `“${edit.title ?? task.title}” is changed`;
}

/** Makes a task due on another day. @param {string} id @param {string} day */
export async function move_to(id, day) {
  const task = get_state().tasks.get(id);
  if (!task || (task.due_date && day_of(task.due_date) === day)) return;
  await edit_task(task, { due_date: move_to_day(task.due_date, day) });
}

/**
 * Completes or reopens a task, whatever else has changed of it elsewhere.
 * @param {Task} task
 * @param {boolean} is_completed
 * @param {boolean} [quiet]
 */
export async function complete(task, is_completed, quiet = false) {
  fade(task.id);
  show({ ...task, is_completed, completed_at: is_completed ? new Date().toISOString() : null });
  const doing = submit(task, { op: "complete", id: task.id, is_completed, title: task.title });
  if (quiet) return;
  const what = !is_completed ? "is open again" : task.recurrence ? "is done; the next one is planned" : "is done";
  await say_while(doing, `“${task.title}” ${what}`, async () => {
    const next = task.recurrence ? (await doing)?.task?.next_task_id : null;
    if (is_completed && next && !task.next_task_id) await uncomplete_series(task, next);
    else await complete(current(task), !is_completed, true);
  });
}

/**
 * Takes back the completion of a task that recurs: the next one becomes what this one was, as a task that is opened
 * again makes no next one.
 * @param {Task} task as it was
 * @param {string} next
 */
async function uncomplete_series(task, next) {
  const { due_date, remind_at, recurrence } = task;
  const back = { due_date, remind_at, recurrence };
  if (!await submit(null, { op: "patch", id: next, task: back, title: task.title })) return;
  const done = await submit(task, { op: "delete", id: task.id, title: task.title });
  // As if it had never been completed: nobody has deleted anything.
  if (done && !done.waiting) await api.delete(`tasks/trash/${task.id}`).catch(() => {});
}

/** Moves a task to the trash. @param {Task} task */
export async function delete_task(task) {
  step_aside(task.id);
  change((state) => ({ editing: null, ...without_task(state, task.id) }));
  const doing = submit(task, { op: "delete", id: task.id, title: task.title });
  await say_while(doing, `“${task.title}” is in the trash`, () => restore(task, true));
}

/** Takes a task out of the trash. @param {Task} task @param {boolean} [quiet] */
export async function restore(task, quiet = false) {
  const { deleted_at, ...open } = task;
  if (deleted_at) leave_trash(task.id);
  show(open);
  const doing = submit(task, { op: "restore", id: task.id, title: task.title });
  if (!quiet) await say_while(doing, `“${task.title}” is restored`, () => delete_task(current(open)));
}

/** Asks whether to remove a task of the trash for good. @param {Task} task */
export function purge(task) {
  ask(`Remove “${task.title}” for good?`, "Remove", () => {
    leave_trash(task.id);
    void remove_for_good(`tasks/trash/${task.id}`);
  });
}

/** Asks whether to remove all tasks of the trash. */
export function empty_trash() {
  ask("Remove all deleted tasks for good?", "Empty the trash", () => void remove_for_good("tasks/trash"));
}

/** @param {string} text @param {string} yes @param {() => void} act */
function ask(text, yes, act) {
  change(() => ({ question: { text, more: "This cannot be undone.", yes, act } }));
}

/**
 * What is removed for good does not wait: whoever wants that is told at once whether it was done.
 * @param {string} path
 */
async function remove_for_good(path) {
  try {
    await api.delete(path);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    say(`Not removed: ${error.message}`, { bad: true });
  }
  change(all_stale);
}

/** Opens a task for changes, in Today, wherever one is. @param {Task} task */
export function open_task(task) {
  if (get_state().stage !== "in") return;
  const route = /** @type {import("./types").Route} */ ({ name: "today" });
  history.pushState(null, "", write_route(route));
  change((state) => ({
    ...with_tasks(state, as_shown([task])), route, editing: task.id, active: task.id, dialog: null,
  }));
}

/** Closes the open task without a change. @param {string} id */
export function close_editor(id) {
  focus_task(id);
  change(({ editing }) => (editing === id ? { editing: null } : {}));
}

/**
 * Says that an open task was closed without what was written in it, which can be had back.
 * @param {Task} base
 * @param {Edit} edit
 */
export function dropped(base, edit) {
  if (get_state().stage !== "in" || !get_state().tasks.has(base.id)) return;
  say(`“${base.title}” is left as it was`, { undo: () => edit_task(current(base), edit, { quiet: true }) });
}

/** Of two versions, the one that was made here. */
export async function keep_mine() {
  const { conflict } = get_state();
  change(() => ({ conflict: null }));
  if (conflict) await decide(conflict.number, { revision: conflict.theirs.revision });
}

/** Of two versions, the one that was made elsewhere. What was written here can be had back. */
export async function keep_theirs() {
  const { conflict } = get_state();
  change(() => ({ conflict: null }));
  if (!conflict) return;
  const { theirs, mine, number } = conflict;
  if (!await decide(number, "drop", theirs)) return;
  const undo = () => edit_task(current(theirs), mine, { quiet: true });
  say(`“${theirs.title}” stays as it was changed elsewhere`, { undo });
}

/**
 * Sends a change when that can be. Returns what became of it, or null if it was refused, which is said elsewhere, or
 * could not be kept.
 * @param {Task | null} task on which the change is made; null if it need not be shown again without the change
 * @param {import("./outbox_rules.js").Change} wanted
 * @param {Task | null} [shown] as it was shown before, if that is another state
 */
async function submit(task, wanted, shown = task) {
  if (task) remember(task);
  try {
    return await outbox.submit(wanted);
  } catch (error) {
    if (error instanceof ApiError) return null;
    reportError(error); // the browser's database has failed
    if (wanted.op === "create" || wanted.op === "restore") change((state) => without_task(state, wanted.id ?? ""));
    else if (shown) show(shown);
    const title = wanted.title ?? (wanted.op === "create" ? wanted.task.title : "");
    say(`The change of “${title}” is not kept: this browser cannot save it.`, { bad: true });
    return null;
  }
}

/** Shows a task as it will be. @param {Task} task */
function show(task) {
  change((state) => with_tasks(state, [{ ...task, revision: state.tasks.get(task.id)?.revision ?? task.revision }]));
}

/** The task as it is known now. @param {Task} task */
function current(task) {
  return get_state().tasks.get(task.id) ?? task;
}

/** Keeps a task in its place, closed, until it has faded. @param {string} id */
function fade(id) {
  step_aside(id);
  change(({ leaving, editing }) => ({
    leaving: new Set(leaving).add(id), editing: editing === id ? null : editing,
  }));
  setTimeout(() => {
    change((state) => {
      const leaving = new Set(state.leaving);
      leaving.delete(id);
      const task = state.tasks.get(id);
      return { leaving, ...(task && with_tasks({ ...state, leaving }, [task])) };
    });
  }, fading);
}

/** If the focus is on a task that leaves its list, it goes to the next one. @param {string} id */
function step_aside(id) {
  if (!document.activeElement?.closest(`[data-id="${CSS.escape(id)}"]`)) return;
  const next = neighbour_of(id);
  if (next) focus_task(next);
  else focus_heading();
}

/** @param {string} id */
function leave_trash(id) {
  step_aside(id);
  change((state) => ({
    lists: new Map([...state.lists].map(([key, list]) => [key, key.startsWith("trash\n")
      ? { ...list, ids: list.ids.filter((other) => other !== id), total: list.total - 1 } : list])),
  }));
}
