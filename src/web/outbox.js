// All changes of tasks go through here, in their order. They are kept first and then sent, so that none is lost
// while the server is away or the page is closed. One tab sends for all of them, and each change goes out with a key,
// so that it is done once however often it is sent: a change whose answer was lost would else be taken for one that
// meets somebody else's.

import { ApiError } from "./api.js";
import { browser_storage } from "./outbox_storage.js";
import { add_change, after_decision, after_sent, change_entry, next_to_send } from "./outbox_rules.js";
import { growing_time, pause } from "./pauses.js";
import { uuid7 } from "./uuid.js";

/**
 * @typedef {import("./types").Task} Task
 * @typedef {import("./outbox_rules.js").Entry} Entry
 * @typedef {import("./outbox_rules.js").NewEntry} NewEntry
 * @typedef {import("./outbox_rules.js").Change} Change
 * @typedef {import("./outbox_rules.js").Edits} Edits
 *
 * @typedef {{ task: Task | null, waiting: boolean }} Outcome `task` is null where there is none, and while it waits
 *
 * @typedef {{ kind: "changed" } | { kind: "wake" } | { kind: "away" }
 *   | { kind: "sent", entry: Entry, task: Task | null } | { kind: "refused", entry: Entry }} Message
 */

/** Answers of the API after which somebody has to decide. All other failures may pass. */
const decidable = new Set([404, 409, 412, 413, 422]);

const retry_pauses = { first: 1000, longest: 60_000 }; // milliseconds

/**
 * Events, in every tab: `change`, when `entries` is another list; `sent`, with `{ entry, task }` as its `detail`; and
 * `refused`, with the entry, about which somebody has to decide.
 */
export class Outbox extends EventTarget {
  #api;
  #storage;
  #said_to_wait_after;
  #channel;
  /** @type {AbortController | null} */
  #running = null;
  /** Cuts the pause between two attempts short. */
  #wake = new AbortController();
  #failures = 0;
  /** Changes that are being kept, and are not among the entries yet. @type {NewEntry[]} */
  #coming = [];
  /** @type {Map<number, ((outcome: Outcome | ApiError) => void)[]>} */
  #waiters = new Map();
  /** Revisions that own changes have replaced meanwhile. @type {Map<string, { from: Set<number>, to: number }>} */
  #replaced = new Map();

  /**
   * @param {object} options
   * @param {import("./api.js").Api} options.api
   * @param {import("./outbox_storage.js").OutboxStorage} [options.storage]
   * @param {number} [options.said_to_wait_after] milliseconds until a change that has no answer is said to wait
   */
  constructor({ api, storage = browser_storage(`taskdock:${api.scope}`), said_to_wait_after = 4000 }) {
    super();
    this.#api = api;
    this.#storage = storage;
    this.#said_to_wait_after = said_to_wait_after;
    this.#channel = new BroadcastChannel(`taskdock-outbox:${api.scope}`);
    this.#channel.onmessage = ({ data }) => void this.#hear(data);
    /** What waits, in order, of the user who is logged in. @type {Entry[]} */
    this.entries = [];
    api.session.addEventListener("began", () => this.start());
    api.session.addEventListener("ended", () => this.stop());
  }

