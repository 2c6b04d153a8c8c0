// Keeps the state in step with the server: events tell of each change, in whatever tab or program it was made.

import { as_shown, events, outbox } from "./client.js";
import { refresh_counts } from "./list_actions.js";
import { all_stale, with_tasks, without_task } from "./lists.js";
import { remind } from "./reminders.js";
import { change } from "./store.js";

/** @param {string} name @param {(detail: any) => void} act */
function on(name, act) {
  events.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));
}

/** Begins to follow what happens to the tasks of whoever is logged in. */
export function start_live() {
  on("task", (task) => {
    change((state) => with_tasks(state, as_shown([task])));
    refresh_counts();
  });
  on("task-deleted", ({ id }) => {
    change((state) => without_task(state, id));
    refresh_counts();
  });
  on("resync", () => {
    change(all_stale);
    refresh_counts();
  });
  on("reminder", (task) => remind(task, events.leads));
  on("state", () => {
    change(() => ({ connection: events.state }));
    if (events.state === "live") outbox.wake();
  });
  events.start();
}
