// What was just done, said at the bottom for some seconds, with a way back.

import { focus_again } from "./focus.js";
import { Icon } from "./icons.js";
import { html, useEffect, useLayoutEffect, useRef } from "./preact.js";
import { change, get_state } from "./store.js";

/** @typedef {import("./types").Toast} Toast */
/** @typedef {import("./types").State} State */

/** How long a message stays, in milliseconds. While the pointer or the focus is on it, it does not go. */
const shown_for = 8000;

/** How many are seen at once. Of those before them, only what can be undone is kept, for its time. */
const max_toasts = 3;

let last_toast = 0;

/**
 * Says something, with a way back if `undo` is given, or a way to what it is about. Returns what ends the message.
 * @param {string} text
 * @param {Pick<Toast, "undo" | "open" | "bad">} [more]
 */
export function say(text, more = {}) {
  const toast = { id: ++last_toast, text, ...more };
  change(({ toasts }) => {
    const all = [...toasts, toast];
    return { toasts: all.filter((one, at) => one.undo || at >= all.length - max_toasts) };
  });
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
      ${state.toasts.map((toast, at, { length }) => html`
        <${Message} key=${toast.id} toast=${toast} seen=${at >= length - max_toasts} />`)}
    </div>
  </div>`;
}

/** @param {{toast: Toast, seen: boolean}} props */
function Message({ toast, seen }) {
  const timer = useRef(0);
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  /** What had the focus before the message. @type {{current: EventTarget | null}} */
  const left = useRef(/** @type {EventTarget | null} */ (null));
  const stop = () => clearTimeout(timer.current);
  const start = () => {
    stop();
    timer.current = setTimeout(() => drop(toast), shown_for);
  };
  useEffect(() => {
    start();
    return stop;
  }, [seen]);
  useLayoutEffect(() => () => {
    if (element.current?.contains(document.activeElement)) focus_again(left.current);
  }, []);
  const enter = (/** @type {FocusEvent} */ { relatedTarget }) => {
    stop();
    if (!element.current?.contains(/** @type {Node | null} */ (relatedTarget))) left.current = relatedTarget;
  };
  if (!seen) return null;
  return html`<div class=${toast.bad ? "toast bad" : "toast"} ref=${element} onMouseEnter=${stop} onMouseLeave=${start}
      onfocusin=${enter} onfocusout=${start}>
    <span dir="auto">${toast.text}</span>
    ${toast.undo && html`<button type="button" class="button small" onClick=${() => undo(toast)}>Undo</button>`}
    ${toast.open && html`<button type="button" class="button small" onClick=${() => {
      drop(toast);
      toast.open?.();
    }}>Open</button>`}
    <button type="button" class="tool" aria-label="Close this message" onClick=${() => drop(toast)}>
      <${Icon} name="close" /></button>
  </div>`;
}
