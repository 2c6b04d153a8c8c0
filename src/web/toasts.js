// What was just done, said at the bottom for some seconds, with a way back.

import { Icon } from "./icons.js";
import { html, useEffect, useRef } from "./preact.js";
import { change, get_state } from "./store.js";

/** @typedef {import("./types").Toast} Toast */
/** @typedef {import("./types").State} State */

/** How long a message stays, in milliseconds. While the pointer or the focus is on it, it does not go. */
const shown_for = 8000;

/** How many are seen at once; the oldest goes. */
const max_toasts = 2;

let last_id = 0;

/**
 * Says something, with a way back if `undo` is given. Returns what ends the message.
 * @param {string} text
 * @param {Pick<Toast, "undo" | "bad">} [more]
 */
export function say(text, more = {}) {
  const toast = { id: ++last_id, text, ...more };
  change(({ toasts }) => ({ toasts: [...toasts, toast].slice(-max_toasts) }));
  return () => drop(toast);
}

/** Undoes what was done last, if that is still offered. */
export function undo_last() {
  const toast = get_state().toasts.filter((one) => one.undo).at(-1);
  if (!toast) return false;
  undo(toast);
  return true;
}

/** @param {Toast} toast */
async function undo(toast) {
  drop(toast);
  await toast.undo?.();
}

/** @param {Toast} toast */
function drop(toast) {
  change(({ toasts }) => ({ toasts: toasts.filter(({ id }) => id !== toast.id) }));
}

/** @param {{state: State}} props */
export function Toasts({ state }) {
  return html`<div class="toasts" role="region" aria-label="Messages">
    <div role="status" aria-live="polite">
      ${state.toasts.map((toast) => html`<${Message} key=${toast.id} toast=${toast} />`)}
    </div>
  </div>`;
}

/** @param {{toast: Toast}} props */
function Message({ toast }) {
  const timer = useRef(0);
  const start = () => { timer.current = setTimeout(() => drop(toast), shown_for); };
  const stop = () => clearTimeout(timer.current);
  useEffect(() => {
    start();
    return stop;
  }, []);
  return html`<div class=${toast.bad ? "toast bad" : "toast"} onMouseEnter=${stop} onMouseLeave=${start}
      onfocusin=${stop} onfocusout=${start}>
    <span dir="auto">${toast.text}</span>
    ${toast.undo && html`<button type="button" class="button small" onClick=${() => undo(toast)}>Undo</button>`}
    <button type="button" class="tool" aria-label="Close this message" onClick=${() => drop(toast)}>
      <${Icon} name="close" /></button>
  </div>`;
}
