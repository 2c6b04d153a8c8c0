// What happens to the changes that wait, as pure functions: each takes the waiting entries of one user, in their order,
// and returns what to do with them in one transaction.

/**
 * @typedef {import("./types").Task} Task
 * @typedef {Partial<Task> & { title: string }} NewTask
 *
 * A change that somebody wants to make. `revision` is that of the task as it was seen; without it the change holds
 * whatever the task is by then. `title` is for showing what waits.
 * @typedef {{ op: "create", id?: string, task: NewTask, title?: string }
 *   | { op: "patch", id: string, task: Partial<Task>, revision?: number, title?: string }
 *   | { op: "complete", id: string, is_completed: boolean, revision?: number, title?: string }
 *   | { op: "delete", id: string, revision?: number, title?: string }
 *   | { op: "restore", id: string, title?: string }} Change
 *
 * @typedef {object} Content of an entry
 * @property {"create" | "patch" | "delete" | "restore"} op
 * @property {string} id of the task
 * @property {Partial<Task> | null} task the new one, or what to change of it
 * @property {number[]} seen the revisions on which the change may have been made: that which was seen, and those that our
 *   own changes before it have made of it; 0 for a task that the server does not know yet, none if the change does not
 *   depend on it
 * @property {number | null} revision what the task must have when it is sent; null for anything
 * @property {boolean} follows whether it was made on the change of the same task that waits before it: its `revision`
 *   is then known when that one has been sent
 * @property {string} title
 *
 * @typedef {object} Delivery of an entry
 * @property {string} user the id of the user whose change it is
 * @property {string} key the Idempotency-Key
 * @property {number} attempts how often it has been sent, perhaps without an answer
 * @property {"waiting" | "sending" | "refused"} state
 * @property {{ status: number, message: string, detail: unknown } | null} error of the last attempt
 *
 * @typedef {Content & Delivery} NewEntry
 * @typedef {NewEntry & { number: number }} Entry the numbers are the order
 *
 * @typedef {object} Edits
 * @property {Entry[]} [put]
 * @property {NewEntry[]} [add]
 * @property {number[]} [remove]
 */

/**
 * @template {NewEntry} E
 * @param {E[]} entries
 * @param {string} id
 */
const of_task = (entries, id) => entries.filter((entry) => entry.id === id);

/** The server cannot have heard of it. @param {Entry | undefined} entry @returns {entry is Entry} */
const is_unsent = (entry) => entry !== undefined && entry.attempts === 0 && entry.state === "waiting";

/**
 * Adds a change. It goes into the entry before it where that is a change or a new task which has not been sent. What
 * takes back a deletion that has not been sent leaves nothing of both; a new task that is deleted is still sent, and
 * so comes to the trash, from where it can be had back.
 * @param {Entry[]} entries
 * @param {Change} change
 * @param {{ user: string, make_id: () => string }} context
 * @returns {Edits}
 */
export function add_change(entries, change, { user, make_id }) {
  const content = to_content(change, make_id);
  const last = of_task(entries, content.id).at(-1);
  const depends = content.seen.length > 0;
  // Not what was made on a later state of the task, which came from elsewhere.
  const is_on_last = last !== undefined && last.seen.some((revision) => content.seen.includes(revision));
  if (content.op === "patch" && is_unsent(last) && last.task &&
      (last.op === "create" || (depends ? is_on_last : last.seen.length === 0))) {
    const task = { ...last.task, ...content.task };
    return { put: [{ ...last, task, title: task.title ?? last.title }] };
  }
  if (content.op === "restore" && is_unsent(last) && last.op === "delete") return { remove: [last.number] };
  const follows = depends && last !== undefined && (last.op === "create" || last.seen.length === 0 || is_on_last);
  return {
    add: [{
      ...content, follows, seen: follows ? [...last.seen, ...content.seen] : content.seen,
      revision: follows ? null : content.seen[0] ?? null, user, key: make_id(), attempts: 0, state: "waiting", error: null,
    }],
  };
}

