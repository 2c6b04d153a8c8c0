// Runs test files as `node --test` does, but as many at once as there are cores: that one leaves a core free, so that
// on two cores each file waits for the one before. (Its flag for that is not there before Node 20.)
//
//   node tests/testing/run.mjs FILE...

import { availableParallelism } from "node:os";
import { run } from "node:test";
import { spec } from "node:test/reporters";

run({ files: process.argv.slice(2), concurrency: availableParallelism() })
  .on("test:fail", () => { process.exitCode = 1; })
  .compose(new spec())
  .pipe(process.stdout);
