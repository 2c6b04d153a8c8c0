// One task in a list: complete it, open it, see what matters of it at one glance.

import { day_of, format_due, format_time, is_overdue, time_of } from "./days.js";
import { Icon } from "./icons.js";
import { wants_focus } from "./focus.js";
import { html, useLayoutEffect, useRef, useState } from "./preact.js";
import { write_route } from "./route.js";
import { rule_in_words } from "./describe.js";
import { change } from "./store.js";
import { complete, delete_task, purge, restore } from "./task_actions.js";
import { begin_with, TaskEditor } from "./task_editor.js";

/** @typedef {import("./types").Task} Task */
/** @typedef {import("./task_list.js").Surroundings} Surroundings */

/**
 * @param {{task: Task, place: number, total: number, mode: string, around: Surroundings}} props
 *   `mode` is what is special about the row: see row_state
 */
export function TaskRow({ task, place, total, mode, around }) {
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  const [dragged, set_dragged] = useState(false);
  useLayoutEffect(() => {
    if (wants_focus(task.id)) title.current?.focus();
  });

  const editing = mode.includes("editing");
  const reached = mode.includes("reached");
  const movable = around.by_day && !editing;
  const drag = movable ? {
    draggable: true,
    onDragStart: (/** @type {DragEvent} */ event) => {
      event.dataTransfer?.setData("text/x-taskdock", task.id);
      set_dragged(true);
    },
    onDragEnd: () => set_dragged(false),
  } : {};
  const names = ["task", task.is_completed && "is-done", mode.includes("leaving") && "leaving", dragged && "dragged",
    editing && "open"];
  return html`<div class=${names.filter(Boolean).join(" ")} role="listitem" aria-posinset=${place} aria-setsize=${total}
      data-id=${task.id} ...${drag}
      onfocusin=${() => change(({ active }) => (active === task.id ? {} : { active: task.id }))}>
    <div class="inside">
      ${around.trash ? null : html`<${Ring} task=${task} reached=${reached} />`}
      ${editing ? html`<${TaskEditor} task=${task} />` : html`
        <div class="text">
          <${Title} task=${task} reached=${reached} held=${title} trash=${around.trash} />
          ${task.description ? html`<p class="note" dir="auto">${task.description}</p>` : null}
          <${Facts} task=${task} day=${around.state.day} by_day=${around.by_day} reached=${reached}
            fading=${mode.includes("leaving")} />
        </div>
        <${Tools} task=${task} trash=${around.trash} reached=${reached} />`}
    </div>
  </div>`;
}

/** @param {{task: Task, reached: boolean}} props */
function Ring({ task, reached }) {
  return html`<label class=${`ring ${task.priority ?? ""}`}>
    <input type="checkbox" checked=${task.is_completed} tabIndex=${reached ? 0 : -1}
      aria-label=${`Done: ${task.title}`}
      onChange=${() => complete(task, !task.is_completed)} />
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6.500 12.500l4 4 7-8.500" /></svg>
  </label>`;
}

/** @param {{task: Task, reached: boolean, held: {current: HTMLElement | null}, trash: boolean}} props */
function Title({ task, reached, held, trash }) {
  if (trash) return html`<p class="title" dir="auto" tabIndex=${reached ? 0 : -1} ref=${held}>${task.title}</p>`;
  return html`<button type="button" class="title" dir="auto" ref=${held} tabIndex=${reached ? 0 : -1}
    onClick=${() => change(() => ({ editing: task.id }))}>${task.title}</button>`;
}

/** @param {{task: Task, day: string, by_day: boolean, reached: boolean, fading: boolean}} props */
function Facts({ task, day, by_day, reached, fading }) {
  const facts = [];
  if (task.due_date) {
    const is_today = day_of(task.due_date) === day;
    const urgency = task.is_completed ? "" : is_overdue(task.due_date) ? "late" : is_today ? "soon" : "";
    const time = time_of(task.due_date);
    const under_its_day = by_day && day_of(task.due_date) >= day;
    const words = under_its_day ? time && format_time(time) : format_due(task.due_date);
    if (words) facts.push(html`<span class=${urgency}><${Icon} name="upcoming" />
      <span class="unseen">Due </span>${words}</span>`);
  }
  if (task.recurrence) facts.push(html`<span><${Icon} name="repeat" />${rule_in_words(task.recurrence)}</span>`);
  if (task.remind_at && !task.is_completed) {
    facts.push(html`<span><${Icon} name="bell" /><span class="unseen">Reminder </span>
      ${format_due(task.remind_at)}</span>`);
  }
  if (task.priority) facts.push(html`<span class=${task.priority}><${Icon} name="flag" />${task.priority}</span>`);
  for (const tag of task.tags) {
    facts.push(html`<a href=${write_route({ name: "tag", tag })} tabIndex=${reached ? 0 : -1} dir="auto">#${tag}</a>`);
  }
  if (task.completed_at && !fading) {
    facts.push(html`<span><${Icon} name="clock" /><span class="unseen">Completed </span>
      ${format_due(task.completed_at)}</span>`);
  }
  if (task.deleted_at) {
    facts.push(html`<span><${Icon} name="trash" /><span class="unseen">Deleted </span>
      ${format_due(task.deleted_at)}</span>`);
  }
  if (task.revision === 0) facts.push(html`<span><${Icon} name="away" />waits for the server</span>`);
  return facts.length > 0 ? html`<div class="facts">${facts}</div>` : null;
}

/** @param {{task: Task, trash: boolean, reached: boolean}} props */
function Tools({ task, trash, reached }) {
  const tool = (/** @type {string} */ icon, /** @type {string} */ text, /** @type {() => unknown} */ act) => html`
    <button type="button" class="tool" tabIndex=${reached ? 0 : -1} title=${text} aria-label=${`${text}: ${task.title}`}
      onClick=${act}><${Icon} name=${icon} /></button>`;
  return html`<div class=${trash ? "tools always" : "tools"}>
    ${trash
      ? html`${tool("restore", "Restore", () => restore(task))}${tool("close", "Remove for good", () => purge(task))}`
      : html`${tool("upcoming", "Change the due date", () => {
          begin_with("due");
          change(() => ({ editing: task.id }));
        })}${tool("trash", "Delete", () => delete_task(task))}`}
  </div>`;
}
