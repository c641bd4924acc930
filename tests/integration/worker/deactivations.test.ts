import { expect, test } from "vitest";
import { activateKey } from "@/lib/api-keys/activate";
import { listKeys } from "@/lib/api-keys/reads/queries";
import { db } from "@/lib/platform/db/db";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { finishDeactivations } from "@/lib/worker/jobs/deactivations";
import { activationOf, freshProof, generated, ownerWithActiveKey, storedKey, unwrap } from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";

/** A worker whose monotonic clock only moves when told to. */
function worker() {
  let now = 0;
  const job = finishDeactivations(() => now);
  return { job, pass: (milliseconds: number) => (now += milliseconds) };
}

/** A key whose deactivation was committed this long ago by a process that died while waiting. */
async function abandoned(ago = "0 s") {
  const { owner, key } = await ownerWithActiveKey();
  await changeKeys(
    `UPDATE api_keys SET status = 'inactive', deactivated_at = clock_timestamp() - interval '${ago}' WHERE id = '${key.id}'`,
  );
  return { owner, key };
}

const refusedAt = async (id: string) => (await storedKey(id)).refusedEverywhereAt;

test("an abandoned wait is completed when the worker has seen it for 1,200 ms by its own clock, and not before", async () => {
  const { key } = await abandoned();
  const { job, pass } = worker();
  await job();
  pass(1_199);
  await job();
  expect(await refusedAt(key.id)).toBeNull();
  pass(1);
  expect(await job()).toBeGreaterThan(0);
  expect(await refusedAt(key.id)).not.toBeNull();
});

test.each(["1 day", "-1 day"])("whatever the database's clock says: %s ago", async (ago) => {
  const { key } = await abandoned(ago);
  const { job, pass } = worker();
  await job();
  expect(await refusedAt(key.id)).toBeNull();
  pass(PROPAGATION_WAIT_MS);
  await job();
  expect(await refusedAt(key.id)).not.toBeNull();
});

test("with an event of the system, and then the key is inactive on the list and another can be activated", async () => {
  const { owner, key } = await abandoned();
  const second = await generated(owner);
  const activate = () => activateKey(owner.member, activationOf(second.id), freshProof(owner));
  const state = async () => (await listKeys(owner.merchantId)).keys.find(({ id }) => id === key.id)?.state;
  expect(await activate()).toMatchObject({ refusal: { code: "deactivation_in_progress" } });
  expect(await state()).toBe("deactivating");
  const { job, pass } = worker();
  await job();
  pass(PROPAGATION_WAIT_MS);
  await job();
  const events = await db().auditEvent.findMany({ where: { apiKeyId: key.id, event: "api_key.refused_everywhere" } });
  expect(events).toMatchObject([{ actorKind: "system", actorId: null, merchantId: owner.merchantId }]);
  expect(await state()).toBe("inactive");
  unwrap(await activate());
});

test("a later deactivation is waited for from the beginning", async () => {
  const { key } = await abandoned();
  const { job, pass } = worker();
  await job();
  pass(PROPAGATION_WAIT_MS);
  await changeKeys(`UPDATE api_keys SET deactivated_at = clock_timestamp() WHERE id = '${key.id}'`);
  await job();
  expect(await refusedAt(key.id)).toBeNull();
  pass(PROPAGATION_WAIT_MS);
  await job();
  expect(await refusedAt(key.id)).not.toBeNull();
});

test("a key that was activated meanwhile stays as it is", async () => {
  const { owner, key } = await abandoned();
  const { job, pass } = worker();
  await job();
  unwrap(await activateKey(owner.member, activationOf(key.id), freshProof(owner)));
  pass(PROPAGATION_WAIT_MS);
  await job();
  expect(await storedKey(key.id)).toMatchObject({ status: "active", refusedEverywhereAt: null });
});

test("two concurrent workers write one event", async () => {
  const { key } = await abandoned();
  const workers = [worker(), worker()];
  await Promise.all(workers.map(({ job }) => job()));
  for (const { pass } of workers) pass(PROPAGATION_WAIT_MS);
  const ended = await Promise.all(workers.map(({ job }) => job()));
  expect(ended.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(1);
  expect(await db().auditEvent.count({ where: { apiKeyId: key.id, event: "api_key.refused_everywhere" } })).toBe(1);
});
