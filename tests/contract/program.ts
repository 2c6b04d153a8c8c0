// A client as somebody writes it who has nothing but the document: plain fetch, and the types that
// openapi-typescript makes of the document ("taskdock-api"). It must compile, and it must work.

import type { paths } from "taskdock-api";

type Method = "get" | "post" | "put" | "patch" | "delete";

type OperationAt<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;

type BodyOf<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : never;
type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? Q : never;
type PathOf<O> = O extends { parameters: { path: infer P } } ? P : never;
type ResponsesOf<O> = O extends { responses: infer R } ? R : never;
type ContentOf<R> = R extends { content: { "application/json": infer C } } ? C : undefined;

/** What comes back: to look at `status` is to know the type of `body`. */
type AnswerOf<O> = {
  [Status in keyof ResponsesOf<O>]: { status: Status; body: ContentOf<ResponsesOf<O>[Status]> };
}[keyof ResponsesOf<O>];

interface Request<O> {
  token?: string;
  body?: BodyOf<O>;
  query?: QueryOf<O>;
  parameters?: PathOf<O>;
}

class Client {
  constructor(private readonly origin: string) {}

  async call<P extends keyof paths, M extends Method>(
    method: M, path: P, request: Request<OperationAt<P, M>> = {},
  ): Promise<AnswerOf<OperationAt<P, M>>> {
    const parameters = (request.parameters ?? {}) as Record<string, string>;
    const url = new URL(path.replace(/{(\w+)}/g, (_, name) => parameters[name] ?? ""), this.origin);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      // Of a list, each element has a parameter of its own, but for priorities, which have commas.
      const values = Array.isArray(value) && name !== "priority" ? value : [value];
      for (const each of values) url.searchParams.append(name, String(each));
    }
    const headers = new Headers();
    if (request.token) headers.set("Authorization", `Bearer ${request.token}`);
    if (request.body) headers.set("Content-Type", "application/json");
    const response = await fetch(url, {
      method: method.toUpperCase(), headers, body: request.body && JSON.stringify(request.body),
    });
    const text = await response.text();
    const answer: unknown = {
      status: response.status, body: text === "" ? undefined : JSON.parse(text),
    };
    return answer as AnswerOf<OperationAt<P, M>>;
  }
}

/** Ends the program with what the server said is wrong. */
function refuse(answer: { status: unknown; body: unknown }): never {
  throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
}

/**
 * Signs up and logs in, creates two tasks, lists them, gives them tags, finds one of them, finishes and
 * deletes them, asks what has changed, restores one, and empties the trash. Then refreshes the tokens, makes and
 * revokes one for scripts, changes the profile and the password, and ends the session, or the whole account.
 */
