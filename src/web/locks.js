// One tab at a time: the browser's own locks, and where it has none (it has them in secure contexts alone, which a
// page by plain HTTP from another machine is not) a lease in the storage that tabs share.

import { pause } from "./pauses.js";

/**
 * Waits until no other tab holds `name`, then runs `work` and returns what it returns. `signal` ends the waiting.
 * `work` is given a signal that tells that the lock was lost, which only a lease can be: work then belongs to another.
 * @typedef {<T>(name: string, signal: AbortSignal | undefined, work: (lost: AbortSignal) => Promise<T>) => Promise<T>} Hold
 *
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} TextStorage
 */

// In milliseconds. The timers of a tab that nobody sees run once a minute: it loses its lease to one that is seen.
const lease_length = 20_000;
const renewal = 5000;
const retry = 1000;
const settling = 250; // in which a tab that took the lease at the same moment has written

/**
 * @param {Pick<LockManager, "request"> | undefined} manager the browser's `navigator.locks`
 * @param {TextStorage} storage that all tabs share, for where there is no manager
 * @returns {Hold}
 */
export function make_hold(manager, storage) {
  if (!manager) return (name, signal, work) => hold_lease(storage, name, signal, work);
  return async (name, signal, work) => {
    const never_lost = new AbortController().signal;
    return manager.request(name, signal ? { signal } : {}, () => work(never_lost));
  };
}

/**
 * @template T
 * @param {TextStorage} storage
 * @param {string} name
 * @param {AbortSignal | undefined} signal
 * @param {(lost: AbortSignal) => Promise<T>} work
 */
async function hold_lease(storage, name, signal, work) {
  const key = `taskdock-lease:${name}`;
  const me = `${Date.now()}-${Math.random()}`;
  const holder = () => {
    const [who = "", until = "0"] = (storage.getItem(key) ?? "").split(" ");
    return Number(until) > Date.now() ? who : "";
  };
  const take = () => storage.setItem(key, `${me} ${Date.now() + lease_length}`);
  const release = () => {
    if (holder() === me) storage.removeItem(key);
  };

  // A page that is being left has given its lease away, and must not take it again.
  await pause(settling, signal);
  for (;;) {
    signal?.throwIfAborted();
    if (holder() === "") {
      take();
      await pause(settling);
      if (holder() === me) break;
    }
    await pause(retry, signal);
  }
  const lost = new AbortController();
  const timer = setInterval(() => {
    if (holder() === me) take();
    else lost.abort();
  }, renewal);
  const leave = () => {
    release();
    lost.abort();
  };
  globalThis.addEventListener?.("pagehide", leave);
  try {
    return await work(lost.signal);
  } finally {
    globalThis.removeEventListener?.("pagehide", leave);
    clearInterval(timer);
    release();
  }
}