/** @param {Change} change @param {() => string} make_id @returns {Omit<Content, "follows" | "revision">} */
function to_content(change, make_id) {
  const { op, title = "" } = change;
  if (op === "create") {
    const id = change.id ?? change.task.id ?? make_id();
    return { op, id, task: { ...change.task, id }, seen: [], title: title || change.task.title };
  }
  if (op === "restore") return { op, id: change.id, task: null, seen: [], title };
  const seen = change.revision === undefined ? [] : [change.revision];
  if (op === "delete") return { op, id: change.id, task: null, seen, title };
  const task = op === "complete" ? { is_completed: change.is_completed } : change.task;
  return { op: "patch", id: change.id, task, seen, title };
}

/**
 * The entry to send next: the first that waits, unless one before it of the same task was refused.
 * @param {Entry[]} entries
 */
export function next_to_send(entries) {
  return entries.find((entry) => entry.state !== "refused" &&
    !entries.some((other) => other.number < entry.number && other.id === entry.id && other.state === "refused"));
}

/**
 * Changes an entry, if it is still there.
 * @param {Entry[]} entries
 * @param {number} number
 * @param {(entry: Entry) => Partial<Entry>} more
 * @returns {Edits}
 */
export function change_entry(entries, number, more) {
  const entry = entries.find((one) => one.number === number);
  return entry ? { put: [{ ...entry, ...more(entry) }] } : {};
}

/**
 * After an entry was done: what was made on it needs the task as it is now.
 * @param {Entry[]} entries
 * @param {number} number
 * @param {number | null} revision of the task; null if there is none any more
 * @returns {Edits}
 */
export function after_sent(entries, number, revision) {
  const id = entries.find((entry) => entry.number === number)?.id;
  const next = entries.find((entry) => entry.id === id && entry.number > number);
  return {
    remove: [number],
    put: next?.follows ? [{ ...next, follows: false, revision, seen: revision === null ? next.seen : [...next.seen, revision] }] : [],
  };
}

/**
 * After somebody has decided about an entry: `drop` gives it up, and with a new task all that waits for it; otherwise
 * one that was refused is sent again, on the revision that was seen meanwhile, and with other content where there is.
 * @param {Entry[]} entries
 * @param {number} number
 * @param {"drop" | { revision?: number | null, task?: Partial<Task> }} decision
 * @param {() => string} make_id
 * @returns {Edits}
 */
export function after_decision(entries, number, decision, make_id) {
  const entry = entries.find((one) => one.number === number);
  if (!entry || entry.state === "sending" || (decision !== "drop" && entry.state !== "refused")) return {};
  if (decision !== "drop") {
    const { revision = null, task = entry.task } = decision;
    // Another request needs another key.
    const seen = revision === null ? entry.seen : [...entry.seen, revision];
    return { put: [{ ...entry, state: "waiting", error: null, attempts: 0, key: make_id(), revision, seen, task }] };
  }
  const later = of_task(entries, entry.id).filter((one) => one.number > number);
  if (entry.op === "create") return { remove: [number, ...later.map((one) => one.number)] };
  const next = later[0];
  return { remove: [number], put: next?.follows ? [{ ...next, follows: false, revision: next.seen.at(-1) ?? null }] : [] };
}

/**
 * A task as it looks with what waits for it; null if it is deleted then.
 * @template {Task} T
 * @param {T} task
 * @param {NewEntry[]} entries
 * @returns {T | null}
 */
export function overlay(task, entries) {
  /** @type {T | null} */
  let shown = task;
  for (const entry of of_task(entries, task.id)) {
    if (entry.op === "delete") shown = null;
    if (entry.op === "restore") shown = task;
    if (entry.op === "patch" && shown) shown = { ...shown, ...entry.task };
  }
  return shown;
}

/**
 * The new tasks that wait, newest first, with revision 0: the server does not know them yet.
 * @param {NewEntry[]} entries
 * @returns {Task[]}
 */
export function new_tasks(entries) {
  const tasks = [];
  for (const entry of entries) {
    if (entry.op !== "create" || !entry.task) continue;
    const created_at = new Date(Number.parseInt(entry.id.replace("-", "").slice(0, 12), 16)).toISOString();
    const task = /** @type {Task} */ ({
      description: null, due_date: null, remind_at: null, priority: null, tags: [], recurrence: null,
      recurrence_from: "due", is_completed: false, completed_at: null, parent_task_id: null, next_task_id: null,
      ...entry.task, user_id: entry.user, created_at, updated_at: created_at, revision: 0,
    });
    const shown = overlay(task, entries);
    if (shown) tasks.unshift(shown);
  }
  return tasks;
}
