// Parents that start Taskdock and write as fast as they can. Each prints the title of a task, one a line, once it has
// been acknowledged, and never ends by itself. Arguments: Taskdock's; $TOKEN is an access token.

export const writers = {
  node: ["node", "--input-type=module", "--eval", `
    import { spawn } from "node:child_process";
    import { once } from "node:events";
    import { createInterface } from "node:readline";
    import { writeSync } from "node:fs";
    const child = spawn(process.env.TASKDOCK, process.argv.slice(1), {
      stdio: ["pipe", "pipe", "inherit", "inherit"],
    });
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    const { url } = JSON.parse(line);
    const headers = { "Authorization": "Bearer " + process.env.TOKEN, "Content-Type": "application/json" };
    async function write(writer) {
      for (let count = 0; ; ++count) {
        const title = [process.pid, writer, count].join("-");
        const { status } = await fetch(url + "/api/tasks", { method: "POST", headers, body: JSON.stringify({ title }) });
        if (status === 201) writeSync(1, title + "\\n");
      }
    }
    for (let writer = 0; writer < 8; ++writer) write(writer);`, "--"],
  python: ["python3", "-c", `
import http.client, json, os, subprocess, sys, threading, urllib.parse
child = subprocess.Popen([os.environ["TASKDOCK"], *sys.argv[1:]],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[3])
port = json.loads(child.stdout.readline())["port"]
headers = {"Authorization": "Bearer " + os.environ["TOKEN"], "Content-Type": "application/json"}
def write(writer):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    count = 0
    while True:
        title = f"{os.getpid()}-{writer}-{count}"
        connection.request("POST", "/api/tasks", json.dumps({"title": title}), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 201:
            os.write(1, (title + "\\n").encode())
        count += 1
for writer in range(4):
    threading.Thread(target=write, args=[writer]).start()`],
};
