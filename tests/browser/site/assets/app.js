// A small single-page application: it signs up or continues as the local user, and adds tasks.

const element = (id) => document.getElementById(id);
let token;

async function call(method, path, body) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return answer;
}

async function showTasks() {
  const { tasks } = await call("GET", "/api/tasks");
  element("tasks").replaceChildren(...tasks.map(({ title }) =>
    Object.assign(document.createElement("li"), { textContent: title })));
}

async function begin(path, body) {
  ({ access_token: token } = await call("POST", path, body));
  element("signup").hidden = true;
  element("launch").hidden = true;
  element("add").hidden = false;
  await showTasks();
}

/** Does `work` when `event` happens to the element, and shows what goes wrong. */
function on(id, event, work) {
  element(id).addEventListener(event, async (happened) => {
    happened.preventDefault();
    try {
      await work(event === "submit" ? Object.fromEntries(new FormData(element(id))) : undefined);
    } catch (error) {
      element("error").textContent = error.message;
    }
  });
}

on("signup", "submit", (account) => begin("/api/auth/signup", account));
on("launch", "click", () => begin("/api/auth/launch"));
on("add", "submit", async (task) => {
  await call("POST", "/api/tasks", task);
  await showTasks();
});
element("place").textContent = location.pathname + location.search;
