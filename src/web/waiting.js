// The changes that wait for the server, as the screens show them, and what becomes of those that it refuses.

import { as_shown, outbox, unsent_tasks } from "./client.js";
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
    refresh_counts();
  });
  outbox.addEventListener("refused", (event) => {
    const entry = /** @type {Entry} */ (/** @type {CustomEvent} */ (event).detail);
    if (entry.error?.status !== 412) say(`${in_words(entry)}: ${entry.error?.message}`, { bad: true });
  });
  outbox.start();
}

/** Shows what waits, here and of other tabs, and asks about a change that met another one. */
function follow_entries() {
  const { entries } = outbox;
  const waiting = entries.map((entry) => ({
    id: String(entry.number), text: in_words(entry),
    ...(entry.state === "refused" && entry.error && { failed: entry.error.message }),
  }));
  change((state) => {
    const known = entries.map(({ id }) => state.tasks.get(id)).filter((task) => task !== undefined);
    return { waiting, ...with_tasks(state, [...unsent_tasks(), ...as_shown(known)]) };
  });
  const met = entries.find(({ state, error }) => state === "refused" && error?.status === 412);
  const shown = get_state().conflict;
  if (shown && shown.number !== met?.number) change(() => ({ conflict: null }));
  if (met && shown?.number !== met.number) void ask_about(met);
}

/** @param {Entry} entry */
async function ask_about(entry) {
  const theirs = await read_task(entry.id).catch(() => null);
  if (!theirs) return; // It stays among what waits.
  if (entry.op === "delete") return decide(entry.number, { revision: theirs.revision });
  const base = before.get(entry.id) ?? theirs;
  change(() => ({ conflict: { number: entry.number, mine: entry.task ?? {}, base, theirs } }));
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
 * Decides about a change that waits or was refused, and shows the task as it is then.
 * @param {number} number
 * @param {"drop" | {revision: number}} decision
 */
export async function decide(number, decision) {
  const entry = outbox.entries.find((one) => one.number === number);
  await outbox.decide(number, decision);
  if (decision !== "drop" || !entry) return;
  if (entry.op === "create") return change((state) => without_task(state, entry.id));
  const old = before.get(entry.id);
  change((state) => {
    const tasks = new Map(state.tasks);
    tasks.delete(entry.id); // what is shown next may be older
    return { tasks, ...with_tasks({ ...state, tasks }, old ? as_shown([old]) : []) };
  });
  const now = await read_task(entry.id).catch(() => old);
  if (!now) change((state) => without_task(state, entry.id));
}

/** @param {Entry} entry */
function in_words({ op, task, title }) {
  const completes = task?.is_completed;
  const verb = op !== "patch" || completes === undefined ? verbs[op] : completes ? "Complete" : "Reopen";
  return `${verb} “${task?.title ?? title}”`;
}
