// Waiting: for a time, and for ever longer times while something fails.

/** @param {number} time milliseconds @param {AbortSignal} [signal] ends it early, with the signal's reason */
export function pause(time, signal) {
  return /** @type {Promise<void>} */ (new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, time);
    signal?.addEventListener("abort", stop, { once: true });
  }));
}

/**
 * How long to wait after so many failures in a row: each time twice as long, up to a limit. It is a little different in
 * each browser, since a server that is back is back for all of them.
 * @param {number} failures
 * @param {{ first: number, longest: number, least?: number }} limits in milliseconds: `first` without a failure, and
 *   `least` what the server asks for
 */
export function growing_time(failures, { first, longest, least = 0 }) {
  const wanted = Math.max(first * 2 ** Math.min(failures, 10), least);
  return Math.min(wanted, longest) * (0.75 + Math.random() / 2);
}
