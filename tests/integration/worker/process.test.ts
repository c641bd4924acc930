import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { db } from "@/lib/platform/db/db";
import { bundleOf } from "../../kit/child-env";
import { program } from "../../kit/gateway/programs";
import { stopwatch } from "../../kit/stopwatch";

const mail = mkdtempSync(path.join(os.tmpdir(), "countersign-mail-"));
afterAll(() => rmSync(mail, { recursive: true }));

const worker = (env: Record<string, string | undefined>) =>
  program({ file: bundleOf("worker") }, { env: env as Record<string, string> });
const { APP_DATABASE_URL, INVITATION_KEY } = process.env;

/**
 * Prints as an operation does whose work after a change failed, with what a driver attaches to its
 * error.
 */
const PRINTS = `process.once("SIGUSR2", () =>
  console.warn("not noted:", Object.assign(new Error("lost"), { client: { password: ["s3", "cret"].join("") } })));`;

test("a worker without its variables ends at once and names them", async () => {
  const { code, output } = await worker({ APP_DATABASE_URL: "" }).ended;
  expect(code).toBe(1);
  expect(output).toContain("APP_DATABASE_URL is not set.");
});

test("a worker that is asked to stop ends cleanly, and soon", async () => {
  await db().rateLimit.create({ data: { key: "over", points: 1, expire: 1n }, select: { key: true } });
  const running = worker({ APP_DATABASE_URL, INVITATION_KEY, DEMO_MAIL_DIR: mail });
  while ((await db().rateLimit.count()) > 0) await sleep(50);
  const took = stopwatch();
  running.kill("SIGTERM");
  expect((await running.ended).code).toBe(0);
  // It has just begun the pause of 10 s between its rounds, but does not finish it.
  expect(took()).toBeLessThan(9_000);
});

test("whatever a worker prints is a line of its log, which holds nothing of an error but its words", async () => {
  const running = worker({
    ...{ APP_DATABASE_URL, INVITATION_KEY, DEMO_MAIL_DIR: mail },
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PRINTS)}`,
  });
  await db().rateLimit.create({ data: { key: "over", points: 1, expire: 1n }, select: { key: true } });
  while ((await db().rateLimit.count()) > 0) await sleep(50);
  running.kill("SIGUSR2");
  // Of two signals at once, a busy process can see the second one first.
  for (let line = ""; !line.includes("not noted:"); ) line = await running.line();
  running.kill("SIGTERM");
  const { output } = await running.ended;
  const lines = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { msg?: string; process: string });
  expect(lines).toContainEqual(expect.objectContaining({ level: 40, msg: "not noted:", process: "worker" }));
  expect(output).not.toContain("s3cret");
});
