// What has the focus. It moves by a task's id, as rows come and go while tasks change, and never gets lost: when what
// has it is taken away, it goes to what stands there now, and a keyboard goes on from there.

import { change } from "./store.js";

let focus_wanted = "";

/** Whether the row of a task shall take the focus, which it can take once. @param {string} id */
export function wants_focus(id) {
  if (focus_wanted !== id) return false;
  focus_wanted = "";
  return true;
}

/** The row of a task takes the focus again when it is drawn at another place. @param {string} id */
export function keep_focus(id) {
  focus_wanted = id;
}

/** Moves the focus to the row of a task, also if that is not in the document yet. @param {string} id */
export function focus_task(id) {
  focus_wanted = id;
  change(() => ({ active: id }));
  const title = document.querySelector(`[data-id="${CSS.escape(id)}"] .title`);
  if (title instanceof HTMLElement) {
    focus_wanted = "";
    title.focus();
  }
}

/** Moves the focus to the screen's heading. */
export function focus_heading() {
  document.querySelector("h1")?.focus({ preventScroll: true });
}

/**
 * Moves the focus to an element. If that is gone and nothing else has the focus, it goes to what stands there now.
 * @param {unknown} element
 */
export function focus_again(element) {
  if (element instanceof HTMLElement && element.isConnected) element.focus();
  const now = document.activeElement;
  if (!now || now === document.body || now.closest("dialog:not([open])")) focus_instead(element);
}

/** The ids of the tasks in whose rows elements stood when they had the focus. @type {WeakMap<Element, string>} */
const tasks = new WeakMap();

/** Moves the focus to where an element was: within the open dialog, to the task at its place, or to the heading.
 * @param {unknown} gone */
function focus_instead(gone) {
  const dialog = document.querySelector("dialog[open]");
  const task = gone instanceof Element ? tasks.get(gone) : undefined;
  const now = task && (shown.includes(task) ? task : shown[Math.min(shown_before.indexOf(task), shown.length - 1)]);
  if (dialog) /** @type {HTMLElement | null} */ (dialog.querySelector("button"))?.focus();
  else if (now) focus_task(now);
  else focus_heading();
}

/** Keeps the focus from getting lost when what has it is taken away. @param {Element} root of what is drawn */
export function hold_focus(root) {
  /** @type {Element | null} */
  let last = null;
  document.addEventListener("focusin", ({ target }) => {
    last = /** @type {Element} */ (target);
    const task = last.closest("[data-id]")?.getAttribute("data-id");
    if (task) tasks.set(last, task);
  });
  // Somebody may want nothing to have it.
  document.addEventListener("click", () => { if (document.activeElement === document.body) last = null; }, true);
  new MutationObserver(() => {
    if (!last || last.isConnected || document.activeElement !== document.body) return;
    const gone = last;
    last = null;
    focus_instead(gone);
  }).observe(root, { childList: true, subtree: true });
}

/** The ids of the tasks in the order in which they are shown. @type {string[]} */
let shown = [];

/** Those that were shown before the last change of them. @type {string[]} */
let shown_before = [];

/** Says which tasks are shown. @param {string[]} ids */
export function set_shown(ids) {
  if (ids.length !== shown.length || ids.some((id, at) => id !== shown[at])) shown_before = shown;
  shown = ids;
}

/** The ids of the tasks that are shown, in their order. */
export function get_shown() {
  return shown;
}

/** The task that takes the focus when `id` leaves the list: the one below, or else above. @param {string} id */
export function neighbour_of(id) {
  const at = shown.indexOf(id);
  return shown[at + 1] ?? shown[at - 1] ?? null;
}
