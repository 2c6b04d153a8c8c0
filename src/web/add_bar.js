// Adding a task by a line of text, with what was understood shown before it is added.

import { Icon } from "./icons.js";
import { html, useMemo, useRef, useState } from "./preact.js";
import { format_due } from "./days.js";
import { parse_quick_add } from "./quick_add.js";
import { rule_in_words } from "./rules.js";
import { change } from "./store.js";
import { create_task } from "./task_actions.js";
import { begin_with } from "./task_editor.js";

/** @typedef {import("./types").Route} Route */

const chip_icons = /** @type {Record<string, string>} */ ({
  due: "upcoming", tag: "tag", priority: "flag", recurrence: "repeat", reminder: "bell",
});

/** @param {{route: Route, day: string}} props */
export function AddBar({ route, day }) {
  const [text, set_text] = useState("");
  const [problem, set_problem] = useState("");
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const understood = useMemo(() => parse_quick_add(text, new Date()), [text, day]);
  const wanted = with_place(understood.task, route, day);

  function add(/** @type {Event} */ event, open = false) {
    event.preventDefault();
    if (text.trim() === "") return;
    if (!wanted.title) return set_problem("A task needs a title besides that.");
    if (wanted.title.length > 200) return set_problem("A title has at most 200 characters.");
    set_text("");
    set_problem("");
    const id = create_task(wanted);
    if (open) {
      begin_with("title");
      change(() => ({ editing: id }));
    } else {
      input.current?.focus();
    }
  }

  return html`<form class="add" onSubmit=${add} aria-label="Add a task">
    <div class="line">
      <${Icon} name="plus" />
      <input id="add" ref=${input} aria-label="New task" placeholder="Add a task: Pay rent tomorrow #home !high"
        autocomplete="off" enterkeyhint="done" dir="auto" value=${text} aria-describedby="understood"
        onInput=${(/** @type {InputEvent} */ event) => {
          set_problem("");
          set_text(/** @type {HTMLInputElement} */ (event.target).value);
        }}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
          if (event.key === "Escape") { set_text(""); input.current?.blur(); }
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) add(event, true);
        }} />
      ${text && html`<button class="button first small">Add</button>`}
    </div>
    <div class=${text ? "more" : "unseen"} id="understood" aria-live="polite">
      ${problem && html`<span class="fault" role="alert">${problem}</span>`}
      ${text && chips_of(wanted).map(({ kind, words }) => html`
        <span class="chip" key=${kind + words}><${Icon} name=${chip_icons[kind]} /><span dir="auto">${words}</span></span>`)}
      ${text && html`<button type="button" class="plain" onClick=${(/** @type {Event} */ event) => add(event, true)}>Add with details</button>`}
    </div>
  </form>`;
}

/**
 * What is added in Today is due today, and what is added below a tag gets it, if the text says nothing else.
 * @param {any} task @param {Route} route @param {string} day
 */
function with_place(task, route, day) {
  if (route.name === "today" && !task.due_date) return { ...task, due_date: day };
  if (route.name === "tag" && !task.tags?.includes(route.tag)) return { ...task, tags: [...task.tags ?? [], route.tag] };
  return task;
}

/** @param {any} task */
function chips_of(task) {
  const chips = [];
  if (task.due_date) chips.push({ kind: "due", words: format_due(task.due_date) });
  if (task.recurrence) chips.push({ kind: "recurrence", words: rule_in_words(task.recurrence) });
  if (task.remind_at) chips.push({ kind: "reminder", words: format_due(task.remind_at) });
  if (task.priority) chips.push({ kind: "priority", words: task.priority });
  for (const tag of task.tags ?? []) chips.push({ kind: "tag", words: tag });
  return chips;
}
