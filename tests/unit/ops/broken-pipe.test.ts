import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { childEnv, root } from "../../kit/child-env";

test.each(["lib/ops/db-roles.mjs", "lib/ops/print-keys.mjs"])(
  "%s ends without a stack trace where nobody reads its output, as after | head",
  async (file) => {
    const child = spawn(process.execPath, [file], { env: childEnv({}), stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
    expect([code, errors]).toEqual([0, ""]);
  },
);

const FULL = "/dev/full";
/** Prints, waits, and prints again, as every command does that is run by `main`. */
const prints = `
  const { main, print } = await import(${JSON.stringify(`${root}/lib/ops/output.mjs`)});
  const { setTimeout: sleep } = await import("node:timers/promises");
  await main(async () => {
    for (let line = 0; line < 5; line++, await sleep(20)) print("a line");
  });
  process.exit(7);`;

test.each([["nobody reads", "pipe"], ...(existsSync(FULL) ? [["no disk has room for", FULL]] : [])])(
  "a command whose output %s does its work to the end",
  async (_, to) => {
    const output = to === "pipe" ? to : openSync(to as string, "w");
    const args = ["--input-type=module", "--eval", prints];
    const child = spawn(process.execPath, args, { env: childEnv({}), stdio: ["ignore", output, "pipe"] });
    child.stdout?.destroy();
    const [errors, [code]] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, "close")]);
    expect([code, errors]).toEqual([7, ""]);
  },
);
