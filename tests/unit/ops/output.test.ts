import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";

/** A step that ends when its standard input does. */
const STEP = `import { step } from "./lib/ops/output.mjs";
await step("Packages", () => new Promise((resolve) => process.stdin.on("end", resolve).resume()));`;

test("a step that takes long says so where its output is no terminal, and not after its end", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", STEP], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value;
  expect(await line()).toMatch(/^ {2}· Packages … \d+\.\d s$/);
  child.stdin.end();
  expect(await line()).toMatch(/^ {2}✓ Packages \d+\.\d s$/);
  expect(await lines.next()).toMatchObject({ done: true });
});
