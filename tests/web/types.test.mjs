// The web application's modules as TypeScript reads them, with the API's types made of the server's own document: what
// is used of an answer is in it, and what is sent is what the API takes.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

import { fetchDocument } from "../testing/client.mjs";
import { projectDirectory, startServer } from "../testing/server.mjs";

/** The files and options that a configuration beside this file names. */
function readConfig(name) {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return ts.parseJsonConfigFileContent(ts.readConfigFile(path, ts.sys.readFile).config, ts.sys, dirname(path), {}, path);
}

let scratch;
let types;

before(async () => {
  const server = await startServer();
  scratch = await mkdtemp(join(tmpdir(), "taskdock-types-"));
  types = join(scratch, "taskdock-api.d.ts");
  await writeFile(types, astToString(await openapiTS(await fetchDocument(server))));
  await server.stop();
});
after(() => rm(scratch, { recursive: true, force: true }));

/** What TypeScript says of the modules and of `more`, a file beside them that is not there. */
function complaints(more = {}) {
  const config = readConfig("tsconfig.json");
  const options = { ...config.options, paths: { "taskdock-api": [types] } };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  const given = new Map(Object.entries(more).map(([name, text]) => [join(projectDirectory, "src/web", name), text]));
  host.readFile = (path) => given.get(path) ?? readFile.call(host, path);
  host.fileExists = (path) => given.has(path) || fileExists.call(host, path);
  host.getSourceFile = (path, version) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, version, true);
  };
  assert.ok(config.fileNames.length > 20);
  const program = ts.createProgram([...config.fileNames, ...given.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const where = file ? `${relative(projectDirectory, file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1}: ` : "";
    return where + ts.flattenDiagnosticMessageText(messageText, " ");
  });
}

test("the modules have the types that they say, and use the API as it is", () => {
  assert.deepEqual(complaints(), []);
});

test("the service worker, which has no page, has them, too", () => {
  const { options, fileNames } = readConfig("tsconfig.worker.json");
  assert.equal(fileNames.length, 1);
  const found = ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options));
  assert.deepEqual(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ")), []);
});

test("the check would say if they did not", () => {
  const found = complaints({
    "wrong.js": `/** @typedef {import("taskdock-api").components["schemas"]} Schemas */
/** @param {Schemas["Task"]} task */
export const wrong = (task) => task.no_such_member;
`,
  });
  assert.equal(found.length, 1);
  assert.match(found[0], /^src\/web\/wrong\.js:3: .*no_such_member/);
});
