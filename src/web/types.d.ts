// The types that several modules share. Those of the API are made of its OpenAPI document. Only TypeScript reads this
// file.

import type { components } from "taskdock-api";

import type { Route } from "./route.js";

export type { Route };

type Schemas = components["schemas"];

/** `deleted_at` in the trash only. */
export type Task = Schemas["Task"] & Partial<Pick<Schemas["TrashedTask"], "deleted_at">>;
export type User = Schemas["User"];
export type Tag = Schemas["Tag"];
export type Summary = Schemas["TaskSummary"];
export type SessionEntry = Schemas["SessionEntry"];
export type ScriptToken = Schemas["ScriptToken"];

/** What a person may change of a task. */
export type Edit = Partial<Pick<Task,
  "title" | "description" | "due_date" | "remind_at" | "priority" | "tags" | "recurrence" | "recurrence_from">>;

/** The tasks of one view, as far as they are loaded. */
export interface List {
  ids: string[];
  /** Where the next page begins; null if there is none. */
  cursor: string | null;
  total: number;
  total_exact: boolean;
  /** "stale": shown, and to be asked for again. */
  state: "loading" | "ready" | "failed" | "stale";
  message?: string;
}

export interface Toast {
  id: number;
  text: string;
  undo?: () => Promise<unknown>;
  open?: () => void;
  bad?: boolean;
}

/** A change that met another one: `number` is its entry's in the outbox. */
export interface Conflict { number: number; mine: Edit; base: Task; theirs: Task }

/** A change that waits for the server. `met`: it was refused as it met another one. */
export interface Waiting { id: string; text: string; failed?: string; met?: boolean }

/** Something to be asked before it is done. */
export interface Question { text: string; more: string; yes: string; act: () => void }

export interface State {
  stage: "starting" | "out" | "in";
  user: User | null;
  route: Route;
  tasks: Map<string, Task>;
  lists: Map<string, List>;
  /** How often tasks or lists were changed by something else than the reading of a list. */
  changes: number;
  /** Completed tasks that stay in their list for a moment, until they have faded. */
  leaving: Set<string>;
  tags: Tag[];
  summary: Summary | null;
  /** How many open tasks are due today or earlier. */
  due_count: number;
  /** How each view is sorted, where that is not its own order. */
  sorts: Record<string, string>;
  /** The id of the task that is open for changes. */
  editing: string | null;
  /** The id of the task that the keyboard is on. */
  active: string | null;
  toasts: Toast[];
  conflict: Conflict | null;
  dialog: "keys" | "menu" | "waiting" | null;
  question: Question | null;
  connection: "connecting" | "live" | "away";
  waiting: Waiting[];
  /** Today's date, by which due dates are judged. */
  day: string;
  /** Whether single keys are shortcuts. */
  keys_on: boolean;
}
