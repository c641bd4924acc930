import { beforeEach, expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { sentSecrets } from "@/lib/api-keys/reads/sent-secrets";
import { db } from "@/lib/platform/db/db";
import { reportSentSecrets } from "@/lib/worker/jobs/sent-secrets";
import { inOpenTransaction, untilWaitingForLock } from "../../kit/database/locks";
import {
  activated,
  asDatabaseOwner,
  eventsOf,
  freshProof,
  generated,
  type KeyOfOwner,
  unwrap,
} from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";

let owner: Owner;
let key: KeyOfOwner;
beforeEach(async () => {
  await asDatabaseOwner("DELETE FROM refusals");
  owner = await makeOwner();
  key = await activated(owner);
});

/** Inserts the refusal as a gateway does, which stores no other mistake for this reason. */
const sent = (number: number, ago = "1 second", source = "203.0.113.7") =>
  asDatabaseOwner(
    `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, mistake, looked_at, flush)
     VALUES (gen_random_uuid(), $1, 'secret_sent', $2, now() - $3::interval, now() - $3::interval, 1, 'secret_sent', now() - $3::interval, 1)`,
    [number, source, ago],
  );
const recorded = async ({ id }: { id: string }) =>
  (await eventsOf(id)).filter((event) => event === "api_key.secret_sent").length;
const mailsTo = async (email: string) =>
  (
    await db().outboxMail.findMany({ where: { recipient: email, template: "secret_sent" }, select: { data: true } })
  ).map(({ data }) => data);
/** Moves the event, and the refusals counted before it, a day into the past. */
const dayLater = async () => {
  await asDatabaseOwner(`UPDATE audit_events SET at = at - interval '25 hours',
    data = data || jsonb_build_object('at', (data->>'at')::timestamptz - interval '25 hours') WHERE event = 'api_key.secret_sent'`);
  await asDatabaseOwner("UPDATE refusals SET last_at = last_at - interval '25 hours'");
};

test("every Owner is alerted that the secret was sent, when and from where, and nobody else", async () => {
  const second = await makeMember("owner", owner.merchantId);
  const viewer = await makeMember("view", owner.merchantId);
  await sent(key.number);
  expect(await reportSentSecrets()).toBe(1);
  expect(await recorded(key)).toBe(1);
  for (const { email } of [owner, second])
    expect(await mailsTo(email)).toMatchObject([
      { number: key.number, source: "203.0.113.7", at: expect.stringMatching(/Z$/) },
    ]);
  expect(await mailsTo(viewer.email)).toEqual([]);
});

test("they are mailed once a day, however often it is sent and however many workers run", async () => {
  for (let n = 0; n < 5; n++) await sent(key.number, `${n + 1} s`);
  // All of them have found the alert to send before the first can send it.
  let telling: Promise<number>[] = [];
  await inOpenTransaction(["SELECT FROM api_keys WHERE id = $1 FOR UPDATE", [key.id]], "COMMIT", async () => {
    telling = Array.from({ length: 3 }, () => reportSentSecrets());
    await untilWaitingForLock(telling.length);
  });
  const told = await Promise.all(telling);
  expect(told.sort()).toEqual([0, 0, 1]);
  await sent(key.number, "0 s");
  expect(await reportSentSecrets()).toBe(0);
  expect(await mailsTo(owner.email)).toHaveLength(1);
  expect(await recorded(key)).toBe(1);
});

test("the next day they are mailed again, but only about what was sent since", async () => {
  await sent(key.number);
  await reportSentSecrets();
  await dayLater();
  expect(await reportSentSecrets()).toBe(0);
  await sent(key.number);
  expect(await reportSentSecrets()).toBe(1);
  expect(await mailsTo(owner.email)).toHaveLength(2);
});

test("nobody is mailed about a retired key, nor about another reason", async () => {
  const unused = await generated(owner);
  await sent(unused.number);
  await asDatabaseOwner("UPDATE refusals SET reason = 'bad_header_signature'");
  await sent(key.number);
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "compromised" }, freshProof(owner)));
  expect(await reportSentSecrets()).toBe(0);
  expect(await mailsTo(owner.email)).toEqual([]);
});

test("the alert of the active key does not wait for a worker, and ends with its retirement", async () => {
  expect(await sentSecrets(owner.merchantId)).toEqual([]);
  await sent(key.number);
  const [alarm] = await sentSecrets(owner.merchantId);
  expect(alarm).toMatchObject({ id: key.id, number: key.number, state: "active", source: "203.0.113.7" });
  expect(await sentSecrets((await makeOwner()).merchantId)).toEqual([]);
  expect(await sentSecrets(owner.merchantId, key.number + 1)).toEqual([]);
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "compromised" }, freshProof(owner)));
  expect(await sentSecrets(owner.merchantId)).toEqual([]);
});

test("the alert stays while the key can be activated again, also when the count is deleted", async () => {
  await sent(key.number);
  await reportSentSecrets();
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner)));
  await asDatabaseOwner("DELETE FROM refusals");
  expect(await sentSecrets(owner.merchantId)).toMatchObject([{ number: key.number, state: "inactive" }]);
});

test("the read of sent secrets does not grow with a merchant's events and refusals, with and without statistics", async () => {
  await sent(key.number);
  await asDatabaseOwner(`INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, flush)
    SELECT gen_random_uuid(), ${key.number}, 'ip_not_allowed', '198.51.100.1', now(), now(), 1, 1 FROM generate_series(1, 50000)`);
  await asDatabaseOwner(`INSERT INTO audit_events (event, actor_kind, merchant_id)
    SELECT 'session.began', 'system', '${owner.merchantId}' FROM generate_series(1, 50000)`);
  const spent = async () => {
    const plans: string[] = [];
    await sentSecrets(owner.merchantId, null, async <T>(text: string, values: unknown[]) => {
      const rows = await db().$queryRawUnsafe<{ "QUERY PLAN": string }[]>(
        `EXPLAIN (ANALYZE, BUFFERS) ${text}`,
        ...values,
      );
      plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      return [] as T[];
    });
    const [plan = ""] = plans;
    const [, hit = "0", read = "0"] = /Buffers: shared hit=(\d+)(?: read=(\d+))?/.exec(plan) ?? [];
    return { plan, blocks: Number(hit) + Number(read) };
  };
  for (const sql of ["SELECT 1", "ANALYZE"]) {
    await asDatabaseOwner(sql);
    const { plan, blocks } = await spent();
    expect(blocks, plan).toBeGreaterThan(0);
    expect(blocks, plan).toBeLessThan(100);
  }
});
