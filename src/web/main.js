// The start: who is logged in, what is shown, and what keeps it so.

import { has_local_user, launch } from "./account_actions.js";
import { App } from "./app.js";
import { api } from "./client.js";
import { today, until_next_day } from "./days.js";
import { hold_focus } from "./focus.js";
import { keep_page } from "./keep_page.js";
import { start_keyboard } from "./keyboard.js";
import { forget_counts, refresh_counts } from "./list_actions.js";
import { start_live } from "./live.js";
import { html, render } from "./preact.js";
import { kept } from "./preferences.js";
import { read_route, write_route } from "./route.js";
import { change, get_state } from "./store.js";
import { say } from "./toasts.js";
import { start_outbox } from "./waiting.js";

/** Takes a launch token out of the address. The server has done so, unless this page was opened while it was away. */
function forget_launch_token() {
  const address = new URL(location.href);
  if (!address.searchParams.has("launch")) return;
  address.searchParams.delete("launch");
  history.replaceState(history.state, "", address);
}

function follow_address() {
  let route = read_route(location.hash);
  // Somebody who is logged in has no need of the way in.
  if (get_state().stage === "in" && (route.name === "login" || route.name === "signup")) {
    route = { name: "today" };
    history.replaceState(null, "", write_route(route));
  }
  change(() => ({ route, editing: null, active: null, dialog: null }));
}

/** Who was logged in last, whose the address is. @type {string | undefined} */
let last_user;

/** Ends the message that the session has ended. */
let unsay_end = () => {};

/** The state of nobody, or of another user than before: nothing of one user is shown to another. */
function follow_session() {
  const { user } = api.session;
  const before = get_state().user;
  if (user?.id === before?.id && get_state().stage !== "starting") return change(() => ({ user }));
  forget_counts();
  change(() => ({
    stage: user ? "in" : "out", user, tasks: new Map(), lists: new Map(), leaving: new Set(), tags: [], summary: null,
    due_count: 0,
    editing: null, active: null, toasts: [], conflict: null, dialog: null, question: null, waiting: [],
    connection: "connecting",
  }));
  if (user && last_user && user.id !== last_user) history.replaceState(null, "", write_route({ name: "today" }));
  last_user = user?.id ?? last_user;
  follow_address();
  if (!user) return;
  refresh_counts(0);
  keep_page();
}

function follow_day() {
  change(({ day }) => (day === today() ? {} : { day: today() }));
  setTimeout(follow_day, Math.min(until_next_day() + 50, 600_000)); // A machine that slept has lost time.
}

api.session.addEventListener("began", follow_session);
api.session.addEventListener("changed", follow_session);
api.session.addEventListener("ended", (event) => {
  follow_session();
  unsay_end();
  const { detail: reason } = /** @type {CustomEvent<import("./session.js").EndReason>} */ (event);
  if (reason === "elsewhere") unsay_end = say("Your session has ended. Log in again.");
  else if (reason === "deleted") unsay_end = say("The account was deleted.");
  else if (reason === "replaced") unsay_end = say(`${api.session.user?.name} has logged in, in another tab.`);
});
addEventListener("hashchange", follow_address);
addEventListener("visibilitychange", () => change(({ day }) => (day === today() ? {} : { day: today() })));

forget_launch_token();
change(() => ({ keys_on: kept("keys") !== false, sorts: kept("sorts") ?? {} }));
follow_day();
start_keyboard();
start_outbox();
start_live();
if (!api.session.user && has_local_user()) await launch().catch(() => {});
if (get_state().stage === "starting") follow_session();
const screen_place = /** @type {HTMLElement} */ (document.getElementById("app"));
screen_place.replaceChildren(); // The picture that was seen until now.
hold_focus(screen_place);
render(html`<${App} />`, screen_place);
