// The changes that wait for the server, as the screens show them, and what becomes of those that it refuses.

import { api, as_shown, outbox, unsent_tasks } from "./client.js";
import { read_task, refresh_counts } from "./list_actions.js";
import { with_tasks, without_task } from "./lists.js";
import { change, get_state } from "./store.js";
import { say } from "./toasts.js";

/**
 * @typedef {import("./types").Task} Task
 * @typedef {import("./outbox_rules.js").Entry} Entry
 */

const verbs = { create: "Add", patch: "Change", delete: "Delete", restore: "Restore" };

export function start_outbox() {
  outbox.addEventListener("change", follow_entries);
  outbox.addEventListener("sent", (event) => {
    const { entry, task } = /** @type {CustomEvent} */ (event).detail;
    if (task) change((state) => with_tasks(state, as_shown([task])));
    else if (entry.op === "delete") change((state) => without_task(state, entry.id));
    if (!outbox.entries.some(({ id, number }) => id === entry.id && number !== entry.number)) before.delete(entry.id);
    refresh_counts();
  });
  api.session.addEventListener("ended", () => {
    before.clear();
    undecided.clear();
  });
  outbox.addEventListener("refused", (event) => {
    const entry = /** @type {Entry} */ (/** @type {CustomEvent} */ (event).detail);
    if (entry.error?.status !== 412) say(`${entry_in_words(entry)}: ${entry.error?.message}`, { bad: true });
  });
  outbox.start();
}

/** Shows what waits, here and of other tabs, and asks about a change that met another one. */
function follow_entries() {
  const { entries } = outbox;
  const waiting = entries.map((entry) => ({
    id: String(entry.number), text: entry_in_words(entry),
    ...(entry.state === "refused" && entry.error && { failed: entry.error.message, met: has_met(entry) }),
  }));
  change((state) => {
    const known = entries.map(({ id }) => state.tasks.get(id)).filter((task) => task !== undefined);
    return { waiting, ...with_tasks(state, [...unsent_tasks(), ...as_shown(known)]) };
  });
  for (const number of undecided) if (!entries.some((entry) => entry.number === number)) undecided.delete(number);
  const met = entries.find((entry) => has_met(entry) && !undecided.has(entry.number));
  const shown = get_state().conflict;
  if (shown && shown.number !== met?.number) change(() => ({ conflict: null }));
  if (met && shown?.number !== met.number) void ask_about(met);
}

/** Whether it was refused because it met another change. @param {Entry} entry */
const has_met = ({ state, error }) => state === "refused" && error?.status === 412;

/** The numbers of the entries about which nobody wants to decide yet. @type {Set<number>} */
const undecided = new Set();

/** Returns whether it could ask; if not, the entry stays among what waits. @param {Entry} entry */
async function ask_about(entry) {
  const theirs = await read_task(entry.id).catch(() => null);
  if (!theirs) return false;
  const base = before.get(entry.id) ?? theirs;
  change(() => ({ conflict: { number: entry.number, mine: entry.task ?? {}, base, theirs } }));
  return true;
}

/** Closes the question which of two versions is kept. It can be asked again, from what waits. */
export function leave_undecided() {
  const { conflict } = get_state();
  if (conflict) undecided.add(conflict.number);
  change(() => ({ conflict: null }));
  follow_entries();
}

/** Asks again which of two versions is kept. Returns whether it could. @param {number} number */
export async function choose(number) {
  const entry = outbox.entries.find((one) => one.number === number);
  if (!entry || !await ask_about(entry)) return false;
  undecided.delete(number);
  return true;
}

/** Sends a change that was refused as it is. Returns whether it does. @param {number} number */
export async function try_again(number) {
  const entry = outbox.entries.find((one) => one.number === number);
  return entry !== undefined && decide(number, { revision: entry.revision });
}

/** The tasks as they were before what waits for them. @type {Map<string, Task>} */
const before = new Map();

/**
 * Remembers a task that is about to be changed, to show it again if the change is given up or meets another one.
 * @param {Task} task
 */
export function remember(task) {
  if (!outbox.entries.some(({ id }) => id === task.id)) before.set(task.id, task);
}

/**
 * Decides about a change that waits or was refused, and shows the task as it is then. Returns whether anything was done:
 * while the change is being sent there is nothing to decide.
 * @param {number} number
 * @param {"drop" | {revision: number | null}} decision
 * @param {Task} [known] the task as the server has it, if that is known
 */
export async function decide(number, decision, known) {
  const entry = outbox.entries.find((one) => one.number === number);
  if (!await outbox.decide(number, decision)) return false;
  if (decision === "drop" && entry) await show_without(entry, known);
  return true;
}

/** Shows the task of a change that was given up. @param {Entry} entry @param {Task} [known] as the server has it */
async function show_without(entry, known) {
  if (entry.op === "create") return change((state) => without_task(state, entry.id));
  const old = known ?? before.get(entry.id);
  if (!outbox.entries.some(({ id }) => id === entry.id)) before.delete(entry.id);
  change((state) => {
    const tasks = new Map(state.tasks);
    tasks.delete(entry.id); // what is shown next may be older
    return { tasks, ...with_tasks({ ...state, tasks }, old ? as_shown([old]) : []) };
  });
  const now = await read_task(entry.id).catch(() => old);
  if (!now) change((state) => without_task(state, entry.id));
}

/** @param {Entry} entry */
function entry_in_words({ op, task, title }) {
  const completes = task?.is_completed;
  const verb = op !== "patch" || completes === undefined ? verbs[op] : completes ? "Complete" : "Reopen";
  return `${verb} “${task?.title ?? title}”`;
}
