// The whole screen, drawn from the state.

import { AccountPage } from "./account_page.js";
import { ConflictDialog, KeysDialog, MenuDialog, QuestionDialog, WaitingDialog } from "./dialogs.js";
import { focus_heading } from "./focus.js";
import { Notice } from "./notice.js";
import { html, useLayoutEffect, useReducer, useRef } from "./preact.js";
import { Bar, Side } from "./side.js";
import { SignIn } from "./sign_in.js";
import { get_state, subscribe } from "./store.js";
import { TasksPage } from "./tasks_page.js";
import { Toasts } from "./toasts.js";
import { view_of } from "./views.js";

export function App() {
  const [, draw] = useReducer((/** @type {number} */ count) => count + 1, 0);
  const state = get_state();
  useLayoutEffect(() => {
    const end = subscribe(() => draw(undefined));
    if (get_state() !== state) draw(undefined); // What is shown first has asked for something.
    return end;
  }, []);
  const { stage, route, dialog, conflict, question } = state;
  const screen = `${stage} ${route.name}/${route.tag ?? ""}`;
  const was = useRef(screen);
  useLayoutEffect(() => {
    if (was.current === screen) return; // the first one: the browser begins it
    was.current = screen;
    scrollTo(0, 0);
    // Whoever types a search, or has opened a task, goes on there.
    if (!document.activeElement?.closest(".find, .editor")) focus_heading();
  }, [screen]);
  if (stage === "starting") return null;
  if (stage === "out") return html`<${SignIn} signing_up=${route.name === "signup"} /><${Toasts} state=${state} />`;
  const view = view_of(route, state.day, state.sorts);
  return html`
    <a class="unseen skip" href="#main" onClick=${skip}>Skip to the tasks</a>
    <div class="frame">
      <${Side} state=${state} />
      <main class="column" id="main" tabindex="-1">
        <${Notice} state=${state} />
        ${view ? html`<${TasksPage} state=${state} view=${view} />` : html`<${AccountPage} state=${state} />`}
      </main>
      <${Bar} state=${state} />
    </div>
    <${Toasts} state=${state} />
    ${dialog === "keys" && html`<${KeysDialog} state=${state} />`}
    ${dialog === "menu" && html`<${MenuDialog} state=${state} />`}
    ${dialog === "waiting" && html`<${WaitingDialog} state=${state} />`}
    ${question && html`<${QuestionDialog} question=${question} />`}
    ${conflict && html`<${ConflictDialog} key=${conflict.theirs.revision} conflict=${conflict} />`}`;
}

/** The hash is the application's route, so that the link's own way would leave the view. @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
