// Reminders: a message in the page, or a notification of the browser once somebody has asked for those.

import { html, useState } from "./preact.js";
import { keep, kept } from "./preferences.js";
import { open_task } from "./task_actions.js";
import { say } from "./toasts.js";

function may_notify() {
  return "Notification" in globalThis && Notification.permission === "granted" && kept("notify") === true;
}

/**
 * Reminds of a task. All tabs are told of a reminder; the one that leads notifies, so that it is done once.
 * @param {import("./types").Task} task
 * @param {boolean} leads
 */
export function remind(task, leads) {
  if (may_notify()) {
    if (leads) notify(task);
  } else if (document.visibilityState === "visible") {
    remind_here(task);
  }
}

/** @param {import("./types").Task} task */
function remind_here(task) {
  say(`Reminder: “${task.title}”`, { open: () => open_task(task) });
}

/** @param {import("./types").Task} task */
function notify(task) {
  try {
    const notification = new Notification(task.title, {
      body: task.description ?? "", tag: task.id, icon: "./icon.svg",
    });
    notification.addEventListener("click", () => {
      window.focus();
      open_task(task);
      notification.close();
    });
  } catch {
    remind_here(task); // phones allow notifications to service workers alone
  }
}

export function Reminders() {
  const known = "Notification" in globalThis;
  const [allowed, set_allowed] = useState(known ? Notification.permission : "denied");
  const [on, set_on] = useState(may_notify());
  async function set(/** @type {boolean} */ wanted) {
    set_on(wanted); // also while the browser asks
    const permission = wanted ? await Notification.requestPermission() : allowed;
    keep("notify", wanted && permission === "granted");
    set_allowed(permission);
    set_on(may_notify());
  }
  return html`<section class="panel" aria-labelledby="p-reminders"><h2 id="p-reminders">Reminders</h2>
    <p class="quiet">Reminders are shown in the page while it is open in a tab. They can be notifications of your
      system.</p>
    ${allowed === "denied" ? html`<p class="quiet">This browser does not allow notifications here.</p>` : html`
      <label class="tick"><input type="checkbox" checked=${on} onChange=${(/** @type {Event} */ event) =>
        set(/** @type {HTMLInputElement} */ (event.currentTarget).checked)} /> Notify me of reminders</label>`}
  </section>`;
}
