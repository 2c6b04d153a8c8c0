// Which task has the focus. It moves by a task's id, as rows come and go while tasks change.

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

/**
 * Moves the focus to an element, or else, if that is gone and nothing else has it, to the screen's heading: a keyboard
 * goes on from there, and not from the page's beginning.
 * @param {unknown} [element]
 */
export function focus_or_heading(element) {
  if (element instanceof HTMLElement && element.isConnected) element.focus();
  if (document.activeElement && document.activeElement !== document.body) return;
  document.querySelector("h1")?.focus({ preventScroll: true });
}

/** The ids of the tasks in the order in which they are shown. @type {string[]} */
let shown = [];

/** Says which tasks are shown. @param {string[]} ids */
export function set_shown(ids) {
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
