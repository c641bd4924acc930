import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { db } from "@/lib/platform/db/db";
import { adminCommand, adminInProcess } from "../../kit/admin";
import { cancellingWaits, databaseContents, holdingLocks, whileConnectionsFull } from "../../kit/busy";
import { onlyMailOf, waitingMail } from "../../kit/mail/mail";
import { startWorker } from "../../kit/mail/worker";
import { activated, generated, storedKey } from "../../kit/people/api-keys";
import { makeOwner } from "../../kit/people/people";

/* The worker and the admin command, with cancelled statements. */

const mail = mkdtempSync(path.join(os.tmpdir(), "countersign-mail-"));
afterAll(() => rmSync(mail, { recursive: true }));
const asProcess = adminCommand();

const WAIT = { timeout: 60_000, interval: 100 };

test("a worker whose statements are cancelled logs each once without a stack, continues, and does the work in a later round", async () => {
  await db().rateLimit.create({ data: { key: "over", points: 1, expire: 1n }, select: { key: true } });
  const email = await waitingMail();
  const worker = await startWorker({ DEMO_MAIL_DIR: mail });
  onTestFinished(async () => void (await worker.kill()));
  const seen: string[] = [];
  const waited = (table: string) => seen.filter((query) => query.includes(table));
  const both = () =>
    expect.poll(() => Math.min(waited("rate_limits").length, waited("outbox").length), WAIT).toBeGreaterThan(0);
  await holdingLocks("LOCK TABLE rate_limits, outbox", [], () => cancellingWaits(async () => both(), seen));
  await expect.poll(async () => (await onlyMailOf(email)).sentAt, WAIT).not.toBeNull();
  await expect.poll(() => db().rateLimit.count({ where: { key: "over" } }), WAIT).toBe(0);
  expect(await worker.stop()).toBe(0);
  const lines = linesOf(await worker.output());
  expect(lines.filter(({ level }) => level >= 50)).toEqual([]);
  const busy = lines.filter(({ msg }) => msg === "the database is busy");
  expect(busy).toHaveLength(seen.length);
  expect(busy.map(({ job }) => job)).toEqual(expect.arrayContaining(["forgetExpiredLimits", "outbox"]));
  expect(busy.every(({ reason, level }) => level === 40 && reason === "57014 query_canceled")).toBe(true);
});

type Line = { level: number; job?: string; msg?: string; reason?: string };
const linesOf = (output: string): Line[] =>
  output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));

const BUSY = { code: 1, output: "Busy. Nothing was changed; try again.\n" };

test("an admin command whose statement is cancelled says one sentence, exits 1, and has changed nothing", async () => {
  const { number } = await generated(await makeOwner());
  const retire = () => adminInProcess("retire-key", String(number), "--reason", "lost", "--yes");
  for (const sql of ["LOCK TABLE api_keys", "LOCK TABLE audit_events"]) {
    const before = await databaseContents();
    const { code, output } = await holdingLocks(sql, [], () => cancellingWaits(retire));
    expect([code, output.endsWith(BUSY.output), output.includes("    at ")]).toEqual([1, true, false]);
    expect(await databaseContents()).toEqual(before);
  }
  expect((await retire()).code).toBe(0);
});

test("as a process of its own it prints no more than that, also with a full server", async () => {
  const { number } = await generated(await makeOwner());
  const before = await databaseContents();
  expect(
    await whileConnectionsFull(() => asProcess("retire-key", String(number), "--reason", "lost", "--yes")),
  ).toEqual(BUSY);
  expect(await databaseContents()).toEqual(before);
});

test("an admin command whose change was committed but not confirmed says so, and exits 1; a repeat completes it", async () => {
  const owner = await makeOwner();
  const key = await activated(owner);
  const retire = () => adminInProcess("retire-key", String(key.number), "--reason", "lost", "--yes");
  const asked = retire();
  await expect.poll(async () => (await storedKey(key.id)).status, WAIT).toBe("retired");
  const { code, output } = await holdingLocks("SELECT 1 FROM api_keys WHERE id = $1 FOR UPDATE", [key.id], () =>
    cancellingWaits(() => asked),
  );
  expect(code).toBe(1);
  expect(output).toContain(
    "The change was made, but the database was too busy to confirm all of it. Run the command again.\n",
  );
  expect((await retire()).code).toBe(0);
});
