// What happens to the user's tasks, as it happens, in all tabs: one of them holds a stream of the server's events and
// tells the others, so that many tabs need no more than one. A browser's EventSource cannot send a token, and takes a
// ticket for each connection; what it has missed meanwhile comes first. Where no stream gets through, the tab asks now
// and then whether anything has changed.

import { ApiError } from "./api.js";
import { growing_time, pause } from "./pauses.js";

/**
 * @typedef {"connecting" | "live" | "away"} State away: the server cannot be reached
 *
 * @typedef {{ kind: "event", name: string, data: any, revision: number | null }
 *   | { kind: "state", state: State, revision: number | null, epoch: string | null }
 *   | { kind: "who" }} Message
 * @typedef {Message & { user: string | undefined }} Sent
 */

const event_names = ["hello", "task", "task-deleted", "reminder", "resync", "session-ended"];
const hello_patience = 10_000; // milliseconds; a proxy that keeps the stream back gets nothing through
const pauses = { first: 500, longest: 30_000 }; // milliseconds

/**
 * Events, in every tab:
 * - `task` (`detail` is the task) and `task-deleted` (`{ id, deleted_at }`): apply a task whose revision is greater than
 *   that which is shown;
 * - `reminder` (the task): in every tab, of which one `leads`;
 * - `resync`: read again what is shown. It also comes first of all, since what was read before may have changed;
 * - `state`, when `state` is another.
 */
export class Events extends EventTarget {
  #api;
  #source;
  #channel;
  /** @type {AbortController | null} */
  #running = null;
  /** Ends the stream, or the pause until the next one. */
  #wake = new AbortController();
  /** What the fallback last knew. @type {string | undefined} */
  #etag;

  /**
   * @param {object} options
   * @param {import("./api.js").Api} options.api
   * @param {typeof EventSource} [options.source] without it there are no streams
   */
  constructor({ api, source = globalThis.EventSource }) {
    super();
    this.#api = api;
    this.#source = source;
    this.#channel = new BroadcastChannel(`taskdock-events:${api.scope}`);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    /** @type {State} */
    this.state = "connecting";
    /** All changes up to this one have been told. @type {number | null} */
    this.revision = null;
    /** Which database it is. @type {string | null} */
    this.epoch = null;
    /** Whether this tab holds the stream. */
    this.leads = false;
    api.session.addEventListener("began", () => this.start());
    api.session.addEventListener("ended", () => this.stop());
    // The network is another one, or the page was asleep.
    globalThis.addEventListener?.("online", () => this.wake());
    globalThis.addEventListener?.("pageshow", ({ persisted }) => persisted && this.#tell({ kind: "who" }));
  }

  /** Begins to follow the events of the user who is logged in. Nothing happens while nobody is. */
  start() {
    this.stop();
    const user = this.#api.session.user?.id;
    if (!user) return;
    const running = new AbortController();
    this.#running = running;
    this.#tell({ kind: "who" });
    const name = `taskdock-events:${this.#api.scope}:${user}`;
    this.#api.hold(name, running.signal, (lost) => this.#lead(running.signal, lost)).catch(() => {
      // It was stopped before it was this tab's turn.
    });
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
    this.#wake.abort();
    this.#etag = undefined;
    this.revision = null;
    this.epoch = null;
    this.#set_state("connecting");
  }

  /** Connects anew, at once, if this tab holds the stream. */
  wake() {
    this.#wake.abort();
  }

  /**
   * Holds the stream, one after the other. Runs in one tab at a time.
   * @param {AbortSignal} stopped
   * @param {AbortSignal} lost
   */
  async #lead(stopped, lost) {
    this.leads = true;
    let failures = 0;
    lost.addEventListener("abort", () => this.wake());
    while (!stopped.aborted && !lost.aborted) {
      this.#wake = new AbortController();
      const over = this.#wake.signal;
      const was_open = await this.#listen(over).catch(() => false);
      if (stopped.aborted || lost.aborted) break;
      failures = was_open ? 0 : failures + 1;
      if (failures > 0) await this.#ask_for_changes(over);
      else this.#tell_state("connecting");
      await pause(growing_time(failures, pauses), over).catch(() => {});
    }
    this.leads = false;
    if (!stopped.aborted) this.start(); // another tab goes on, and this one after it
  }

  /**
   * Tells all tabs what a stream says, until it ends. Returns whether it had begun.
   * @param {AbortSignal} over
   * @returns {Promise<boolean>}
   */
  async #listen(over) {
    if (!this.#source) return false;
    const { ticket } = await this.#api.post("events/ticket", { signal: over });
    const source = new this.#source(this.#api.address("events", { ticket, since: this.revision }));
    return new Promise((resolve) => {
      let was_open = false;
      const end = () => {
        clearTimeout(timer);
        over.removeEventListener("abort", end);
        source.close();
        resolve(was_open);
      };
      const timer = setTimeout(end, hello_patience);
      over.addEventListener("abort", end);
      if (over.aborted) end();
      // It would connect again with the same ticket, which can be used once.
      source.onerror = end;
      for (const name of event_names) {
        source.addEventListener(name, ({ data, lastEventId }) => {
          const revision = lastEventId === "" ? null : Number(lastEventId);
          if (name === "hello") {
            was_open = true;
            clearTimeout(timer);
            this.#take_position(revision, JSON.parse(data).epoch);
            this.#tell_state("live");
          } else if (name === "session-ended") {
            end();
            this.#api.session.end("elsewhere");
          } else {
            this.#tell({ kind: "event", name, data: JSON.parse(data), revision });
          }
        });
      }
    });
  }

  /** Without a stream: asks whether anything has changed. @param {AbortSignal} signal */
  async #ask_for_changes(signal) {
    try {
      const answer = await this.#api.request("GET", "tasks", {
        query: { limit: 1 }, signal, ...(this.#etag !== undefined && { if_none_match: this.#etag }),
      });
      this.#etag = answer.etag ?? undefined;
      this.#tell_state("live");
      if (answer.status !== 304) this.#tell({ kind: "event", name: "resync", data: {}, revision: null });
    } catch (error) {
      if (error instanceof ApiError) this.#tell_state("away");
    }
  }

  /** @param {Message} message to this tab and the others */
  #tell(message) {
    const sent = { ...message, user: this.#api.session.user?.id };
    this.#channel.postMessage(sent);
    this.#hear(sent);
  }

  /** @param {State} state */
  #tell_state(state) {
    this.#tell({ kind: "state", state, revision: this.revision, epoch: this.epoch });
  }

  /** @param {Sent} message */
  #hear(message) {
    if (!this.#running || message.user !== this.#api.session.user?.id) return;
    if (message.kind === "who") {
      if (this.leads) this.#tell_state(this.state);
    } else if (message.kind === "state") {
      if (message.state === "live") this.#take_position(message.revision, message.epoch);
      this.#set_state(message.state);
    } else {
      if (message.name !== "reminder") this.revision = message.revision ?? this.revision;
      this.dispatchEvent(new CustomEvent(message.name, { detail: message.data }));
    }
  }

  /**
   * Goes on after `revision`. What this tab has not been told of until there has to be read.
   * @param {number | null} revision
   * @param {string | null} epoch
   */
  #take_position(revision, epoch) {
    const has_missed = revision !== this.revision || (this.epoch !== null && epoch !== this.epoch);
    this.revision = revision;
    this.epoch = epoch;
    if (has_missed) this.dispatchEvent(new CustomEvent("resync", { detail: {} }));
  }

  /** @param {State} state */
  #set_state(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
