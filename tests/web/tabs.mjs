// Several tabs of one browser, as far as the modules know them: what node 18 has not, and what tabs share.

import { webcrypto } from "node:crypto";
import http from "node:http";

import { Api } from "../../src/web/api.js";

globalThis.crypto ??= webcrypto;
globalThis.CustomEvent ??= class CustomEvent extends Event {
  constructor(name, { detail } = {}) {
    super(name);
    this.detail = detail;
  }
};

// One that does not keep the process alive.
const { BroadcastChannel } = globalThis;
globalThis.BroadcastChannel = class extends BroadcastChannel {
  constructor(name) {
    super(name);
    this.unref();
  }
};

/** A browser's storage. */
export function make_storage() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, String(value)),
    removeItem: (key) => void kept.delete(key),
  };
}

/** A tab's view of that storage, where it is late: the tab sees what the others write once `arrive()` was called. */
export function late_view(storage) {
  const seen = new Map();
  const getItem = (key) => {
    if (!seen.has(key)) seen.set(key, storage.getItem(key));
    return seen.get(key);
  };
  const setItem = (key, value) => {
    storage.setItem(key, value);
    seen.set(key, value);
  };
  return { getItem, setItem, removeItem: storage.removeItem, arrive: () => seen.clear() };
}

/** A browser's locks: one holder of a name at a time, in the order in which they ask. */
export function make_locks() {
  const ends = new Map();
  return {
    async request(name, { signal }, work) {
      signal?.throwIfAborted();
      const before = ends.get(name) ?? Promise.resolve();
      const given_up = new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      let leave;
      const end = new Promise((resolve) => { leave = resolve; });
      ends.set(name, before.then(() => end));
      try {
        await Promise.race([before, given_up]);
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/** What the tabs of one browser share. */
export function make_browser() {
  const locks = make_locks();
  return {
    storage: make_storage(),
    hold: (name, signal, work) => locks.request(name, { signal }, () => work(new AbortController().signal)),
  };
}

/** A tab's client of the server at `origin`. */
export function open_tab({ storage, hold }, origin, more = {}) {
  return new Api({ base: `${origin}/`, storage, hold, ...more });
}

/** A fetch that notes what it is asked for, and does `instead(url, options)` first, if that is set and returns something. */
export function watching_fetch() {
  const asked = [];
  const watch = async (url, options) => {
    asked.push(`${options.method} ${new URL(url).pathname}`);
    return await watch.instead?.(url, options) ?? fetch(url, options);
  };
  return Object.assign(watch, { asked, instead: null });
}

/**
 * A browser's EventSource that connects once, which is all that is made use of. `reach()` returns the server's origin at
 * that moment, or null if it is away. The streams that are open are in its `open`.
 */
export function event_source(reach) {
  return class Source extends EventTarget {
    static open = new Set();

    constructor(url) {
      super();
      Source.open.add(this);
      const fail = () => { if (Source.open.delete(this)) this.onerror?.(new Event("error")); };
      this.request = http.get(new URL(url.pathname + url.search, reach() ?? "http://127.0.0.1:1"), { agent: false }, (answer) => {
        answer.on("error", () => {}).on("close", fail);
        if (answer.statusCode !== 200) return answer.destroy();
        let text = "";
        answer.setEncoding("utf8").on("data", (part) => {
          const blocks = (text + part).split("\n\n");
          text = blocks.pop();
          for (const block of blocks) this.#dispatch(block);
        });
      }).on("error", fail);
    }

    #dispatch(block) {
      const fields = Object.fromEntries(block.split("\n").map((line) => /^(\w*): ?(.*)$/.exec(line)?.slice(1) ?? []));
      this.lastEventId = fields.id ?? this.lastEventId ?? "";
      if (!fields.event) return;
      this.dispatchEvent(Object.assign(new Event(fields.event), { data: fields.data, lastEventId: this.lastEventId }));
    }

    close() {
      Source.open.delete(this);
      this.request.destroy();
    }
  };
}

/** Resolves with the next event of that name. */
export const next_event = (target, name) =>
  new Promise((resolve) => { target.addEventListener(name, resolve, { once: true }); });
