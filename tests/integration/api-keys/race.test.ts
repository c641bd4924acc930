import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import type { Activated } from "@/lib/api-keys/activate";
import { activateKey } from "@/lib/api-keys/activate";
import { db } from "@/lib/platform/db/db";
import type { Result } from "@/lib/platform/result";
import { childEnv, root, testProgram } from "../../kit/child-env";
import { inOpenTransaction, untilWaitingForLock } from "../../kit/database/locks";
import { SHORT_LIVED } from "../../kit/gateway/programs";
import type { Contestant } from "../../kit/gateway/programs/activation-racer";
import { activationOf, asDatabaseOwner, freshProof, generated, openedSecret } from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";

const PROCESSES = 4;

type Racer = { child: ChildProcessByStdio<Writable, Readable, null>; lines: AsyncIterator<string> };
let racers: Racer[] = [];

beforeAll(async () => {
  racers = Array.from({ length: PROCESSES }, () => {
    const child = spawn(process.execPath, [SHORT_LIVED, testProgram("activation-racer")], {
      cwd: root,
      env: childEnv(process.env),
      stdio: ["pipe", "pipe", "inherit"],
    });
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  });
  return () => {
    for (const { child } of racers) child.kill();
  };
});

/**
 * Distributes the contestants, waits until every process has a connection open for each, starts
 * them together, and collects the results.
 */
async function race(contestants: Contestant[]): Promise<Result<Activated>[]> {
  racers.forEach(({ child }, n) => {
    child.stdin.write(`${JSON.stringify(contestants.filter((_, index) => index % PROCESSES === n))}\n`);
  });
  for (const { lines } of racers) expect((await lines.next()).value).toBe("ready");
  for (const { child } of racers) child.stdin.write("go\n");
  return (
    await Promise.all(racers.map(async ({ lines }) => JSON.parse((await lines.next()).value) as Result<Activated>[]))
  ).flat();
}

/** Different Owners of one merchant, so that nobody waits for another's code. */
async function owners(count: number): Promise<Owner[]> {
  const first = await makeOwner();
  const all = [first];
  while (all.length < count) all.push(await makeMember("owner", first.merchantId));
  return all;
}

const active = (merchantId: string) =>
  db().apiKey.findMany({ where: { merchantId, status: "active" }, select: { id: true, number: true } });

async function contestants(all: Owner[]): Promise<Contestant[]> {
  return Promise.all(
    all.map(async (owner) => ({ member: owner.member, keyId: (await generated(owner)).id, proof: freshProof(owner) })),
  );
}

describe("of 32 concurrent activations from 4 processes", () => {
  let results: Result<Activated>[];
  let merchantId: string;
  let steps: number[];
  beforeAll(async () => {
    const all = await contestants(await owners(32));
    merchantId = all[0]?.member.merchantId ?? "";
    steps = all.map(({ proof }) => (proof.kind === "totp" ? proof.step : 0));
    results = await race(all);
  });

  test("one succeeds, and 31 are refused with the active key's number", async () => {
    const [winner, ...more] = await active(merchantId);
    const won = results.filter((result) => result.ok);
    expect(more).toEqual([]);
    expect(won.map((result) => result.value.number)).toEqual([winner?.number]);
    expect(won[0]?.value.secret).toBe(await openedSecret(winner?.id ?? ""));
    const refused = results.filter((result) => !result.ok).map((result) => result.refusal);
    expect(refused).toEqual(Array.from({ length: 31 }, () => ({ code: "another_key_active", number: winner?.number })));
  });

  test("the refused ones have consumed no code, created no secret, kept no copy and written no event", async () => {
    const [count] = await asDatabaseOwner(
      `SELECT (SELECT count(*) FROM totp_devices WHERE last_step = ANY($2))::int AS codes,
        (SELECT count(sealed_secret) FROM api_keys WHERE merchant_id = $1)::int AS secrets,
        (SELECT count(*) FROM reveals r JOIN api_keys k ON k.id = r.key_id WHERE k.merchant_id = $1)::int AS copies,
        (SELECT count(*) FROM audit_events WHERE merchant_id = $1 AND event = 'api_key.activated')::int AS events`,
      [merchantId, steps],
    );
    expect(count).toEqual({ codes: 1, secrets: 1, copies: 1, events: 1 });
  });
});

test("8 concurrent activations of one key, from 4 processes, show one secret, once", async () => {
  const all = await owners(8);
  const { id, number } = await generated(all[0] as Owner);
  const results = await race(all.map((owner) => ({ member: owner.member, keyId: id, proof: freshProof(owner) })));
  const won = results.filter((result) => result.ok);
  expect(won).toHaveLength(1);
  expect(won[0]?.value.secret).toBe(await openedSecret(id));
  const refused = results.filter((result) => !result.ok).map((result) => result.refusal);
  expect(refused).toEqual(Array.from({ length: 7 }, () => ({ code: "key_already_active", number })));
});

test("an activation that lost to one that was rolled back runs again", async () => {
  const owner = await makeOwner();
  const [mine, theirs] = [await generated(owner), await generated(owner)];
  let racing: Promise<Result<Activated>> | undefined;
  const winning = `UPDATE api_keys SET status = 'active', sealed_secret = '\\x01', key_version = 1, fingerprint = 'f', first_activated_at = now()
    WHERE id = $1`;
  await inOpenTransaction([winning, [theirs.id]], "ROLLBACK", async () => {
    racing = activateKey(owner.member, activationOf(mine.id), freshProof(owner));
    await untilWaitingForLock();
  });
  expect(await racing).toMatchObject({ ok: true, value: { number: mine.number } });
});
