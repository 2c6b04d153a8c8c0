// A request takes no more instructions than what is kept in instructions.json, within 3 %; a change that
// makes one cheaper by more keeps the new figures: scripts/bench.sh --instructions --keep.

import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { executable } from "../testing/server.mjs";
import { countInstructions, toolsOf } from "./instructions.mjs";

const tolerance = 0.03;

test("a request takes as many instructions as are kept in instructions.json", async (context) => {
  const kept = JSON.parse(await readFile(new URL("instructions.json", import.meta.url), "utf8"));
  const tools = await toolsOf(executable);
  for (const tool of ["compiler", "valgrind"]) {
    if (tools[tool] !== kept[tool]) {
      return context.skip(`the figures kept are of ${tool} "${kept[tool]}", here is "${tools[tool]}"`);
    }
  }
  const hello = join(dirname(executable), "tests/bench_hello");
  const hasHello = await access(hello).then(() => true, () => false);
  const counts = await countInstructions(executable, hasHello ? hello : undefined);
  const ratios = Object.entries(counts).map(([name, count]) => [name, count, count / kept.counts[name]]);
  for (const [name, count, ratio] of ratios) {
    context.diagnostic(`${name}: ${count} instructions, ${ratio.toFixed(3)} of what is kept`);
  }
  assert.deepEqual(Object.keys(counts).sort(), Object.keys(kept.counts).filter((name) => name !== "hello" || hasHello).sort());
  assert.deepEqual(ratios.filter(([, , ratio]) => !(Math.abs(ratio - 1) <= tolerance)), [],
    "if this is meant to be so, keep the new figures: scripts/bench.sh --instructions --keep");
});
