// What lies above the screen until it is answered or closed.

import { Icon } from "./icons.js";
import { keys_in_words } from "./keyboard.js";
import { format_due } from "./days.js";
import { focus_again } from "./focus.js";
import { html, useLayoutEffect, useRef, useState } from "./preact.js";
import { keep } from "./preferences.js";
import { rule_in_words } from "./describe.js";
import { Menu } from "./side.js";
import { change } from "./store.js";
import { keep_mine, keep_theirs } from "./task_actions.js";
import { choose, decide, leave_undecided, try_again } from "./waiting.js";

/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Conflict} Conflict */
/** @typedef {import("./types").Edit} Edit */

let last_dialog = 0;

/**
 * A modal dialog of the browser's own, which keeps the focus within and gives it back.
 * @param {{title: string, close: () => void, children?: unknown, wide?: boolean, asks?: boolean}} props
 *   `asks`: it is left by one of its own buttons, or by Escape
 */
export function Dialog({ title, close, children, wide = false, asks = false }) {
  const [id] = useState(() => `dialog-${++last_dialog}`);
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = element.current;
    dialog?.showModal();
    return () => {
      dialog?.close(); // Nothing else could take the focus.
      focus_again(before);
    };
  }, []);
  const outside = (/** @type {MouseEvent} */ event) => { if (event.target === element.current && !asks) close(); };
  const cancel = (/** @type {Event} */ event) => { event.preventDefault(); close(); };
  return html`<dialog class=${wide ? "dialog wide" : "dialog"} ref=${element} aria-labelledby=${id}
      onCancel=${cancel} onClick=${outside}>
    <div class="sheet">
      <div class="top"><h2 id=${id}>${title}</h2>
        ${!asks && html`<button type="button" class="tool" aria-label="Close" onClick=${close}>
          <${Icon} name="close" /></button>`}</div>
      ${children}
    </div>
  </dialog>`;
}

const close_dialog = () => change(() => ({ dialog: null }));

/** @param {{state: State}} props */
export function MenuDialog({ state }) {
  return html`<${Dialog} title="Menu" close=${close_dialog}><${Menu} state=${state} /><//>`;
}

/** @param {{state: State}} props */
export function KeysDialog({ state }) {
  return html`<${Dialog} title="Keys" close=${close_dialog} wide>
    <div class="keys">
      ${keys_in_words.map(({ part, keys }) => html`<section>
        <h3>${part}</h3>
        <dl>${keys.map(({ key, words }) => html`<div><dt>${key.split(" ").map((one) =>
          (one === "or" ? " or " : html`<kbd>${one}</kbd> `))}</dt><dd>${words}</dd></div>`)}</dl>
      </section>`)}
    </div>
    <label class="tick"><input type="checkbox" checked=${state.keys_on} onChange=${() => change(({ keys_on }) => {
      keep("keys", !keys_on);
      return { keys_on: !keys_on };
    })} /> Keys of one character are shortcuts</label>
  <//>`;
}

const member_names = /** @type {Record<string, string>} */ ({
  title: "Title", description: "Notes", due_date: "Due", remind_at: "Reminder", priority: "Priority", tags: "Tags",
  recurrence: "Repeat", recurrence_from: "Next date from",
});

/** Both versions of a task that was changed in two places. @param {{conflict: Conflict}} props */
export function ConflictDialog({ conflict }) {
  const { mine, base, theirs } = conflict;
  const members = /** @type {(keyof Edit)[]} */ (Object.keys(member_names)).filter((name) =>
    name in mine || JSON.stringify(base[name]) !== JSON.stringify(theirs[name]));
  const value = (/** @type {Edit} */ task, /** @type {keyof Edit} */ name) => member_in_words(name, task[name]);
  const my_task = { ...theirs, ...mine };
  return html`<${Dialog} title="Changed in two places" close=${leave_undecided} wide asks>
    <p><strong dir="auto">${base.title}</strong> was changed elsewhere while you changed it here. Choose which one
      to keep.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Both versions"><table class="versions" role="table">
      <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader"><span class="unseen">Part</span></th>
        <th scope="col" role="columnheader">Yours</th><th scope="col" role="columnheader">The other</th></tr></thead>
      <tbody role="rowgroup">${members.map((name) => html`
        <tr role="row" class=${value(my_task, name) === value(theirs, name) ? "" : "differs"}>
          <th scope="row" role="rowheader">${member_names[name]}</th>
          <td role="cell" dir="auto">${value(my_task, name)}</td>
          <td role="cell" dir="auto">${value(theirs, name)}</td></tr>`)}</tbody>
    </table></div>
    <div class="buttons">
      <button type="button" class="button first" autofocus onClick=${keep_mine}>Keep yours</button>
      <button type="button" class="button" onClick=${keep_theirs}>Keep the other</button>
    </div>
  <//>`;
}

/** @param {keyof Edit} name @param {Edit[keyof Edit]} value */
function member_in_words(name, value) {
  if (value === null || value === undefined || value.length === 0) return "none";
  if (Array.isArray(value)) return value.join(", ");
  if (name === "due_date" || name === "remind_at") return format_due(value);
  if (name === "recurrence") return rule_in_words(value);
  return value;
}

/** What is asked before it is done. @param {{question: import("./types").Question}} props */
export function QuestionDialog({ question }) {
  const end = () => change(() => ({ question: null }));
  return html`<${Dialog} title=${question.text} close=${end}>
    <p>${question.more}</p>
    <div class="buttons">
      <button type="button" class="button danger" onClick=${() => { end(); question.act(); }}>${question.yes}</button>
      <button type="button" class="button" onClick=${end}>Cancel</button>
    </div>
  <//>`;
}

/** What waits for the server. @param {{state: State}} props */
export function WaitingDialog({ state }) {
  const [problem, set_problem] = useState("");
  const act = async (/** @type {Promise<boolean>} */ doing, /** @type {string} */ otherwise) =>
    set_problem(await doing ? "" : otherwise);
  return html`<${Dialog} title="Changes that wait" close=${close_dialog}>
    <div role="status">${problem && html`<p>${problem}</p>`}</div>
    ${state.waiting.length === 0 ? html`<p>Everything is on the server.</p>` : html`
      <p>These are kept in this browser, and go out by themselves when the server is back.${" "}
        ${state.waiting.some(({ failed }) => failed) && "What the server has refused waits for you."}</p>
      <ul class="entries">${state.waiting.map((entry) => html`<li key=${entry.id}>
        <span class="what" dir="auto">${entry.text}
          ${entry.failed && html` <span class="fault">${entry.failed}</span>`}</span>
        ${entry.met ? html`<button type="button" class="button small" aria-label=${`Choose: ${entry.text}`}
          onClick=${() => act(choose(Number(entry.id)), "The other version cannot be read now.")}>Choose</button>`
        : entry.failed ? html`<button type="button" class="button small" aria-label=${`Try again: ${entry.text}`}
          onClick=${() => act(try_again(Number(entry.id)), "It is not refused any more.")}>Try again</button>` : null}
        <button type="button" class="button small" aria-label=${`Drop: ${entry.text}`}
          onClick=${() => act(decide(Number(entry.id), "drop"), "It is being sent now, and cannot be dropped.")}>
          Drop</button></li>`)}</ul>`}
  <//>`;
}