export async function main(origin: string, email: string, leaves = false): Promise<string[]> {
  const told: string[] = [];
  const client = new Client(origin);
  const password = "correct horse battery";

  const signup = await client.call("post", "/api/auth/signup", { body: { email, password } });
  if (signup.status === 422) {
    for (const fault of signup.body.detail) told.push(`${fault.loc.join(".")}: ${fault.msg}`);
    return told;
  }
  if (signup.status !== 201) return refuse(signup);
  told.push(`${signup.body.name} signed up`);

  const login = await client.call("post", "/api/auth/login", { body: { email, password } });
  if (login.status !== 200) return refuse(login);
  const token: string = login.body.access_token;
  const owner: string = login.body.user.id;
  if (owner !== signup.body.id) throw new Error("somebody else is logged in");

  for (const title of ["Buy milk", "Walk the dog"]) {
    const created = await client.call("post", "/api/tasks", { token, body: { title } });
    if (created.status !== 201) return refuse(created);
    const description: string | null = created.body.description;
    told.push(`${created.body.title}, ${description ?? "nothing more to say"}`);
  }

  const batch = await client.call("post", "/api/tasks/batch", {
    token, body: { operations: [
      { op: "create", task: { title: "Call Bob", is_completed: true } },
      { op: "update", id: owner, task: { priority: null }, if_revision: 1 },
    ] },
  });
  // No task has the owner's id, so nothing of it is done.
  if (batch.status !== 404) return refuse(batch);
  told.push(batch.body.detail);

  const list = await client.call("get", "/api/{user_id}/tasks", {
    token, parameters: { user_id: owner }, query: { limit: 10, completed: false },
  });
  if (list.status !== 200) return refuse(list);
  const count: number = list.body.total;
  told.push(`${count} tasks, the newest is ${list.body.tasks[0]?.title}`);

  for (const { id } of list.body.tasks) {
    const tagged = await client.call("patch", "/api/tasks/{task_id}", {
      token, parameters: { task_id: id }, body: { tags: ["home", "errands"] },
    });
    if (tagged.status !== 200) return refuse(tagged);
  }
  const newTag = await client.call("patch", "/api/tags/{name}", {
    token, parameters: { name: "errands" }, body: { name: "out" },
  });
  if (newTag.status !== 200) return refuse(newTag);
  const tags = await client.call("get", "/api/tags", { token });
  if (tags.status !== 200) return refuse(tags);
  told.push(tags.body.tags.map(({ name, open }) => `${open} open for ${name}`).sort().join(", "));
  const walks = await client.call("get", "/api/tasks", { token, query: {
    q: "dog", tag: ["home", "!errands"], priority: ["high", "none"], due: "none", utc_offset: "+05:30", sort: "title",
  } });
  if (walks.status !== 200) return refuse(walks);
  told.push(`found: ${walks.body.tasks.map(({ title }) => title).join(", ")}`);

  const moved = await client.call("post", "/api/tasks/import", {
    token, query: { dry_run: true }, body: { tasks: [{ title: "From elsewhere", is_completed: true }] },
  });
  if (moved.status !== 200) return refuse(moved);
  const imported: number = moved.body.imported;
  told.push(`${imported} to import, ${moved.body.skipped} to skip`);

  for (const { id } of list.body.tasks) {
    const parameters = { task_id: id };
    const finished = await client.call("patch", "/api/tasks/{task_id}/complete", {
      token, parameters, body: { is_completed: true },
    });
    if (finished.status !== 200) return refuse(finished);
    const isCompleted: boolean = finished.body.is_completed;
    const dated = await client.call("put", "/api/tasks/{task_id}", {
      token, parameters, body: { title: finished.body.title, due_date: "2026-08-08", priority: "low" },
    });
    if (dated.status !== 200) return refuse(dated);
    told.push(`due ${dated.body.due_date}, priority ${dated.body.priority}`);
    const cleared = await client.call("patch", "/api/tasks/{task_id}", {
      token, parameters, body: { description: null },
    });
    if (cleared.status !== 200) return refuse(cleared);
    const deleted = await client.call("delete", "/api/tasks/{task_id}", { token, parameters });
    if (deleted.status !== 204) return refuse(deleted);
    const nothing: undefined = deleted.body;
    told.push(`${isCompleted ? "done" : "not done"} and deleted${nothing ?? ""}`);
  }

  const titles = new Map<string, string>();
  let deletions = 0;
  for (let since = 0, more = true; more;) {
    const page = await client.call("get", "/api/tasks/changes", { token, query: { since, limit: 1 } });
    if (page.status !== 200) return refuse(page);
    for (const change of page.body.changes) {
      if ("task" in change) titles.set(change.task.id, change.task.title);
      else deletions += titles.delete(change.deleted.id) ? 0 : 1;
    }
    ({ revision: since, has_more: more } = page.body);
  }
  told.push(`${titles.size} tasks and ${deletions} deletions`);

  const trash = await client.call("get", "/api/tasks/trash", { token, query: { limit: 1 } });
  if (trash.status !== 200) return refuse(trash);
  const last: string = trash.body.tasks[0]?.id ?? "nothing";
  const restored = await client.call("post", "/api/tasks/{task_id}/restore", { token, parameters: { task_id: last } });
  if (restored.status !== 200) return refuse(restored);
  const summary = await client.call("get", "/api/tasks/summary", { token, query: { utc_offset: "-03:00" } });
  if (summary.status !== 200) return refuse(summary);
  told.push(`${restored.body.title} is back, ${summary.body.trash} in the trash`);
  const emptied = await client.call("delete", "/api/tasks/trash", { token });
  if (emptied.status !== 204) return refuse(emptied);
  const ticket = await client.call("post", "/api/events/ticket", { token });
  if (ticket.status !== 201) return refuse(ticket);
  told.push(`a ticket of ${ticket.body.ticket.length} characters`);

  const refreshed = await client.call("post", "/api/auth/refresh", {
    body: { refresh_token: login.body.refresh_token },
  });
  if (refreshed.status !== 200) return refuse(refreshed);
  const { access_token: fresh, refresh_expires_in: seconds } = refreshed.body;
  const days: number = seconds / (24 * 60 * 60);
  told.push(`logged in for ${days} days`);

  const renamed = await client.call("patch", "/api/auth/me", {
    token: fresh, body: { name: "Ann B." },
  });
  if (renamed.status !== 200) return refuse(renamed);
  const sessions = await client.call("get", "/api/auth/sessions", {
    token: fresh, query: { limit: 5 },
  });
  if (sessions.status !== 200) return refuse(sessions);
  const here: string = sessions.body.sessions.find(({ current }) => current)?.id ?? "nowhere";
  told.push(`${renamed.body.name} is logged in ${sessions.body.total} times`);

  const made = await client.call("post", "/api/auth/tokens", {
    token: fresh, body: { name: "Report", scope: "read", expires_in: 3600 },
  });
  if (made.status !== 201) return refuse(made);
  const until: string = made.body.expires_at ?? "for ever";
  const refused = await client.call("post", "/api/tasks", { token: made.body.token, body: { title: "x" } });
  if (refused.status === 403) told.push(refused.body.detail);
  const tokens = await client.call("get", "/api/auth/tokens", { token: fresh });
  if (tokens.status !== 200) return refuse(tokens);
  for (const { id, name, scope, last_used_at, expires_at } of tokens.body.tokens) {
    // Its use is recorded soon, not at once.
    const lastUse: string = last_used_at ?? until;
    told.push(`${name} may ${scope}${lastUse <= until && expires_at === until ? ", until it expires" : ""}`);
    const revoked = await client.call("delete", "/api/auth/tokens/{token_id}", {
      token: fresh, parameters: { token_id: id },
    });
    if (revoked.status !== 204) return refuse(revoked);
  }

  const new_password = "correct horse battery staple";
  const changed = await client.call("put", "/api/auth/password", {
    token: fresh, body: { current_password: password, new_password },
  });
  if (changed.status !== 204) return refuse(changed);
  const elsewhere = await client.call("get", "/api/auth/me", { token: signup.body.access_token });
  told.push(`elsewhere the answer is ${elsewhere.status}`);

  const wrong = await client.call("delete", "/api/auth/me", {
    token: fresh, body: { current_password: password },
  });
  if (wrong.status === 403) told.push(wrong.body.detail);
  if (leaves) {
    const left = await client.call("delete", "/api/auth/me", {
      token: fresh, body: { current_password: new_password },
    });
    if (left.status !== 204) return refuse(left);
    told.push("gone");
    return told;
  }
  const ended = await client.call("delete", "/api/auth/sessions/{session_id}", {
    token: fresh, parameters: { session_id: here },
  });
  if (ended.status !== 204) return refuse(ended);
  const out = await client.call("post", "/api/auth/logout", { token: fresh });
  told.push(out.status === 401 ? "logged out" : "still there");
  return told;
}
