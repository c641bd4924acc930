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

test("a worker without its variables ends at once and names them", async () => {
  const { code, output } = await worker({ APP_DATABASE_URL: "" }).ended;
  expect(code).toBe(1);
  expect(output).toContain("APP_DATABASE_URL is not set.");
});

test("a worker that is asked to stop ends cleanly, and soon", async () => {
  const { APP_DATABASE_URL, INVITATION_KEY } = process.env;
  await db().rateLimit.create({ data: { key: "over", points: 1, expire: 1n }, select: { key: true } });
  const running = worker({ APP_DATABASE_URL, INVITATION_KEY, DEMO_MAIL_DIR: mail });
  while ((await db().rateLimit.count()) > 0) await sleep(50);
  const took = stopwatch();
  running.kill("SIGTERM");
  expect((await running.ended).code).toBe(0);
  // It has just begun the pause of 10 s between its rounds, but does not finish it.
  expect(took()).toBeLessThan(9_000);
});
