// Logging in and out, and what a person may change of the account.

import { ApiError } from "./api.js";
import { api, outbox } from "./client.js";
import { change } from "./store.js";
import { say } from "./toasts.js";

/** Whether this server logs a local user in by the launch token. The page that it serves says so. */
export function has_local_user() {
  return start_word("local-user") === "yes";
}

/** Whether people can sign up here, as far as the page says. */
export function can_sign_up() {
  return start_word("signup") !== "closed";
}

/** @param {string} name */
function start_word(name) {
  return document.querySelector(`meta[name="taskdock-${name}"]`)?.getAttribute("content");
}

/** @param {{email: string, password: string, name: string}} values */
export async function sign_up({ email, password, name }) {
  await api.sign_up({ email, password, ...(name.trim() && { name }) });
}

/** @param {{email: string, password: string}} values */
export async function log_in({ email, password }) {
  await api.log_in({ email, password });
}

/** Logs out. If changes wait, that is asked before. */
export function log_out() {
  const count = outbox.pending.length;
  if (count === 0) return void api.log_out();
  change(() => ({ dialog: null, question: {
    text: "Log out now?",
    more: `${count === 1 ? "A change has" : `${count} changes have`} not reached the server. They stay in this browser, ` +
      "and go out when you log in here again.",
    yes: "Log out",
    act: () => void api.log_out(),
  } }));
}

/** Begins the session of the local user, if there is one. */
export async function launch() {
  await api.log_in_by_launch();
}

/** @returns {Promise<import("./types").SessionEntry[]>} */
export async function list_sessions() {
  return (await api.get("auth/sessions", { query: { limit: 100 } })).sessions;
}

/** @param {string} id */
export async function end_session(id) {
  await api.delete(`auth/sessions/${id}`);
}

/** Logs out everywhere but here. */
export async function end_other_sessions() {
  await api.delete("auth/sessions");
  say("Logged out everywhere else");
}

/** Changes name or email. @param {Record<string, string>} values */
export async function change_profile(values) {
  const user = await api.patch("auth/me", { body: without_empty_password(values) });
  api.session.update_user(user);
  say("Changed");
}

/** @param {{current_password: string, new_password: string, again: string}} values */
export async function change_password({ current_password, new_password, again }) {
  if (new_password !== again) {
    const msg = "The two passwords differ";
    throw new ApiError(422, msg, { detail: [{ loc: ["body", "again"], msg }] });
  }
  await api.put("auth/password", { body: without_empty_password({ current_password, new_password }) });
  say("The password is changed; all other sessions have ended");
}

/** @param {Record<string, string>} values */
export async function delete_account(values) {
  const user = api.session.user?.id ?? "";
  api.session.expect_end("deleted");
  try {
    await api.delete("auth/me", { body: without_empty_password(values) });
  } catch (error) {
    api.session.expect_end();
    throw error;
  }
  await outbox.clear(user).finally(() => api.session.end("deleted"));
}

/** Asks again who is logged in, as name or email may have been changed elsewhere. What is known stays if there is no answer. */
export async function refresh_profile() {
  try {
    api.session.update_user(await api.get("auth/me"));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** @returns {Promise<import("./types").ScriptToken[]>} */
export async function list_tokens() {
  return (await api.get("auth/tokens", { query: { limit: 100 } })).tokens;
}

/**
 * Makes a token for scripts.
 * @param {{name: string, scope: string, days: string}} values
 * @returns {Promise<string>} the token itself, which is known only now
 */
export async function create_token({ name, scope, days }) {
  const body = { name, scope, ...(days && { expires_in: Number(days) * 86_400 }) };
  return (await api.post("auth/tokens", { body })).token;
}

/** @param {string} id */
export async function revoke_token(id) {
  await api.delete(`auth/tokens/${id}`);
}

/** Saves all tasks as a file. @param {string} format */
export async function export_tasks(format) {
  const { body, headers } = await api.request("GET", "tasks/export", { query: { format }, timeout: 0 });
  const text = typeof body === "string" ? body : JSON.stringify(body, null, 2);
  const [, name = `tasks.${format}`] = /filename="([^"]+)"/.exec(headers.get("content-disposition") ?? "") ?? [];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: headers.get("content-type") ?? "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Whoever has no password leaves it empty, and none is sent. @param {Record<string, string>} values */
function without_empty_password({ current_password, ...others }) {
  return current_password ? { ...others, current_password } : others;
}
