// Adding a task by a line of text. What was understood is shown before it is added, and each part of it can be refused.

import { focus_heading } from "./focus.js";
import { Icon } from "./icons.js";
import { html, useMemo, useRef, useState } from "./preact.js";
import { parse_quick_add } from "./quick_add.js";
import { change } from "./store.js";
import { create_task } from "./task_actions.js";
import { begin_with } from "./task_editor.js";
import { same_tag } from "./views.js";

/** @typedef {import("./types").Route} Route */
/** @typedef {import("./quick_add.js").QuickTask} QuickTask */

const chip_icons = /** @type {Record<string, string>} */ ({
  due: "upcoming", time: "clock", tag: "tag", priority: "flag", recurrence: "repeat", completion: "repeat",
  reminder: "bell",
});

/** What is not understood in any text. @type {ReadonlySet<string>} */
const nothing = new Set();

/** @param {{route: Route, day: string}} props */
export function AddBar({ route, day }) {
  const [text, set_text] = useState("");
  const [refused, set_refused] = useState(nothing);
  const [problem, set_problem] = useState("");
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const understood = useMemo(() => parse_quick_add(text, { refused }), [text, refused, day]);
  const place = place_of(understood.task, route, day, refused);
  const chips = [...understood.chips, ...place.chips];
  const labels = chips.map(({ label }) => label).join(", ");

  function write(/** @type {string} */ value) {
    set_text(value);
    set_problem("");
    if (value === "") set_refused(nothing);
  }

  function add(/** @type {Event} */ event, open = false) {
    event.preventDefault();
    if (text.trim() === "") return;
    const [fault] = understood.faults;
    if (fault) return set_problem(`${fault.message}.`);
    write("");
    const id = create_task({ ...understood.task, ...place.task });
    if (open) {
      begin_with("title");
      change(() => ({ editing: id }));
    } else {
      input.current?.focus();
    }
  }

  function refuse(/** @type {string} */ key) {
    set_refused(new Set([...refused, key]));
    input.current?.focus();
  }

  return html`<form class="add" onSubmit=${add} aria-label="Add a task">
    <div class="line">
      <${Icon} name="plus" />
      <input id="add" ref=${input} aria-label="New task" placeholder="Add a task: Pay rent tomorrow #home !high"
        autocomplete="off" enterkeyhint="done" dir="auto" value=${text} aria-invalid=${problem ? "true" : null}
        onInput=${(/** @type {InputEvent} */ event) => write(/** @type {HTMLInputElement} */ (event.target).value)}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
          if (event.key === "Escape") text ? write("") : focus_heading();
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) add(event, true);
        }} />
      ${text && html`<button class="button first small">Add</button>`}
    </div>
    <p class="unseen" role="status">${text && labels ? `Understood: ${labels}` : ""}</p>
    ${problem && html`<p class="more fault" role="alert">${problem}</p>`}
    ${text && html`<div class="more">
      ${chips.map(({ key, kind, label }) => html`
        <button type="button" class="chip" key=${key} title="Leave this out" onClick=${() => refuse(key)}>
          <${Icon} name=${chip_icons[kind]} /><span dir="auto">${label}</span><span class="unseen">: leave this out</span>
          <${Icon} name="close" /></button>`)}
      <button type="button" class="plain" onClick=${(/** @type {Event} */ event) => add(event, true)}>
        Add with details</button>
    </div>`}
  </form>`;
}

/**
 * What is added in Today is due today, and what is added below a tag gets it, if the text says nothing else.
 * @param {QuickTask} task
 * @param {Route} route
 * @param {string} day
 * @param {ReadonlySet<string>} refused
 * @returns {{task: Partial<QuickTask>, chips: {key: string, kind: string, label: string}[]}}
 */
function place_of(task, route, day, refused) {
  const { name, tag } = route;
  if (name === "today" && !task.due_date && !refused.has("place")) {
    return { task: { due_date: day }, chips: [{ key: "place", kind: "due", label: "Today" }] };
  }
  const tags = task.tags ?? [];
  if (name === "tag" && tag && !tags.some((one) => same_tag(one, tag)) && !refused.has("place")) {
    return { task: { tags: [...tags, tag] }, chips: [{ key: "place", kind: "tag", label: tag }] };
  }
  return { task: {}, chips: [] };
}
