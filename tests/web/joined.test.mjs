// The web application's modules become one file in the executable (src/api/embed.cmake): they are put one behind the
// other, without their imports and the word `export`. Here is what makes that right, as TypeScript reads the modules.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import ts from "typescript";

import { projectDirectory } from "../testing/server.mjs";

const directory = join(projectDirectory, "src/web");
const scripts = ["first_look.js", "worker.js"]; // these are no modules, and stay files of their own

const read = (name, text) => ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
const modules = readdirSync(directory).filter((name) => name.endsWith(".js") && !scripts.includes(name))
  .map((name) => read(name, readFileSync(join(directory, name), "utf8")));

/** The names that a name or a pattern declares. */
const namesIn = (name) => (ts.isIdentifier(name) ? [name.text]
  : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name))));

/** The names that a module declares outside its functions. */
function declaredIn(module) {
  return module.statements.flatMap((statement) => {
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return [statement.name?.text ?? "default"];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
  });
}

/** What of a module has not the form that can be joined. */
function faultsOf(module) {
  const faults = [];
  for (const statement of module.statements) {
    const text = statement.getText();
    const begins_line = statement.getStart() === 0 || module.text[statement.getStart() - 1] === "\n";
    const exports = ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (ts.isImportDeclaration(statement)) {
      if (!begins_line || !/^import \{\s+\w+(?:,\s+\w+)*,?\s+\} from "\.\/[a-z0-9_]+\.js";$/.test(text)) faults.push(text);
    } else if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) {
      faults.push(text);
    } else if (exports && (!begins_line || !/^export (async function|class|const|function|let) /.test(text))) {
      faults.push(text);
    }
  }
  const visit = (node) => {
    // A line within a text could look like an import, too.
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      if (/\n(import|export) /.test(node.getText())) faults.push(node.getText());
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) faults.push(node.getText());
    if (ts.isMetaProperty(node)) faults.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(module);
  return faults;
}

/** The names that more than one module declares, and those that are the browser's own. */
function clashesOf(several) {
  const owners = new Map();
  for (const module of several) {
    for (const name of declaredIn(module)) owners.set(name, [...(owners.get(name) ?? []), module.fileName]);
  }
  const options = { lib: ["lib.es2022.d.ts", "lib.dom.d.ts"], target: ts.ScriptTarget.ES2022, types: [], allowJs: true };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  const probe = read("probe.js", "export {};");
  host.getSourceFile = (name, version) => (name.endsWith("probe.js") ? probe : getSourceFile.call(host, name, version));
  const program = ts.createProgram(["probe.js"], options, host);
  const globals = new Set(program.getTypeChecker().getSymbolsInScope(probe, ts.SymbolFlags.Value).map(({ name }) => name));
  assert.ok(globals.has("close") && globals.has("Map"), "the browser's names are known");
  return [...owners].filter(([name, files]) => files.length > 1 || globals.has(name))
    .map(([name, files]) => `${name}: ${files.join(", ")}${globals.has(name) ? ", the browser" : ""}`);
}

test("all modules have the form of imports and exports that can be joined", () => {
  assert.ok(modules.length > 40);
  assert.deepEqual(modules.flatMap((module) => faultsOf(module).map((fault) => `${module.fileName}: ${fault}`)), []);
});

test("no two modules declare the same name, and none a name that the browser has", () => {
  assert.deepEqual(clashesOf(modules), []);
});

test("the check would say if they did not", () => {
  for (const text of [
    'import { one as two } from "./one.js";', 'import * as one from "./one.js";', 'import one from "./one.js";',
    'import "./one.js";', "const one = 1; export const two = 2;", "const one = 1;\nexport { one };", "export default 1;",
    'void import("./one.js");', "const one = `\nimport { two } from nowhere`;", "const one = import.meta.url;",
  ]) {
    assert.equal(faultsOf(read("one.js", text)).length, 1, text);
  }
  const clashes = clashesOf([read("one.js", "const same = 1; function open() {}"), read("two.js", "const { same } = {};")]);
  assert.deepEqual(clashes, ["same: one.js, two.js", "open: one.js, the browser"]);
});
