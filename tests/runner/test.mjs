import "../../lib/ops/node-version.mjs";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { install } from "../../lib/ops/install.mjs";
import { main, step } from "../../lib/ops/output.mjs";
import { root } from "../../lib/ops/run.mjs";
import { installPrograms, missingPackages } from "./test-programs.mjs";

// npm test
//   runs everything
// npm test -- integration [FILTER …] [--only TITLE]
//   runs one part: lint, types, unit, integration or e2e; or, only by name, fault, bun or quick
await main(async () => {
  const args = process.argv.slice(2);
  mkdirSync(path.join(root, ".build"), { recursive: true });
  await step("Programs and packages", async () => {
    const missing = await missingPackages(args[0]);
    const both = [installPrograms(missing), install()];
    // A failure is reported once both have ended. What still installs would disturb the next run.
    await Promise.allSettled(both);
    const done = await Promise.all(both);
    return done.every((each) => each === "skipped") ? "skipped" : undefined;
  });
  const { register } = await import("tsx/esm/api");
  register();
  const { test } = await import("./main.ts");
  process.exit((await test(args)) ? 0 : 1);
});
