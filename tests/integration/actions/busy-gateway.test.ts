import { afterEach, beforeEach, expect, test } from "vitest";
import { startFlushing } from "@/lib/gateway/usage/flusher";
import { cancelWaiting, holdingLocks } from "../../kit/busy";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { asOwner, insertKey } from "../../kit/gateway/gateway-keys";
import { codeOf, send, sendOnce, signed, whoami, whoamiOnce } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import { ANSWER, usageAt, usageDatabase, usageOf } from "../../kit/gateway/usage";

/*
 * A gateway whose statements are cancelled replies with 503 and Retry-After, logs each failure
 * once, and recovers by itself.
 */

const WAIT = { timeout: 60_000, interval: 50 };
let gateway: TestGateway;
beforeEach(async () => {
  gateway = await gatewayHere();
});
afterEach(() => gateway.stop());

type Line = { level: number; msg: string; err?: { code?: string } };
const warned = (): Line[] =>
  gateway
    .lines()
    .map((line) => JSON.parse(line))
    .filter(({ level }: Line) => level >= 40);

test("a key whose read is cancelled is 503 with Retry-After for every request that waits for it, logged once, and accepted afterwards", async () => {
  const round = async () => {
    const key = await insertKey();
    const before = warned().length;
    // A table that the read joins and no poll reads.
    const replies = await holdingLocks("LOCK TABLE merchants", [], async () => {
      const asked = Promise.all(Array.from({ length: 10 }, () => whoamiOnce(gateway, key).catch(() => null)));
      await expect.poll(() => cancelWaiting("JOIN merchants"), WAIT).toBeGreaterThan(0);
      return asked;
    });
    const lines = warned().slice(before);
    await expect.poll(async () => (await whoami(gateway, key)).status, WAIT).toBe(200);
    return { replies, lines, cancelled: lines.filter(({ err }) => err?.code === "57014") };
  };
  // A read that is cancelled too late has cost the gateway its lease, which is another story.
  const { replies, lines } = await retryWithoutLease(
    round,
    ({ lines, cancelled }) => lines.length > cancelled.length,
    20,
  );
  expect(replies.map((reply) => reply && codeOf(reply))).toEqual(Array(10).fill("503 unavailable"));
  expect(replies.every((reply) => reply?.headers["retry-after"] === "1")).toBe(true);
  expect(lines).toMatchObject([{ level: 40, msg: "the database did not answer", err: { code: "57014" } }]);
});

test("a renewal of the lease that is cancelled is logged; the next connection restores the lease", async () => {
  const key = await insertKey();
  await holdingLocks("LOCK TABLE api_keys", [], () =>
    expect.poll(() => cancelWaiting("pg_logical_emit_message"), WAIT).toBeGreaterThan(0),
  );
  await expect.poll(async () => (await whoami(gateway, key)).status, WAIT).toBe(200);
  const cancelled = warned().filter(({ err }) => err?.code === "57014");
  expect(cancelled.length).toBeGreaterThan(0);
  expect((await send(`${gateway.origin}/readyz`, { method: "GET" })).status).toBe(200);
});

test("a gateway that gets no connection serves cached keys no longer than its lease, and recovers", async () => {
  const key = await insertKey();
  const name = new URL(process.env.DATABASE_URL ?? "").pathname.slice(1);
  expect((await whoami(gateway, key)).status).toBe(200);
  await asOwner(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
  await asOwner(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE starts_with(application_name, 'countersign-gateway') AND datname = current_database()",
  );
  // First 503, then, after a second without a lease, a closed port.
  const status = () =>
    whoamiOnce(gateway, key).then(
      ({ status }) => status,
      () => 503,
    );
  await expect.poll(status, WAIT).toBe(503);
  await expect.poll(() => warned().some(({ err }) => err?.code === "53300"), WAIT).toBe(true);
  await asOwner(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
  await expect.poll(async () => (await whoami(gateway, key)).status, WAIT).toBe(200);
});

test("a usage flush that is cancelled fails once, loses nothing, and is written later, once", async () => {
  const database = usageDatabase();
  const usage = usageAt(() => Date.UTC(2026, 10, 23, 12));
  const number = 1_900_000;
  for (let n = 0; n < 7; n++) usage.record({ answer: ANSWER, outcome: "accepted", keyNumber: number }, "192.0.2.1");
  const failed: unknown[] = [];
  const flushing = await holdingLocks("LOCK TABLE key_usage", [], async () => {
    const begun = startFlushing(usage, database.write, (error) => failed.push(error));
    await expect.poll(() => cancelWaiting("key_usage"), WAIT).toBeGreaterThan(0);
    return begun;
  });
  await expect.poll(async () => (await usageOf(number)).accepted, WAIT).toBe(7);
  await flushing.stop();
  await database.close();
  expect(failed).toMatchObject([{ code: "57014" }]);
});

test("a failed read does not reveal whether a key exists: an unknown key is 503 as well", async () => {
  const unknown = { key: "A".repeat(32), secret: "s" };
  const reply = await holdingLocks("LOCK TABLE merchants", [], async () => {
    const asked = sendOnce(`${gateway.origin}/api/v2/whoami`, { headers: signed(unknown), body: "{}" });
    await expect.poll(() => cancelWaiting("JOIN merchants"), WAIT).toBeGreaterThan(0);
    return asked;
  });
  expect(codeOf(reply)).toBe("503 unavailable");
});
