// TypeScript types made of the document: a program that uses them well compiles, and works; what
// misuses them does not compile.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

import { fetchDocument } from "../testing/client.mjs";
import { startServer } from "../testing/server.mjs";

const sourceOf = (name) => fileURLToPath(new URL(name, import.meta.url));

let server;
let scratch;
let types;

before(async () => {
  server = await startServer();
  scratch = await mkdtemp(join(tmpdir(), "taskdock-types-"));
  types = join(scratch, "taskdock-api.d.ts");
  await writeFile(types, astToString(await openapiTS(await fetchDocument(server))));
});
after(async () => {
  await server.stop();
  await rm(scratch, { recursive: true, force: true });
});

/** What `tsc --strict --noEmit` says of a file, as `{line, message}`. */
function complaints(name) {
  const program = ts.createProgram([sourceOf(name)], {
    strict: true,
    noEmit: true,
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: [],
    paths: { "taskdock-api": [types] },
  });
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => ({
    file: file && basename(file.fileName),
    line: file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0,
    message: ts.flattenDiagnosticMessageText(messageText, " "),
  }));
}

test("a program that uses the types compiles", () => {
  assert.deepEqual(complaints("program.ts"), []);
});

test("and does what it says", async () => {
  const { outputText } = ts.transpileModule(await readFile(sourceOf("program.ts"), "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
  });
  const module = join(scratch, "program.mjs");
  await writeFile(module, outputText);
  const { main } = await import(module);
  assert.deepEqual(await main(server.origin, "ann@example.com"), [
    "ann signed up",
    "Buy milk, nothing more to say",
    "Walk the dog, nothing more to say",
    "Operation 1: Task not found",
    "2 tasks, the newest is Walk the dog",
    "2 open for home, 2 open for out",
    "found: Walk the dog",
    "1 to import, 0 to skip",
    "due 2026-08-08, priority low",
    "done and deleted",
    "due 2026-08-08, priority low",
    "done and deleted",
    "0 tasks and 2 deletions",
    "Buy milk is back, 1 in the trash",
    "a ticket of 43 characters",
    "logged in for 30 days",
    "Ann B. is logged in 2 times",
    "This token may only read",
    "Report may read, until it expires",
    "elsewhere the answer is 401",
    "Wrong password",
    "logged out",
  ]);
  assert.deepEqual((await main(server.origin, "bob@example.com", true)).at(-1), "gone");
  await assert.rejects(main(server.origin, "ann@example.com"), /^Error: 409: .*already registered/);
  assert.match((await main(server.origin, "nobody"))[0], /^body\.email: /);
});

test("a program that misuses them does not", async () => {
  const lines = (await readFile(sourceOf("misuse.ts"), "utf8")).split("\n");
  const wrong = lines.flatMap((line, index) => (line.endsWith("// wrong") ? [index + 1] : []));
  assert.ok(wrong.length > 0);
  const found = complaints("misuse.ts");
  assert.deepEqual(found.filter(({ file }) => file !== "misuse.ts"), []);
  assert.deepEqual(found.map(({ line }) => line), wrong, JSON.stringify(found, null, 1));
});
