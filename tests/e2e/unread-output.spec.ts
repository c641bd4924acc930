import { spawn } from "node:child_process";
import { on, once } from "node:events";
import { environmentOf } from "@/lib/ops/environments.mjs";
import { dieWithParent } from "@/lib/ops/run.mjs";
import { bundleOf, childEnv } from "../kit/child-env";
import { freePort } from "../kit/free-port";
import { outputOf, untilAnswers } from "../kit/started";
import { expect, test } from "./fixtures";

/**
 * Throws something unexpected, twice, because the console itself tolerates the first broken pipe.
 * Then reports every second which share of it the process was busy: a process that spins is always
 * busy, however little processor time it gets.
 */
const unexpected = `process.once("SIGUSR2", () => {
  let before = performance.eventLoopUtilization();
  for (const ms of [0, 100]) setTimeout(() => { throw new Error("unexpected"); }, ms);
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    process.send(performance.eventLoopUtilization(now, before).utilization);
    before = now;
  }, 1000);
});`;

test("a dashboard whose output nobody reads does not busy-loop, keeps serving, and stops when asked", async () => {
  const port = await freePort();
  const given = environmentOf("dashboard", {
    ...process.env,
    PORT: String(port),
    PUBLIC_ORIGIN: `http://localhost:${port}`,
    NEXTAUTH_URL: "",
  });
  const args = [
    ...dieWithParent.args,
    "--import",
    `data:text/javascript,${encodeURIComponent(unexpected)}`,
    bundleOf("dashboard"),
  ];
  const dashboard = spawn(process.execPath, args, {
    env: { ...childEnv(given), ...dieWithParent.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  try {
    const health = `http://127.0.0.1:${port}/api/health`;
    await untilAnswers(health, dashboard, outputOf(dashboard));
    dashboard.stdout?.destroy();
    dashboard.stderr?.destroy();
    const seconds = on(dashboard, "message", { signal: AbortSignal.timeout(60_000) });
    dashboard.kill("SIGUSR2");
    // While it starts and prints it may be busy; then it rests.
    for await (const [atWork] of seconds) if (atWork < 0.5) break;
    expect((await fetch(health)).status).toBe(200);
    const exit = once(dashboard, "exit");
    dashboard.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  } finally {
    dashboard.kill("SIGKILL");
  }
});
