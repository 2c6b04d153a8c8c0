// The keys. Those of one letter can be switched off, as they disturb people who speak to their computer.

import { day_of, move_to_day, next_day } from "./days.js";
import { focus_task, get_shown, keep_focus } from "./focus.js";
import { write_route } from "./route.js";
import { change, get_state } from "./store.js";
import { complete, delete_task, edit_task } from "./task_actions.js";
import { begin_with } from "./task_editor.js";
import { undo_last } from "./toasts.js";

/** @typedef {import("./types").Task} Task */

/** What `?` shows: the keys and what they do. */
export const keys_in_words = [
  { part: "Anywhere", keys: [
    { key: "n", words: "Add a task" },
    { key: "/", words: "Search" },
    { key: "u", words: "Undo" },
    { key: "?", words: "Show these keys" },
    { key: "g t", words: "Go to Today" },
    { key: "g u", words: "Go to Upcoming" },
    { key: "g a", words: "Go to All tasks" },
    { key: "g d", words: "Go to Done" },
    { key: "g x", words: "Go to Trash" },
    { key: "g s", words: "Go to your account" },
  ] },
  { part: "On a task", keys: [
    { key: "↑ ↓ or k j", words: "Go to another task" },
    { key: "Home End", words: "First and last task" },
    { key: "Enter or e", words: "Open it for changes" },
    { key: "x", words: "Complete or reopen it" },
    { key: "d", words: "Change its due date" },
    { key: "t", words: "Change its tags" },
    { key: "+ −", words: "Due a day later, earlier" },
    { key: "1 2 3 4 0", words: "Low, medium, high, urgent, no priority" },
    { key: "Delete", words: "Delete it" },
  ] },
  { part: "In a task that is open", keys: [
    { key: "Ctrl Enter", words: "Save" },
    { key: "Esc", words: "Close without saving" },
  ] },
];

const ways = /** @type {Record<string, import("./types").Route["name"]>} */ ({
  t: "today", u: "upcoming", a: "all", d: "done", x: "trash", s: "account",
});
const priority_keys = /** @type {Record<string, Task["priority"]>} */ ({
  0: null, 1: "low", 2: "medium", 3: "high", 4: "urgent",
});

let going = 0;

export function start_keyboard() {
  document.addEventListener("keydown", (event) => {
    const { stage, dialog, question, conflict, keys_on } = get_state();
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || stage !== "in") return;
    if (dialog || question || conflict) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const task = get_state().tasks.get(target.closest("[data-id]")?.getAttribute("data-id") ?? "");
    const editing = target.closest("form.editor") !== null;
    if (editing) return;
    const done = (task && on_task(event.key, task, keys_on)) || in_list(event.key, target, keys_on) ||
      (keys_on && anywhere(event.key));
    if (done) event.preventDefault();
  });
}

/** @param {string} key */
function anywhere(key) {
  if (Date.now() - going < 1500 && ways[key]) {
    going = 0;
    location.hash = write_route({ name: ways[key] });
    return true;
  }
  going = key === "g" ? Date.now() : 0;
  switch (key) {
    case "n": return focus_on("#add");
    case "/": return focus_on("#find");
    case "u": return undo_last();
    case "?": change(() => ({ dialog: "keys" })); return true;
    default: return false;
  }
}

/** @param {string} key @param {Element} target @param {boolean} keys_on */
function in_list(key, target, keys_on) {
  const in_task = target.closest("[data-id]") !== null;
  if (!in_task && target !== document.body && target.tagName !== "H1") return false;
  const ids = get_shown();
  const at = ids.indexOf(get_state().active ?? "");
  const to = key === "ArrowDown" || (keys_on && key === "j") ? (at < 0 || !in_task ? Math.max(at, 0) : at + 1)
    : key === "ArrowUp" || (keys_on && key === "k") ? (at < 0 ? 0 : at - 1)
    : in_task && key === "Home" ? 0 : in_task && key === "End" ? ids.length - 1 : -1;
  if (!in_task && key.startsWith("Arrow")) return false; // there they scroll
  const id = ids[to];
  if (id === undefined) return false;
  focus_task(id);
  return true;
}

/** @param {string} key @param {Task} task @param {boolean} keys_on */
function on_task(key, task, keys_on) {
  if (task.deleted_at) return false;
  if (key === "Delete") { delete_task(task); return true; }
  if (!keys_on || Date.now() - going < 1500) return false;
  if (Object.hasOwn(priority_keys, key)) {
    edit_task(task, { priority: priority_keys[key] });
  } else if (key === "+" || key === "=") {
    move_by(task, 1);
  } else if (key === "-") {
    move_by(task, -1);
  } else if (key === "x") {
    complete(task, !task.is_completed);
  } else if (key === "e" || key === "d" || key === "t") {
    begin_with(key === "d" ? "due" : key === "t" ? "tags" : "title");
    change(() => ({ editing: task.id }));
  } else {
    return false;
  }
  return true;
}

/** @param {Task} task @param {number} days */
function move_by(task, days) {
  const { day } = get_state();
  keep_focus(task.id); // It may stand elsewhere then.
  const from = task.due_date ? day_of(task.due_date) : day;
  edit_task(task, { due_date: move_to_day(task.due_date, next_day(from, days)) });
}

/** @param {string} selector */
function focus_on(selector) {
  const field = document.querySelector(selector);
  if (!(field instanceof HTMLInputElement)) return false;
  field.focus();
  field.select();
  return true;
}
