// The account: who one is, where one is logged in, and the ways out.

import {
  change_password, change_profile, create_token, delete_account, end_other_sessions, end_session, export_tasks,
  has_local_user, list_sessions, list_tokens, refresh_profile, revoke_token,
} from "./account_actions.js";
import { format_due } from "./days.js";
import { Field, PasswordField, use_form } from "./fields.js";
import { focus_again } from "./focus.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { Reminders } from "./reminders.js";
import { say } from "./toasts.js";

const no_password = has_local_user() ? "Leave it empty if you have no password" : null;

/** @param {{state: import("./types").State}} props */
export function AccountPage({ state }) {
  useEffect(() => {
    document.title = "Account · Taskdock";
    void refresh_profile();
  }, []);
  if (!state.user) return null;
  return html`
    <div class="head"><h1 tabindex="-1">Account</h1></div>
    <${Profile} user=${state.user} />
    <${Password} user=${state.user} />
    <${Reminders} />
    <${Sessions} />
    <${Tokens} />
    <${Export} />
    <${Deletion} user=${state.user} />`;
}

/** @param {{user: import("./types").User}} props */
function Profile({ user }) {
  const name_form = use_form(({ name }) => change_profile({ name }));
  const email_form = use_form(({ email, current_password }) => change_profile({ email, current_password }));
  return html`<section class="panel" aria-labelledby="p-profile"><h2 id="p-profile">Profile</h2>
    <form onSubmit=${name_form.submit} noValidate>
      <${General} form=${name_form} />
      <${Field} name="name" label="Name" autocomplete="name" form=${name_form} defaultValue=${user.name} maxlength="100"
        dir="auto" />
      <button class="button" aria-disabled=${name_form.busy}>Change the name</button>
    </form>
    <form onSubmit=${email_form.submit} noValidate>
      <${General} form=${email_form} />
      <${Field} name="email" label="Email" type="email" autocomplete="email" form=${email_form}
        defaultValue=${user.email} />
      <${PasswordField} name="current_password" id="f-email-password" label="Your password" autocomplete="current-password"
        form=${email_form} hint=${no_password} />
      <button class="button" aria-disabled=${email_form.busy}>Change the email</button>
    </form>
  </section>`;
}

/** @param {{user: import("./types").User}} props */
function Password({ user }) {
  const form = use_form(change_password);
  return html`<section class="panel" aria-labelledby="p-password"><h2 id="p-password">Password</h2>
    <p class="quiet">All other sessions end, and tokens for scripts are revoked.</p>
    <form onSubmit=${form.submit} noValidate>
      <${General} form=${form} />
      <${Username} user=${user} />
      <${PasswordField} name="current_password" id="f-password-now" label="Password so far" autocomplete="current-password"
        form=${form} hint=${no_password} />
      <${PasswordField} name="new_password" label="New password" autocomplete="new-password" form=${form}
        hint="8 characters or more" />
      <${PasswordField} name="again" label="New password again" autocomplete="new-password" form=${form} />
      <button class="button" aria-disabled=${form.busy}>Change the password</button>
    </form>
  </section>`;
}

/** Whose password it is: only password managers look at it. @param {{user: import("./types").User}} props */
function Username({ user }) {
  return html`<input class="unseen" type="text" autocomplete="username" value=${user.email} readonly tabindex="-1"
    aria-hidden="true" />`;
}

/**
 * Entries that are asked for when the page is opened, and again by the second value.
 * @template T
 * @param {() => Promise<T[]>} read
 * @returns {[T[] | null, () => void]}
 */
function use_entries(read) {
  const [entries, set_entries] = useState(/** @type {T[] | null} */ (null));
  const again = () => { read().then(set_entries, (error) => say(error.message, { bad: true })); };
  useEffect(again, []);
  return [entries, again];
}

/** Does something, then `after`; says why if it fails. @param {Promise<unknown>} doing @param {() => void} after */
function then(doing, after) {
  doing.then(after, (error) => say(error.message, { bad: true }));
}

function Sessions() {
  const [sessions, again] = use_entries(list_sessions);
  return html`<section class="panel" aria-labelledby="p-sessions"><h2 id="p-sessions">Sessions</h2>
    <ul class="entries">${(sessions ?? []).map((session) => html`<li key=${session.id}>
      <div class="what"><span dir="auto">${browser_name(session.user_agent)}</span>
        ${session.current && html` <strong>(this one)</strong>`}
        <p class="quiet">Last used ${format_due(session.last_used_at)}, since ${format_due(session.created_at)}</p></div>
      ${!session.current && html`<button type="button" class="button small"
        onClick=${() => then(end_session(session.id), again)}>Log out<span class="unseen"> ${browser_name(session.user_agent)}</span></button>`}
    </li>`)}</ul>
    ${sessions && sessions.length > 1 && html`<button type="button" class="button"
      onClick=${() => then(end_other_sessions(), again)}>Log out elsewhere</button>`}
  </section>`;
}

