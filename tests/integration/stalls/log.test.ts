import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { Agent } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { bundleOf, childEnv } from "../../kit/child-env";
import { freePort } from "../../kit/free-port";
import { send } from "../../kit/gateway/gateway-requests";

const FULL = "/dev/full";

test("a gateway whose log nobody reads keeps answering, and ends when it is told to", async () => {
  await answersAndEnds("pipe");
});

test.runIf(existsSync(FULL))(
  "a gateway whose log is on a full disk keeps answering, and ends when it is told to",
  async () => {
    await answersAndEnds(openSync(FULL, "w"));
  },
);

async function answersAndEnds(output: "pipe" | number): Promise<void> {
  const port = await freePort();
  const env = childEnv({
    NODE_ENV: "production",
    GATEWAY_DATABASE_URL: process.env.GATEWAY_DATABASE_URL,
    SEALING_PRIVATE_KEYS: process.env.SEALING_PRIVATE_KEYS,
    GATEWAY_PORT: String(port),
    DRAIN_SECONDS: "0",
  });
  const child = spawn(process.execPath, [bundleOf("gateway")], { env, stdio: ["ignore", output, "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit");
  const url = `http://127.0.0.1:${port}/api/v2/ping`;
  await expect
    .poll(() => send(url, { method: "GET" }).catch(() => null), { timeout: 60_000 })
    .toMatchObject({ status: 200 });

  // About 450 KB of lines, more than a pipe holds.
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  onTestFinished(() => agent.destroy());
  const statuses = new Set<number>();
  await Promise.all(
    Array.from({ length: 2_000 }, async () => statuses.add((await send(url, { method: "GET", agent })).status)),
  );
  expect([...statuses]).toEqual([200]);
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
}
