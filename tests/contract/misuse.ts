// Every line that says "wrong" is an error to a compiler that has read the document, and no other.

import type { components, operations, paths } from "taskdock-api";

type Schemas = components["schemas"];

declare const task: Schemas["Task"];
declare const list: Schemas["TaskList"];
declare const trash: Schemas["TrashList"];
declare const summary: Schemas["TaskSummary"];
declare const session: Schemas["SignupResponse"];
declare const sessions: Schemas["SessionList"];
declare const scriptToken: Schemas["ScriptToken"];
declare const error: Schemas["ErrorResponse"];
declare const invalid: Schemas["ValidationErrorResponse"];

export const content: Schemas["TaskContent"] = { title: "Buy milk" };
export const untitled: Schemas["TaskContent"] = { description: "Two bottles" }; // wrong
export const numbered: Schemas["TaskContent"] = { title: 1 }; // wrong
export const urgent: Schemas["TaskContent"] = { title: "x", due_date: "2026-08-08", priority: "urgent" };
export const pressing: Schemas["TaskContent"] = { title: "x", priority: "pressing" }; // wrong
export const operation: Schemas["Batch"]["operations"][0] = { op: "complete", id: task.id };
export const unknownOperation: Schemas["Batch"] = { operations: [{ op: "remove", id: task.id }] }; // wrong
export const withoutId: Schemas["Batch"] = { operations: [{ op: "delete" }] }; // wrong
export const undated: Schemas["TaskReplacement"] = { title: "x", due_date: null, remind_at: null };
export const numberedDate: Schemas["TaskReplacement"] = { title: "x", due_date: 20260808 }; // wrong
export const completedAt: Schemas["TaskPatch"]["completed_at"] = null; // wrong
export const whenCompleted: string | null = task.completed_at;
export const priority: "low" | "medium" | "high" | "urgent" | null = task.priority;
export const alwaysDue: string = task.due_date; // wrong
export const weekly: Schemas["TaskPatch"] = { recurrence: "FREQ=WEEKLY", recurrence_from: "completion" };
export const fromToday: Schemas["TaskPatch"] = { recurrence_from: "today" }; // wrong
export const fromNothing: Schemas["TaskPatch"] = { recurrence_from: null }; // wrong
export const from: "due" | "completion" = task.recurrence_from;
export const following: string | null = task.next_task_id;
export const cleared: Schemas["TaskPatch"] = { description: null };
export const nulled: Schemas["TaskPatch"] = { title: null }; // wrong
export const halfDone: Schemas["TaskPatch"] = { is_completed: "half" }; // wrong
export const anonymous: Schemas["SignupRequest"] = { email: "ann@example.com" }; // wrong
export const title: string = task.title;
export const always: string = task.description; // wrong
export const owner: string = task.owner; // wrong
export const total: number = list.total;
export const text: string = list.total; // wrong
export const first: string | undefined = list.tasks[0]?.id;
export const name: string = session.user.name;
export const topLevel: string = session.email;
export const secret = session.password_hash; // wrong
export const refreshing: Schemas["RefreshRequest"] = { refresh_token: session.refresh_token };
export const tokenless: Schemas["RefreshRequest"] = {}; // wrong
export const renamed: Schemas["ProfileChange"] = { name: "Ann B." };
export const renumbered: Schemas["ProfileChange"] = { name: 2 }; // wrong
export const changed: Schemas["PasswordChange"] = { new_password: "correct horse" };
export const unchanged: Schemas["PasswordChange"] = { current_password: "correct horse" }; // wrong
export const agent: string | null | undefined = sessions.sessions[0]?.user_agent;
export const token = sessions.sessions[0]?.refresh_token; // wrong
export const reading: Schemas["ScriptTokenRequest"] = { name: "Report", scope: "read", expires_in: null };
export const nameless: Schemas["ScriptTokenRequest"] = { scope: "read" }; // wrong
export const almighty: Schemas["ScriptTokenRequest"] = { name: "Report", scope: "admin" }; // wrong
export const lastUse: string | null = scriptToken.last_used_at;
export const shownAgain: string = scriptToken.token; // wrong
export const unasked: operations["delete_me"]["requestBody"] = undefined; // wrong
export const detail: string = error.detail;
export const shown: string = error.message + invalid.message;
export const message: string = invalid.detail; // wrong
export const where: string | number | undefined = invalid.detail[0]?.loc[0];
export const query: operations["list_tasks"]["parameters"]["query"] = { limit: 20, completed: true };
export const maybe: operations["list_tasks"]["parameters"]["query"] = { completed: "maybe" }; // wrong
type ListQuery = NonNullable<operations["list_tasks"]["parameters"]["query"]>;
export const filtered: ListQuery = {
  q: "milk", tag: ["home", "!work"], priority: ["high", "none"], due: "overdue", utc_offset: "+05:30", sort: "-due_date",
};
export const untagged: ListQuery = { tag: "home" }; // wrong
export const pressingOnes: ListQuery = { priority: ["pressing"] }; // wrong
export const yesterday: ListQuery = { due: "yesterday" }; // wrong
export const byOwner: ListQuery = { sort: "owner" }; // wrong
export const tags: readonly string[] = task.tags;
export const tagged: Schemas["TaskContent"] = { title: "x", tags: ["home"] };
export const taggedByText: Schemas["TaskContent"] = { title: "x", tags: "home, work" };
export const taggedByNumber: Schemas["TaskContent"] = { title: "x", tags: 7 }; // wrong
export const deletedAt: string | undefined = trash.tasks[0]?.deleted_at;
export const alive = task.deleted_at; // wrong
export const overdue: number = summary.overdue;
export const late: number = summary.late; // wrong
export const which: operations["end_session"]["parameters"]["path"] = { session_id: session.id };
export const place: operations["get_task"]["parameters"]["path"] = {}; // wrong
export type Created = operations["create_task"]["responses"][201];
export type Accepted = operations["create_task"]["responses"][202]; // wrong
export type Refreshed = operations["refresh_session"]["responses"][200 | 401 | 429];
export type LoggedOut = operations["log_out"]["responses"][200]; // wrong
export type Me = paths["/api/auth/me"]["get"];
export type You = paths["/api/auth/you"]["get"]; // wrong
