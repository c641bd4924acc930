import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { childEnv } from "../../kit/child-env";

test.each(["lib/ops/db-roles.mjs", "lib/ops/print-keys.mjs"])(
  "%s ends without a stack trace where nobody reads its output, as after | head",
  async (file) => {
    const child = spawn(process.execPath, [file], { env: childEnv({}), stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
    expect([code, errors]).toEqual([0, ""]);
  },
);