  /** Reads what waits and begins to send it. Nothing happens while nobody is logged in. */
  start() {
    this.stop();
    const user = this.#api.session.user?.id;
    if (!user) return;
    const running = new AbortController();
    this.#running = running;
    void this.#change(user, () => ({}));
    const name = `taskdock-outbox:${this.#api.scope}:${user}`;
    this.#api.hold(name, running.signal, (lost) => this.#send_all(user, running.signal, lost)).catch(() => {
      // It was stopped before it was this tab's turn.
    });
    globalThis.addEventListener?.("online", this.#on_online);
  }

  /** Sends no more. What waits is kept for when the same user logs in again. */
  stop() {
    this.#running?.abort();
    this.#running = null;
    this.#wake.abort();
    this.#replaced.clear();
    this.#coming = [];
    this.#set_entries([]);
    globalThis.removeEventListener?.("online", this.#on_online);
  }

  /** Tries at once what waits for the server, which seems to be there again. */
  wake() {
    if (this.entries.length > 0) this.#tell({ kind: "wake" });
  }

  #on_online = () => this.wake();

  /** All that tasks are to be shown with: what waits, and what is about to. @returns {NewEntry[]} */
  get pending() {
    return [...this.entries, ...this.#coming];
  }

  /**
   * Makes a change: it is kept, and sent as soon as that can be. Resolves when it was done, or when it is known that
   * it waits; then the events tell what becomes of it. Throws ApiError if it was refused; it stays in `entries` until
   * it is decided about.
   * @param {Change} change
   * @returns {Promise<Outcome>}
   */
  async submit(change) {
    const user = this.#api.session.user?.id;
    if (!user) throw new ApiError(401, "Your session has ended");
    /** @type {number | null} */
    let number = null;
    let is_new = false;
    const { add: coming = [] } = add_change([], change, { user, make_id: uuid7 });
    this.#coming.push(...coming);
    const entries = await this.#change(user, (kept) => {
      const edits = add_change(kept, change, { user, make_id: uuid7 });
      is_new = edits.add !== undefined;
      number = edits.put?.[0]?.number ?? null;
      return edits;
    }).finally(() => {
      this.#coming = this.#coming.filter((one) => !coming.includes(one));
    });
    if (is_new) number = entries.at(-1)?.number ?? null;
    if (number === null) return { task: null, waiting: false }; // it and what it takes back are gone
    const outcome = this.#outcome_of(number);
    this.#tell({ kind: "wake" });
    return outcome;
  }

  /**
   * Decides about an entry that was refused: sends it again for a task with the revision that was seen meanwhile (none:
   * whatever it has), with other content where it is given. Or gives it up, which one that still waits can be, too.
   * Returns whether it did that: nothing can be decided while the entry is being sent, or when it is gone.
   * @param {number} number
   * @param {"drop" | { revision?: number | null, task?: Partial<Task> }} decision
   */
  async decide(number, decision) {
    let is_done = false;
    await this.#change(this.#user, (entries) => {
      const edits = after_decision(entries, number, decision, uuid7);
      is_done = Object.keys(edits).length > 0;
      return edits;
    });
    if (is_done) this.#tell({ kind: "wake" });
    return is_done;
  }

  /** Gives up all that waits of a user. Ask before. @param {string} user */
  async clear(user) {
    await this.#change(user, (entries) => ({ remove: entries.map(({ number }) => number) }));
  }

  get #user() {
    return this.#api.session.user?.id ?? "";
  }

  /**
   * Changes what is kept of a user, and shows it in all tabs.
   * @param {string} user
   * @param {(entries: Entry[]) => Edits} decide
   */
  async #change(user, decide) {
    let has_changed = false;
    const entries = await this.#storage.change(user, (kept) => {
      const edits = decide(kept);
      has_changed = Object.keys(edits).length > 0;
      return edits;
    });
    if (user === this.#user) this.#set_entries(entries);
    if (has_changed) this.#channel.postMessage({ kind: "changed" });
    return entries;
  }

  /** @param {Entry[]} entries */
  #set_entries(entries) {
    if (JSON.stringify(entries) === JSON.stringify(this.entries)) return;
    this.entries = entries;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Message} message to this tab and the others */
  #tell(message) {
    this.#channel.postMessage(message);
    void this.#hear(message);
  }

  /** @param {Message} message */
  async #hear(message) {
    switch (message.kind) {
      case "changed": {
        const user = this.#user;
        const entries = user ? await this.#storage.change(user, () => ({})) : [];
        if (user === this.#user) this.#set_entries(entries);
        break;
      }
      case "wake":
        this.#wake.abort();
        break;
      case "away":
        for (const number of [...this.#waiters.keys()]) this.#settle(number, { task: null, waiting: true });
        break;
      case "sent": {
        const { entry, task } = message;
        if (task) this.#note_revision(entry, task);
        this.#settle(entry.number, { task, waiting: false });
        if (entry.user === this.#user) this.#dispatch("sent", { entry, task });
        break;
      }
      case "refused": {
        const { entry } = message;
        const { status, message: text, detail } = /** @type {NonNullable<Entry["error"]>} */ (entry.error);
        this.#settle(entry.number, new ApiError(status, text, { detail }));
        if (entry.user === this.#user) this.#dispatch("refused", entry);
        break;
      }
    }
  }

  /** @param {string} name @param {unknown} detail */
  #dispatch(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {number} number @returns {Promise<Outcome>} */
  #outcome_of(number) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(number, { task: null, waiting: true }), this.#said_to_wait_after);
      const waiters = this.#waiters.get(number) ?? [];
      this.#waiters.set(number, waiters);
      waiters.push((outcome) => {
        clearTimeout(timer);
        if (outcome instanceof ApiError) reject(outcome);
        else resolve(outcome);
      });
    });
  }

  /** @param {number} number @param {Outcome | ApiError} outcome */
  #settle(number, outcome) {
    const waiters = this.#waiters.get(number) ?? [];
    this.#waiters.delete(number);
    for (const settle of waiters) settle(outcome);
  }

  /** @param {Entry} entry @param {Task} task */
  #note_revision({ op, id, seen, revision }, task) {
    const known = this.#replaced.get(id);
    const to = Math.max(known?.to ?? 0, task.revision); // another tab may tell late of a change before the last one
    const from = known?.from ?? new Set();
    if (op === "create") from.add(0);
    for (const one of [...seen, revision, known?.to, task.revision]) if (typeof one === "number") from.add(one);
    from.delete(to);
    this.#replaced.set(id, { from, to });
  }

  /**
   * What our own changes have made of a revision of a task meanwhile: their answers may not be shown yet.
   * @param {string} id
   * @param {number | null} revision
   */
  #last_revision(id, revision) {
    const replaced = this.#replaced.get(id);
    return revision !== null && replaced?.from.has(revision) ? replaced.to : revision;
  }

  /**
   * Sends what waits, one after the other, until it is stopped. Runs in one tab at a time.
   * @param {string} user
   * @param {AbortSignal} stopped
   * @param {AbortSignal} lost
   */
  async #send_all(user, stopped, lost) {
    while (!stopped.aborted && !lost.aborted) {
      this.#wake = new AbortController();
      const wake = this.#wake.signal;
      const time = await this.#send_next(user).catch((error) => {
        globalThis.reportError?.(error); // the browser's database has failed
        return retry_pauses.longest;
      });
      if (time > 0 && !stopped.aborted) await pause(time, wake).catch(() => {});
    }
    if (!stopped.aborted) this.start(); // another tab goes on, and this one after it
  }

  /** Sends the next entry. Returns how long to wait then, in milliseconds. @param {string} user */
  async #send_next(user) {
    /** @type {Entry | undefined} */
    let entry;
    await this.#change(user, (entries) => {
      const next = next_to_send(entries);
      if (!next) return {};
      const { id, attempts } = next;
      // A request that is sent again must be the same.
      const revision = attempts > 0 ? next.revision : this.#last_revision(id, next.revision);
      entry = { ...next, state: "sending", attempts: attempts + 1, revision };
      return { put: [entry] };
    });
    if (!entry) return retry_pauses.longest;
    const { number } = entry;
    try {
      const task = await send(this.#api, entry);
      this.#failures = 0;
      // First the new task and then the list without the entry: so nobody sees what was before.
      this.#tell({ kind: "sent", entry, task });
      await this.#change(user, (entries) => after_sent(entries, number, task?.revision ?? null));
      return 0;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      const { status, message, detail } = failure;
      const error = { status, message, detail };
      if (failure.from_api && decidable.has(status)) {
        this.#failures = 0;
        await this.#change(user, (entries) => change_entry(entries, number, () => ({ state: "refused", error })));
        this.#tell({ kind: "refused", entry: { ...entry, state: "refused", error } });
        return 0;
      }
      await this.#change(user, (entries) => change_entry(entries, number, () => ({ state: "waiting", error })));
      this.#tell({ kind: "away" });
      return growing_time(this.#failures++, { ...retry_pauses, least: (failure.retry_after ?? 0) * 1000 });
    }
  }
}

/**
 * Sends an entry and returns the task as it is then; null if there is none any more.
 * @param {import("./api.js").Api} api
 * @param {Entry} entry
 * @returns {Promise<Task | null>}
 */
async function send(api, { op, id, task, revision, key, user }) {
  if (op === "create") return api.post("tasks", { body: task, key, user });
  const condition = revision !== null && { if_revision: revision };
  const operation = {
    patch: { op: "update", id, task, ...condition },
    delete: { op: "delete", id, ...condition },
    restore: { op: "restore", id },
  }[op];
  try {
    const answer = await api.post("tasks/batch", { body: { operations: [operation] }, key, user });
    if (!answer?.results?.[0]) throw new ApiError(0, "The server cannot be reached");
    return answer.results[0].task ?? null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (op === "delete" && error.from_api && error.status === 404) return null; // as it was wanted
    const plain = (/** @type {unknown} */ text) =>
      (typeof text === "string" ? text.replace(/^Operation 0: /, "") : text);
    const { status, from_api, headers } = error;
    throw new ApiError(status, String(plain(error.message)), { detail: plain(error.detail), from_api, headers });
  }
}
