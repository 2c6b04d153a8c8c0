// Fields of forms, with what the server says about each of them beside it.

import { Icon } from "./icons.js";
import { html, useRef, useState } from "./preact.js";

/**
 * @typedef {object} Form
 * @property {(name: string) => string | null} fault what is wrong with a field; with "" what belongs to none
 * @property {boolean} busy while an answer is awaited, and nothing is submitted
 * @property {(event: Event) => Promise<void>} submit
 * @property {() => void} clear
 *
 * @typedef {{loc: (string | number)[], msg: string}} Fault
 */

/**
 * A form whose values go to `send` when it is submitted. What the server refuses is shown at its fields, and the first
 * of them gets the focus.
 * @param {(values: any) => Promise<unknown>} send is given the values by the fields' names
 * @param {() => void} [done]
 * @returns {Form}
 */
export function use_form(send, done = () => {}) {
  const [faults, set_faults] = useState(/** @type {Record<string, string>} */ ({}));
  const [busy, set_busy] = useState(false);
  const sending = useRef(false);
  return {
    fault: (name) => faults[name] ?? null,
    busy,
    clear: () => set_faults({}),
    async submit(event) {
      event.preventDefault();
      const element = /** @type {HTMLFormElement} */ (event.currentTarget);
      if (sending.current) return;
      sending.current = true;
      set_busy(true);
      try {
        await send(Object.fromEntries(new FormData(element)));
        set_faults({});
        element.reset();
        done();
      } catch (error) {
        const found = faults_by_name(error, element);
        set_faults(found);
        const first = Object.keys(found).find((name) => name !== "");
        const field = first && element.elements.namedItem(first);
        if (field instanceof HTMLElement) field.focus();
      } finally {
        sending.current = false;
        set_busy(false);
      }
    },
  };
}

/**
 * The faults of an error by the names of the form's fields; those of no field are below "".
 * @param {any} error
 * @param {HTMLFormElement} element
 */
function faults_by_name(error, element) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [name, text] of Object.entries(/** @type {Record<string, string>} */ (error.fields ?? {}))) {
    // It stands beside the field, so that its subject is clear.
    const words = text.replace(/^(String|Value|Input) (?=should)/, "").replace(/^./u, (first) => first.toUpperCase());
    if (element.elements.namedItem(name)) found[name] = words;
    else found[""] ??= text;
  }
  if (Object.keys(found).length === 0) found[""] = error.message;
  return found;
}

/**
 * A field with its label. What else is given becomes an attribute of the input.
 * @param {{name: string, label: string, form: Form, hint?: string | null, id?: string} & Record<string, unknown>} props
 *   `id` where several forms of a page have a field of that name
 */
export function Field({ name, label, form, hint = null, id = `f-${name}`, ...rest }) {
  const parts = { name, form, hint, id };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <${Input} ...${parts} ...${rest} />
    <${Words} ...${parts} />
  </div>`;
}

/** @typedef {{name: string, form: Form, hint: string | null, id: string}} Parts */

/** @param {Parts & Record<string, unknown>} props */
function Input({ name, form, hint, id, ...rest }) {
  const fault = form.fault(name);
  return html`<input id=${id} name=${name} ...${rest} aria-invalid=${fault ? "true" : null}
    aria-describedby=${fault ? `${id}-fault` : hint ? `${id}-hint` : null} />`;
}

/** @param {Parts} props */
function Words({ name, form, hint, id }) {
  const fault = form.fault(name);
  if (fault) return html`<span class="fault" role="alert" id=${`${id}-fault`}>${fault}</span>`;
  return hint && html`<span class="hint" id=${`${id}-hint`}>${hint}</span>`;
}

/** A password, which can be looked at. @param {Parameters<typeof Field>[0]} props */
export function PasswordField({ name, label, form, hint = null, id = `f-${name}`, ...rest }) {
  const [seen, set_seen] = useState(false);
  const parts = { name, form, hint, id };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <div class="pass">
      <${Input} ...${parts} type=${seen ? "text" : "password"} ...${rest} />
      <button class="tool" type="button" aria-pressed=${String(seen)} aria-label="Show the password"
        onClick=${() => set_seen(!seen)}><${Icon} name="eye" /></button>
    </div>
    <${Words} ...${parts} />
  </div>`;
}
