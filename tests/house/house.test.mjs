// The house's rules (map.json) hold in the sources, and the check finds whatever breaks them.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { projectDirectory } from "../testing/server.mjs";
import { findViolations } from "./check.mjs";

const map = JSON.parse(await readFile(new URL("map.json", import.meta.url), "utf8"));

test("the sources keep the rules of map.json", async () => {
  assert.deepEqual(await findViolations(projectDirectory, map), []);
});

/** What is found in a house of these files alone: `{ "src/api/a.cpp": "text", … }`. */
async function violationsOf(files) {
  const root = await mkdtemp(join(tmpdir(), "taskdock-house-"));
  try {
    await Promise.all(["src", "tests"].map((folder) => mkdir(join(root, folder))));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
    return await findViolations(root, map);
  } finally {
    await rm(root, { recursive: true });
  }
}

const including = (name, ...included) => ({ [name]: included.map((each) => `#include ${each}\n`).join("") });

test("what the map allows is no violation", async () => {
  assert.deepEqual(await violationsOf({
    ...including("src/main.cpp", '"cli/cli.h"'),
    ...including("src/cli/serve.cpp", '"http/server.h"', '"api/routes.h"', '"store/store.h"', "<CLI/CLI.hpp>"),
    ...including("src/http/server.cpp", '"api/router.h"', '"support/log.h"', "<httplib.h>"),
    ...including("src/system/posix/socket.cpp", '"system/socket.h"', "<sys/socket.h>"),
    ...including("src/api/call.h", '"store/store.h"', '"security/token.h"', "<nlohmann/json.hpp>"),
    ...including("src/store/store.cpp", '"store/sqlite/writer.h"'),
    ...including("src/store/sqlite/writer.cpp", '"store/errors.h"', "<SQLiteCpp/Database.h>", "<sqlite3.h>"),
    ...including("src/support/uuid.cpp", '"support/random.h"', "<vector>"),
  }), []);
});

for (const [name, included, reason] of [
  ["src/main.cpp", '"http/server.h"', "main.cpp may not know http"],
  ["src/http/server.cpp", '"store/store.h"', "http may not know store"],
  ["src/api/call.h", '"http/server.h"', "api may not know http"],
  ["src/api/call.h", '"store/sqlite/writer.h"', "api may not know store/sqlite"],
  ["src/api/call.cpp", "<httplib.h>", "which only http may"],
  ["src/api/call.cpp", "<sqlite3.h>", "which only store/sqlite may"],
  ["src/security/token.cpp", '"store/types.h"', "security may not know store"],
  ["src/store/store.h", "<SQLiteCpp/Database.h>", "which only store/sqlite may"],
  ["src/store/sqlite/writer.h", '"api/errors.h"', "store/sqlite may not know api"],
  ["src/support/log.h", '"security/token.h"', "support may not know security"],
  ["src/support/log.cpp.in", ' "cli/cli.h"', "support may not know cli"],
  ["src/system/socket.h", '"support/text.h"', "system may not know support"],
  ["src/system/socket.h", "<sys/socket.h>", "which only system/posix may"],
  ["src/http/connection.cpp", "<unistd.h>", "which only system/posix may"],
  ["src/http/connection.cpp", '"system/posix/stat.h"', "http may not know system/posix"],
  ["src/api/call.cpp", '"call.h"', "write its path from src/"],
  ["src/cellar/wine.cpp", "<vector>", "is in no room of the map"],
]) {
  test(`${name} may not include ${included.trim()}`, async () => {
    const [violation, ...others] = await violationsOf(including(name, included));
    assert.deepEqual(others, []);
    assert.ok(violation?.startsWith(name) && violation.includes(reason), violation);
  });
}

test("the HTTP library is named in few files", async () => {
  const files = [1, 2, 3].map((number) => including(`src/http/${number}.cpp`, "<httplib.h>"));
  assert.deepEqual(await violationsOf({ ...files[0], ...files[1] }), []);
  const [violation] = await violationsOf(Object.assign({}, ...files));
  assert.match(violation, /src\/http\/3\.cpp: httplib\.h is for at most 2 files/);
});

test("a file has no more lines than it may", async () => {
  for (const [name, limit] of [["src/api/a.cpp", 400], ["src/api/pages/a.css", 400], ["tests/api/a_test.cpp", 600]]) {
    assert.deepEqual(await violationsOf({ [name]: "\n".repeat(limit) }), []);
    assert.deepEqual(await violationsOf({ [name]: "\n".repeat(limit + 1) }), [`${name} has more than ${limit} lines`]);
  }
});

test("a limit is called max", async () => {
  const [violation] = await violationsOf({ "src/api/a.h": "constexpr int most_tasks = 3;\n" });
  assert.match(violation, /^src\/api\/a\.h has the name most_tasks/);
  assert.deepEqual(await violationsOf({ "src/api/a.h": "// almost_all of the tasks, most of them\n" }), []);
});

test("the name of a case has no semicolon", async () => {
  const violationsIn = (text) => violationsOf({ "tests/api/a_test.cpp": text });
  assert.deepEqual(await violationsIn('TEST_CASE("api/a: one thing, and another") {\n  f(); }\n'), []);
  for (const text of [
    'TEST_CASE("api/a: one thing; another") {\n}\n',
    'TEST_CASE_FIXTURE(Stage,\n                  "api/a: one thing; "\n                  "another") {\n}\n',
  ]) {
    const [violation] = await violationsIn(text);
    assert.match(violation, /^tests\/api\/a_test\.cpp has a case that CTest does not run/);
  }
});
