import { expect, test } from "vitest";
import { staleGateways } from "@/lib/worker/jobs/stale-gateways";
import { inOpenTransaction, untilWaitingForLock } from "../../kit/database/locks";
import { gatewayRows } from "../../kit/database/propagation-rows";
import { silentGateway } from "../../kit/gateway/propagation";
import { asOwner } from "../../kit/people/owner";

/** A worker whose monotonic clock only moves when told to. */
function worker() {
  let now = 0;
  const job = staleGateways(() => now);
  return { job, pass: (milliseconds: number) => (now += milliseconds) };
}

const WRITE = "UPDATE gateways SET seen_at = seen_at WHERE id = $1";
const isThere = async (id: string) => (await gatewayRows()).some((row) => row.id === id);

test("a row is deleted when a worker has seen it unchanged for 60 s by its own clock, and not before", async () => {
  const { id } = await silentGateway();
  const { job, pass } = worker();
  await job();
  pass(59_999);
  expect(await job()).toBe(0);
  expect(await isThere(id)).toBe(true);
  pass(1);
  expect(await job()).toBe(1);
  expect(await isThere(id)).toBe(false);
});

test.each(["1 day", "-1 day"])("whatever the database's clock says: seen %s ago", async (ago) => {
  const { id } = await silentGateway();
  await asOwner(
    `UPDATE gateways SET seen_at = now() - interval '${ago}', started = now() - interval '${ago}' WHERE id = $1`,
    [id],
  );
  const { job, pass } = worker();
  pass(1_000_000);
  expect(await job()).toBe(0);
  pass(60_000);
  expect(await job()).toBe(1);
});

test("a row that was written meanwhile is waited for from the beginning, though nothing in it differs", async () => {
  const { id } = await silentGateway();
  const { job, pass } = worker();
  await job();
  pass(59_000);
  await asOwner(WRITE, [id]);
  await job();
  pass(59_999);
  expect(await job()).toBe(0);
  expect(await isThere(id)).toBe(true);
  pass(1);
  expect(await job()).toBe(1);
});

test("a row that is written while it is being deleted stays", async () => {
  const { id } = await silentGateway();
  const { job, pass } = worker();
  await job();
  pass(60_000);
  let deleting: Promise<number> | undefined;
  await inOpenTransaction([WRITE, [id]], "COMMIT", async () => {
    deleting = job();
    await untilWaitingForLock();
  });
  expect(await deleting).toBe(0);
  expect(await isThere(id)).toBe(true);
});

test("of two workers one deletes it", async () => {
  await silentGateway();
  const workers = [worker(), worker()];
  await Promise.all(workers.map(({ job }) => job()));
  for (const { pass } of workers) pass(60_000);
  const deleted = await Promise.all(workers.map(({ job }) => job()));
  expect(deleted.sort()).toEqual([0, 1]);
});
