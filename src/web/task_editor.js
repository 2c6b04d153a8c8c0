// A task that is open for changes, in its place in the list. It sends only what was changed, and on the condition that
// the task is still the one that was opened.

import { from_inputs, input_problem, to_inputs } from "./due_inputs.js";
import { Icon } from "./icons.js";
import { html, useLayoutEffect, useRef, useState } from "./preact.js";
import { read_repetition, RuleField, wrong_words } from "./rule_field.js";
import { get_state } from "./store.js";
import { close_editor, delete_task, dropped, edit_task } from "./task_actions.js";

/** @typedef {import("./types").Task} Task */
/** @typedef {import("./types").Edit} Edit */

/** @param {{task: Task}} props */
export function TaskEditor({ task }) {
  const opened = useRef(task); // The task may change elsewhere meanwhile.
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const [problem, set_problem] = useState("");
  const base = opened.current;
  const due = to_inputs(base.due_date);
  const remind = to_inputs(base.remind_at);

  useLayoutEffect(() => {
    const wanted = focus_field;
    focus_field = "title";
    const field = form.current?.elements.namedItem(wanted);
    if (field instanceof HTMLInputElement) {
      field.focus();
      if (wanted === "title") field.setSelectionRange(field.value.length, field.value.length);
    }
  }, []);

  // However it is closed, what was typed can be had back, as it last was without a fault.
  const draft = useRef(/** @type {FormData | null} */ (null));
  useLayoutEffect(() => () => {
    const edit = draft.current && changed(base, draft.current);
    if (edit && Object.keys(edit).length > 0 && edit.title !== "") dropped(base, edit);
  }, []);

  async function save(/** @type {Event | null} */ event) {
    event?.preventDefault();
    if (!form.current) return;
    const wrong = input_problem(form.current);
    if (wrong) return refuse(wrong, "input:invalid");
    if (wrong_words(form.current)) return refuse("", "#e-words");
    const edit = changed(base, new FormData(form.current));
    if (edit.title === "") return refuse("A task needs a title.", "#e-title");
    const wanted = { ...base, ...edit };
    if (wanted.recurrence && !wanted.due_date) return refuse("A task that repeats needs a due date.", "#e-due");
    draft.current = null;
    close_editor(base.id);
    if (Object.keys(edit).length > 0) await edit_task(base, edit);
  }

  /** Says what is wrong, here or at the field, and goes there. @param {string} words @param {string} selector */
  function refuse(words, selector) {
    set_problem(words);
    const field = /** @type {HTMLInputElement | null | undefined} */ (form.current?.querySelector(selector));
    field?.checkValidity();
    field?.focus();
  }

  function on_key(/** @type {KeyboardEvent} */ event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      close_editor(base.id);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      save(event);
    }
  }

  return html`<form class="editor" ref=${form} onSubmit=${save} onKeyDown=${on_key}
      onInput=${() => {
        if (form.current && !input_problem(form.current) && !wrong_words(form.current)) draft.current = new FormData(form.current);
      }}
      aria-label=${`Change ${base.title}`} noValidate>
    ${problem && html`<p class="alert" role="alert">${problem}</p>`}
    <div class="field wide"><label for="e-title">Title</label>
      <input id="e-title" name="title" dir="auto" maxlength="200" autocomplete="off" defaultValue=${base.title} /></div>
    <div class="field wide"><label for="e-description">Notes</label>
      <textarea id="e-description" name="description" dir="auto" rows="3" maxlength="2000"
        defaultValue=${base.description ?? ""} /></div>
    <fieldset class="pair"><legend class="unseen">Due</legend>
      <div class="field"><label for="e-due">Due</label>
        <input id="e-due" name="due" type="date" max="9999-12-31" defaultValue=${due.date} /></div>
      <div class="field"><label for="e-time">Time</label>
        <input id="e-time" name="time" type="time" defaultValue=${due.time} /></div>
    </fieldset>
    <div class="field"><label for="e-remind">Reminder</label>
      <input id="e-remind" name="remind" type="datetime-local" max="9999-12-31T23:59"
        defaultValue=${remind.date && `${remind.date}T${remind.time}`} /></div>
    <div class="field"><label for="e-priority">Priority</label>
      <select id="e-priority" name="priority">
        ${["", "low", "medium", "high", "urgent"].map((priority) => html`
          <option value=${priority} selected=${priority === (base.priority ?? "")}>${priority || "none"}</option>`)}
      </select></div>
    <div class="field"><label for="e-tags">Tags, with commas between</label>
      <input id="e-tags" name="tags" list="known-tags" dir="auto" autocomplete="off"
        defaultValue=${base.tags.join(", ")} />
      <datalist id="known-tags">
        ${get_state().tags.slice(0, 50).map((tag) => html`<option value=${tag.name} />`)}</datalist></div>
    <${RuleField} rule=${base.recurrence} from=${base.recurrence_from} />
    <div class="buttons wide">
      <button class="button first">Save</button>
      <button class="button" type="button" onClick=${() => close_editor(base.id)}>Cancel</button>
      <button class="tool" type="button" title="Delete" aria-label="Delete this task"
        onClick=${() => delete_task(base)}><${Icon} name="trash" /></button>
    </div>
  </form>`;
}

let focus_field = "title";

/** Which field the next editor that opens begins with. @param {"title" | "due" | "tags"} name */
export function begin_with(name) {
  focus_field = name;
}

/**
 * What a form has made different from a task.
 * @param {Task} task
 * @param {FormData} data
 * @returns {Edit}
 */
function changed(task, data) {
  const text = (/** @type {string} */ name) => String(data.get(name) ?? "").trim();
  const remind = text("remind");
  /** @type {Required<Edit>} */
  const wanted = {
    title: text("title"),
    description: String(data.get("description")) || null,
    due_date: from_inputs(text("due"), text("time"), task.due_date),
    remind_at: remind ? new Date(remind).toISOString() : null,
    priority: /** @type {Task["priority"]} */ (text("priority") || null),
    tags: text("tags").split(",").map((tag) => tag.trim()).filter(Boolean),
    ...(read_repetition(data) ?? { recurrence: null, recurrence_from: task.recurrence_from }),
  };
  // A moment is told to the minute here: what is the same minute was not changed.
  if (minute(task.remind_at) === minute(wanted.remind_at)) wanted.remind_at = task.remind_at;
  /** @type {Record<string, unknown>} */
  const edit = {};
  for (const [name, value] of Object.entries(wanted)) {
    if (JSON.stringify(value) !== JSON.stringify(task[/** @type {keyof Edit} */ (name)])) edit[name] = value;
  }
  return /** @type {Edit} */ (edit);
}

/** @param {string | null} moment */
function minute(moment) {
  return moment && Math.floor(Date.parse(moment) / 60_000);
}
