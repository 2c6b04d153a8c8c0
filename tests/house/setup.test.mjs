// What scripts/setup.sh installs is what its purposes take.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { projectDirectory } from "../testing/server.mjs";

/** The packages for `purpose`, as setup.sh names them where there is no Debian to install them. */
async function packagesFor(purpose) {
  const { stderr } = await promisify(execFile)(
    "/bin/bash", [join(projectDirectory, "scripts/setup.sh"), purpose], { env: { PATH: "/nowhere" } });
  const list = /install the equivalents of: (.*)/.exec(stderr)?.[1];
  assert.ok(list, stderr);
  return list.split(" ");
}

test("who builds it can also run smoke.sh and the examples of the README", async () => {
  const smoke = await readFile(join(projectDirectory, "scripts/smoke.sh"), "utf8");
  assert.match(smoke, /\$\(curl /);
  assert.ok((await packagesFor("build")).includes("curl"));
});