/** A browser's name out of what it calls itself. @param {string | null} agent */
function browser_name(agent) {
  if (!agent) return "Unknown program";
  const name = /Edg|OPR|Firefox|Chrome|Safari/.exec(agent)?.[0];
  const system = /Android|iPhone|iPad|Windows|Mac OS X|Linux/.exec(agent)?.[0];
  const names = /** @type {Record<string, string>} */ ({ Edg: "Edge", OPR: "Opera", "Mac OS X": "macOS" });
  if (!name) return agent.slice(0, 60);
  return (names[name] ?? name) + (system ? ` on ${names[system] ?? system}` : "");
}

/** @param {import("./types").ScriptToken} token */
function token_in_words({ scope, last_used_at, expires_at }) {
  return [
    scope === "read" ? "May read" : "May read and write",
    last_used_at ? `last used ${format_due(last_used_at)}` : "never used",
    expires_at && `valid until ${format_due(expires_at)}`,
  ].filter(Boolean).join(", ");
}

function Tokens() {
  const [tokens, again] = use_entries(list_tokens);
  const [made, set_made] = useState("");
  const form = use_form(async (values) => set_made(await create_token(values)), again);
  return html`<section class="panel" aria-labelledby="p-tokens"><h2 id="p-tokens">Tokens for scripts</h2>
    <p class="quiet">A script that reads or changes your tasks needs neither your password nor a session.</p>
    <div role="status">${made && html`<p>The new token. It is shown this once:</p>
      <code class="secret">${made}</code>`}</div>
    <ul class="entries">${(tokens ?? []).map((token) => html`<li key=${token.id}>
      <div class="what"><span dir="auto">${token.name}</span><p class="quiet">${token_in_words(token)}</p></div>
      <button type="button" class="button small" onClick=${() => then(revoke_token(token.id), again)}>
        Revoke<span class="unseen"> ${token.name}</span></button>
    </li>`)}</ul>
    <form onSubmit=${form.submit} noValidate>
      <${General} form=${form} />
      <${Field} name="name" id="f-token-name" label="What it is for" form=${form} autocomplete="off" maxlength="100" />
      <div class="field"><label for="f-scope">It may</label><select id="f-scope" name="scope">
        <option value="read">read</option><option value="write">read and write</option></select></div>
      <div class="field"><label for="f-days">Valid for</label><select id="f-days" name="days">
        <option value="30">30 days</option><option value="365">a year</option>
        <option value="">always</option></select></div>
      <button class="button" aria-disabled=${form.busy}>Make a token</button>
    </form>
  </section>`;
}

/** The formats by their names in the API, with what they are for. */
const formats = [
  ["json", "JSON, with everything"], ["csv", "CSV, for a spreadsheet"], ["ics", "iCalendar, for a calendar"],
  ["todotxt", "todo.txt"],
];

function Export() {
  const form = use_form(({ format }) => export_tasks(format));
  const fault = form.fault("format");
  return html`<section class="panel" aria-labelledby="p-export"><h2 id="p-export">Export</h2>
    <form onSubmit=${form.submit} noValidate>
      <${General} form=${form} />
      <div class="field"><label for="f-format">Format</label><select id="f-format" name="format">
        ${formats.map(([name, words]) => html`<option value=${name}>${words}</option>`)}</select>
        ${fault && html`<span class="fault" role="alert">${fault}</span>`}</div>
      <button class="button" aria-disabled=${form.busy}>Save all tasks as a file</button>
    </form>
  </section>`;
}

/** @param {{user: import("./types").User}} props */
function Deletion({ user }) {
  const form = use_form(delete_account);
  const [sure, set_sure] = useState(false);
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const was_asked = useRef(false);
  const ask = (/** @type {boolean} */ now) => {
    was_asked.current = true;
    set_sure(now);
  };
  useEffect(() => {
    if (was_asked.current) focus_again(place.current?.querySelector(sure ? "#f-deletion-password" : "button"));
  }, [sure]);
  return html`<section class="panel" aria-labelledby="p-deletion" ref=${place}><h2 id="p-deletion">Delete the account</h2>
    <p class="quiet">You, all your tasks and all sessions are gone at once. This cannot be undone.</p>
    ${sure ? html`<form onSubmit=${form.submit} noValidate>
        <${General} form=${form} />
        <${Username} user=${user} />
        <${PasswordField} name="current_password" id="f-deletion-password" label="Your password" autocomplete="current-password"
          form=${form} hint=${no_password} />
        <div class="buttons"><button class="button danger" aria-disabled=${form.busy}>Delete everything</button>
          <button class="button" type="button" onClick=${() => ask(false)}>Keep it</button></div>
      </form>` : html`<button type="button" class="button danger" onClick=${() => ask(true)}>
        Delete the account…</button>`}
  </section>`;
}

/** What is wrong with a form as a whole. @param {{form: import("./fields.js").Form}} props */
function General({ form }) {
  return form.fault("") ? html`<p class="alert" role="alert">${form.fault("")}</p>` : null;
}
