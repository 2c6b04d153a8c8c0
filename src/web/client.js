// The one client of the API, the outbox through which changes of tasks go to it, and the events that come from it.

import { Api } from "./api.js";
import { Events } from "./events.js";
import { Outbox } from "./outbox.js";
import { new_tasks, overlay } from "./outbox_rules.js";

/** @typedef {import("./types").Task} Task */

export const api = new Api();
export const outbox = new Outbox({ api });
export const events = new Events({ api });

/** Tasks of the server with what waits for them; those that are to be deleted are left out. @param {Task[]} tasks */
export function as_shown(tasks) {
  return /** @type {Task[]} */ (tasks.map((task) => overlay(task, outbox.pending)).filter((task) => task !== null));
}

/** The new tasks that the server does not know yet. */
export function unsent_tasks() {
  return new_tasks(outbox.pending);
}
