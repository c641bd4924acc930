import pg from "pg";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "@/lib/gateway/database";
import { newRun } from "@/lib/gateway/run";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { EARLIER_GATEWAYS, earlierGateways } from "@/lib/worker/jobs/earlier-gateways";
import { staleGateways } from "@/lib/worker/jobs/stale-gateways";
import { inOpenTransaction, somebodyWaits } from "../../kit/database/locks";
import { gatewayRows } from "../../kit/database/propagation-rows";
import { asOwner, insertKey } from "../../kit/gateway/gateway-keys";
import { acknowledged, quietlyDeactivated } from "../../kit/gateway/propagation";
import { inTime, renewed } from "../../kit/gateway/renewals";

const url = process.env.GATEWAY_DATABASE_URL as string;
const letIn = () => asOwner("SELECT let_in_earlier_gateways()");

beforeEach(letIn);
afterEach(async () => {
  await asOwner("SELECT shut_out_earlier_gateways()");
  await asOwner("DELETE FROM gateways");
});

/** A worker whose monotonic clock only moves when told to. */
function worker() {
  let now = 0;
  const job = earlierGateways(() => now);
  return { job, pass: (milliseconds: number) => (now += milliseconds) };
}

/** The query with which a gateway of version 0.1 or 0.2 renews its lease. */
const EARLIER_POLL = "SELECT key FROM api_keys WHERE changed_xid >= '1'::xid8";
async function earlierGateway(name = "countersign-gateway") {
  const client = new pg.Client({ connectionString: url, application_name: name });
  await client.connect();
  const stop = () => client.end();
  onTestFinished(stop);
  return { poll: () => client.query(EARLIER_POLL), stop };
}

const isThere = async () => (await gatewayRows()).some(({ id }) => id === EARLIER_GATEWAYS);

/** Brings a worker to the point where it has shut them out but has not confirmed it yet. */
async function shutOut() {
  const { job, pass } = worker();
  await job();
  pass(60_000);
  expect(await job()).toBe(0);
  return { job, pass };
}

describe("while gateways without rows may have a lease", () => {
  test("a deactivation waits in full, though none of them is connected any more", async () => {
    const { stop } = await earlierGateway();
    await stop();
    const change = await quietlyDeactivated();
    await inTime(async () => {
      const run = newRun("of today");
      const connection = await openDatabase(url, run, () => undefined).connect();
      onTestFinished(() => connection.close());
      const { snapshot } = await renewed(connection);
      await renewed(connection, snapshot);
      expect(await acknowledged(change)).toBe(false);
      await asOwner("DELETE FROM gateways WHERE id = $1", [EARLIER_GATEWAYS]);
      expect(await acknowledged(change)).toBe(true);
    });
  });

  test("their row is not taken for one that a gateway left behind", async () => {
    let now = 0;
    const job = staleGateways(() => now);
    await job();
    now = 1_000_000;
    expect(await job()).toBe(0);
    expect(await isThere()).toBe(true);
  });

  test.each(["countersign-gateway", "", "theirs", "countersign-gateway:11111111-1111-4111-8111-111111111111"])(
    "none that is connected, as %j, is shut out",
    async (name) => {
      const { poll } = await earlierGateway(name);
      const { job, pass } = worker();
      await job();
      pass(1_000_000);
      await job();
      await poll();
      expect(await isThere()).toBe(true);
    },
  );

  test("60 s are counted from when the last was seen", async () => {
    const { job, pass } = worker();
    await job();
    pass(59_999);
    const { poll, stop } = await earlierGateway();
    await job();
    await stop();
    pass(1);
    await expect
      .poll(() => asOwner("SELECT FROM pg_stat_activity WHERE application_name = 'countersign-gateway'"))
      .toEqual([]);
    await job();
    pass(59_999);
    await job();
    await (await earlierGateway()).poll();
    await expect(poll()).rejects.toThrow();
  });
});

describe("once none of them was connected for 60 s of a worker's own clock", () => {
  test("none is granted a lease any more, whatever it calls itself, and those of today are", async () => {
    await shutOut();
    await expect((await earlierGateway("theirs")).poll()).rejects.toMatchObject({ code: "42501" });
    await inTime(async () => {
      const run = newRun("of today");
      const connection = await openDatabase(url, run, () => undefined).connect();
      onTestFinished(() => connection.close());
      const { snapshot } = await renewed(connection);
      const { key } = await insertKey();
      expect((await renewed(connection, snapshot)).changed).toEqual([key]);
    });
  });

  test("their row is deleted when a worker has seen that for as long as a lease lasts", async () => {
    const { job, pass } = await shutOut();
    pass(100_000);
    expect(await job()).toBe(0);
    pass(1_199);
    expect(await job()).toBe(0);
    expect(await isThere()).toBe(true);
    pass(1);
    expect(await job()).toBe(1);
    expect(await isThere()).toBe(false);
  });

  test("another worker, that comes to it later, sees for itself", async () => {
    await shutOut();
    const { job, pass } = worker();
    expect(await job()).toBe(0);
    pass(PROPAGATION_WAIT_MS);
    expect(await job()).toBe(1);
  });

  test("their owner may let them in again: the row is back before any of them has a lease", async () => {
    const { job, pass } = await shutOut();
    await job();
    pass(PROPAGATION_WAIT_MS);
    expect(await job()).toBe(1);
    await letIn();
    expect(await isThere()).toBe(true);
    await (await earlierGateway()).poll();
  });

  test("and where that happens in the moment of the row's deletion, it stays", async () => {
    const { job, pass } = await shutOut();
    await job();
    pass(PROPAGATION_WAIT_MS);
    let deleting: Promise<number> | undefined;
    await inOpenTransaction(["SELECT let_in_earlier_gateways()", []], "COMMIT", async () => {
      deleting = job();
      await somebodyWaits();
    });
    expect(await deleting).toBe(0);
    expect(await isThere()).toBe(true);
  });
});

test("the dashboard's role lets none in, and the gateway's does neither", async () => {
  for (const [role, statement] of [
    ["APP_DATABASE_URL", "SELECT let_in_earlier_gateways()"],
    ["GATEWAY_DATABASE_URL", "SELECT let_in_earlier_gateways()"],
    ["GATEWAY_DATABASE_URL", "SELECT shut_out_earlier_gateways()"],
  ] as const) {
    const client = new pg.Client({ connectionString: process.env[role] });
    await client.connect();
    await expect(client.query(statement)).rejects.toMatchObject({ code: "42501" });
    await client.end();
  }
});
