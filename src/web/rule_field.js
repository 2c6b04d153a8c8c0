// How a task repeats, in the form of an open task: one of the usual rules, or any other in words.

import { common_rules, rule_in_words } from "./describe.js";
import { html, useLayoutEffect, useRef, useState } from "./preact.js";
import { read_rule, text_of_rule } from "./rule_words.js";

/** @typedef {import("./types").Edit} Edit */
/** @typedef {"due" | "completion"} From */

/** The choice of a rule in words. No rule is like it. */
const other = "other";

const examples = "For example: “every 2 weeks on mon and thu”, “every month on the last day”, “every 3 days until 1 august”";

/** @param {{rule: string | null, from: From}} props what the task has */
export function RuleField({ rule, from }) {
  const [choice, set_choice] = useState(rule ?? "");
  const [text, set_text] = useState("");
  const [chosen_from, set_from] = useState(from);
  // Not wrong before it is to be saved: what was said when the field is left would move the button under the pointer.
  const [is_refused, set_refused] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const read = choice === other ? read_rule(text) : null;
  const fault = read && "problem" in read && is_refused ? read.problem : "";
  const said_from = read && "rule" in read && read.from === "completion" ? read.from : null;
  const shown_from = said_from ?? chosen_from;

  function choose(/** @type {string} */ value) {
    if (value === other && text === "") set_text(choice && text_of_rule(choice));
    set_choice(value);
    set_refused(false);
  }

  function write(/** @type {string} */ value) {
    set_text(value);
    set_refused(false);
    check(input.current, value);
  }

  useLayoutEffect(() => check(input.current, text), [choice]);

  const own = rule && !common_rules.includes(rule) ? [rule] : [];
  return html`
    <div class="field"><label for="e-rule">Repeat</label>
      <select id="e-rule" name="rule" onChange=${(/** @type {Event} */ event) =>
          choose(/** @type {HTMLSelectElement} */ (event.currentTarget).value)}>
        ${["", ...own, ...common_rules, other].map((value) => html`
          <option value=${value} selected=${value === choice}>
            ${value === "" ? "never" : value === other ? "Other…" : rule_in_words(value)}</option>`)}
      </select></div>
    ${choice === other && html`<div class="field"><label for="e-words">Repeat, in words</label>
      <input id="e-words" name="words" ref=${input} autocomplete="off" autocapitalize="off" spellcheck=${false}
        maxlength="300" value=${text} aria-invalid=${fault ? "true" : null} aria-describedby="e-words-hint"
        onInput=${(/** @type {InputEvent} */ event) => write(/** @type {HTMLInputElement} */ (event.target).value)}
        onInvalid=${() => set_refused(true)} />
      <p id="e-words-hint" role="status">
        ${read && "rule" in read
          ? html`<span class="read">Understood: ${rule_in_words(read.rule, shown_from)}</span>`
          : html`${fault && html`<span class="fault">${fault}</span> `}<span class="hint">${examples}</span>`}</p></div>`}
    ${choice && html`<div class="field"><label for="e-from">Count the next date from</label>
      <select id="e-from" name="from" disabled=${said_from !== null} onChange=${(/** @type {Event} */ event) =>
          set_from(/** @type {From} */ (/** @type {HTMLSelectElement} */ (event.currentTarget).value))}>
        <option value="due" selected=${shown_from === "due"}>when it was due</option>
        <option value="completion" selected=${shown_from === "completion"}>when it is done</option>
      </select></div>`}`;
}

/** Tells the browser whether the words are a rule. @param {HTMLInputElement | null} input @param {string} text */
function check(input, text) {
  const read = read_rule(text);
  input?.setCustomValidity("problem" in read ? read.problem : "");
}

/** The field whose words are no rule; null if there is none. @param {HTMLFormElement} form */
export function wrong_words(form) {
  return /** @type {HTMLInputElement | null} */ (form.querySelector("#e-words:invalid"));
}

/**
 * What the fields say; null for no rule.
 * @param {FormData} data of a form without wrong words
 * @returns {Required<Pick<Edit, "recurrence" | "recurrence_from">> | null}
 */
export function read_repetition(data) {
  const choice = String(data.get("rule") ?? "");
  const read = choice === other ? read_rule(String(data.get("words"))) : { rule: choice, from: data.get("from") };
  if (!("rule" in read) || !read.rule) return null;
  const is_counted_from_completion = read.from === "completion" || data.get("from") === "completion";
  return { recurrence: read.rule, recurrence_from: is_counted_from_completion ? "completion" : "due" };
}
