// A date never changes its form or its day, whatever zone a client or the server's machine is in.
// TASKDOCK_TEST_SEED=N makes other dates than the usual ones; a failure says which seed it had.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { call, signUp } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";
import { Random } from "./generate.mjs";

const seed = Number(process.env.TASKDOCK_TEST_SEED ?? 20260808);
const offsets = Array.from({ length: 26 * 4 + 1 }, (_, quarter) => quarter * 15 - 12 * 60); // minutes

const padded = (number, count = 2) => String(number).padStart(count, "0");

function zoneOf(offset) {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}`;
}

/** A wall-clock time on one of the days where zones differ most, or on any other. */
function wallClock(random) {
  const day = random.pick([
    "2024-02-28", "2024-02-29", "2024-03-01", "2025-12-31", "2026-01-01", "2026-03-29", "2026-10-25",
    "1969-12-31", "1970-01-01", "2100-02-28", "0001-01-02", "9999-12-30",
    `${random.integer(1900, 2100)}-${padded(random.integer(1, 12))}-${padded(random.integer(1, 28))}`,
  ]);
  const clock = random.pick(["00:00", "00:15", "11:59", "12:00", "14:00", "23:45", "23:59:59"]);
  return { day, time: `${day}T${clock}` };
}

for (const zone of ["UTC", "Etc/GMT+12", "Etc/GMT-14", "<X>3:30<Y>,M3.5.0,M10.5.0"]) {
  test(`a due date keeps its form and its day on a machine in ${zone}`, async () => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    const server = await startServer();
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
    after(() => server.stop());
    const { token } = await signUp(server);

    async function send(method, path, json) {
      const answer = await call(server, { method, path, token, json });
      assert.ok([200, 201].includes(answer.status), answer.text);
      return answer.json;
    }

    const random = new Random(seed);
    for (const offset of offsets) {
      const { day, time } = wallClock(random);
      const instant = time + zoneOf(offset);
      for (const [sent, kept] of [
        [day, day],
        [time, time],
        [instant, `${new Date(instant).toISOString().slice(0, -1)}000Z`],
      ]) {
        const seen = `${sent} with TASKDOCK_TEST_SEED=${seed}`;
        const created = await send("POST", "/api/tasks", { title: "x", due_date: sent });
        const path = `/api/tasks/${created.id}`;
        for (const task of [
          created,
          await send("PATCH", path, { title: "y" }),
          await send("PUT", path, { title: "z" }),
          await send("PATCH", `${path}/complete`, { completed: true }),
          await send("PATCH", path, { due_date: created.due_date, is_completed: false }),
          await send("PUT", path, { title: "z", due_date: created.due_date }),
          await send("GET", path),
          (await send("GET", "/api/tasks?limit=1")).tasks[0],
        ]) {
          assert.equal(task.due_date, kept, seen);
        }
      }
    }
  });
}
