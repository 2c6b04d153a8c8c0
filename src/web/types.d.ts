// The types that several modules share; only TypeScript reads this file.

import type { Route } from "./route.js";

export type { Route };

export type Priority = "low" | "medium" | "high" | "urgent";

/** A task as the API answers it. */
export interface Task {
  id: string;
  title: string;
  description: string | null;
  due_date: string | null;
  remind_at: string | null;
  priority: Priority | null;
  tags: string[];
  recurrence: string | null;
  recurrence_from: "due" | "completion";
  is_completed: boolean;
  completed_at: string | null;
  parent_task_id: string | null;
  next_task_id: string | null;
  user_id: string;
  created_at: string;
  updated_at: string;
  revision: number;
  /** In the trash only. */
  deleted_at?: string;
}

/** What a person may change of a task. */
export type Edit = Partial<Pick<Task,
  "title" | "description" | "due_date" | "remind_at" | "priority" | "tags" | "recurrence" | "recurrence_from">>;

export interface User { id: string; email: string; name: string; created_at: string }
export interface Tag { name: string; open: number; total: number }
export interface Summary {
  open: number; completed: number; overdue: number; due_today: number; due_week: number; no_due: number; trash: number;
}

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
  bad?: boolean;
}

/** A change that met another one: `number` is its entry's in the outbox. */
export interface Conflict { number: number; mine: Edit; base: Task; theirs: Task }

/** A change that waits for the server. */
export interface Waiting { id: string; text: string; failed?: string }

export interface State {
  stage: "starting" | "out" | "in";
  user: User | null;
  /** Logged in by the launch token: there may be no password. */
  local_user: boolean;
  route: Route;
  tasks: Map<string, Task>;
  lists: Map<string, List>;
  /** Completed tasks that stay in their list for a moment, until they have faded. */
  leaving: Map<string, string>;
  tags: Tag[];
  summary: Summary | null;
  /** How each view is sorted, where that is not its own order. */
  sorts: Record<string, string>;
  /** The id of the task that is open for changes. */
  editing: string | null;
  /** The id of the task that the keyboard is on. */
  active: string | null;
  toasts: Toast[];
  conflict: Conflict | null;
  dialog: "keys" | "menu" | "waiting" | null;
  connection: "connecting" | "live" | "away";
  waiting: Waiting[];
  /** Today's date, by which due dates are judged. */
  day: string;
  /** Whether single keys are shortcuts. */
  keys_on: boolean;
}
