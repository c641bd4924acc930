import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import type { Member } from "@/lib/access/member";
import { activateKey } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { generateKey } from "@/lib/api-keys/generate";
import { newKey } from "@/lib/api-keys/key-pair";
import { retireKey } from "@/lib/api-keys/retire";
import type { Proof } from "@/lib/identity/second-factor/challenge";
import { Indeterminate } from "@/lib/platform/db/database-busy";
import { db } from "@/lib/platform/db/db";
import { accept, type Result } from "@/lib/platform/result";
import { activationOf, freshProof } from "../../kit/people/api-keys";
import { restoreKeys } from "../../kit/people/key-changes";
import { makePerson, memberFor, type Person } from "../../kit/people/people";
import { retryWhileBusy } from "../../kit/retry-while-busy";

const TIMES = 100;

/** One person who owns a hundred merchants with a key each, so that only the code is contended. */
let person: Person;
let members: Member[];
beforeAll(async () => {
  const data = Array.from({ length: TIMES }, (_, n) => ({ name: `Merchant ${n}`, mode: "live" as const }));
  const merchants = await db().merchant.createManyAndReturn({ data, select: { id: true } });
  person = await makePerson({ roles: merchants.map(({ id }) => ({ merchantId: id, role: "owner" })) });
  const { sessionId } = await memberFor(person, merchants[0]?.id ?? "", "owner");
  const { userId, email, name } = person;
  members = merchants.map(({ id }) => ({
    userId,
    email,
    name,
    sessionId,
    address: null,
    merchantId: id,
    role: "owner",
  }));
});

type Use = (member: Member, keyId: string, proof: Proof) => Promise<Result<unknown>>;
type Kind = { name: string; active: boolean; use: Use };
const KINDS: Kind[] = [
  { name: "generate", active: false, use: (member, _keyId, proof) => generateKey(member, proof) },
  { name: "activate", active: false, use: (member, keyId, proof) => activateKey(member, activationOf(keyId), proof) },
  {
    name: "edit",
    active: true,
    use: (member, keyId, proof) => editIps(member, { keyId, allowedIps: ["198.51.99.7"] }, proof),
  },
  {
    name: "deactivate",
    active: true,
    use: (member, keyId, proof) => deactivateKey(member, { keyId, reason: "rotating" }, proof),
  },
  {
    name: "retire",
    active: false,
    use: (member, keyId, proof) => retireKey(member, { keyId, reason: "unwanted" }, proof),
  },
];

/** A new key for each merchant. No other key is active. */
async function keys(active: boolean): Promise<string[]> {
  await restoreKeys("UPDATE api_keys SET status = 'inactive', refused_everywhere_at = now() WHERE status = 'active'");
  const ids = members.map(() => randomUUID() as string);
  const state = active ? "'active', '\\x01'::bytea, 1, 'f', now()" : "'generated', NULL, NULL, NULL, NULL";
  await restoreKeys(
    `INSERT INTO api_keys (id, merchant_id, key, status, sealed_secret, key_version, fingerprint, first_activated_at)
     SELECT id, merchant, key, ${state} FROM unnest($1::uuid[], $2::uuid[], $3::text[]) t (id, merchant, key)`,
    [ids, members.map(({ merchantId }) => merchantId), members.map(() => newKey(randomBytes))],
  );
  return ids;
}

/** A change counts as made though the database was too busy for what follows it. */
const tried = (work: () => Promise<Result<unknown>>): Promise<Result<unknown>> =>
  retryWhileBusy(() =>
    work().catch((error: unknown) => {
      if (error instanceof Indeterminate) return accept(null);
      throw error;
    }),
  );

test.each(KINDS)(
  "of 100 concurrent uses of one code to $name, one succeeds and 99 are refused as used",
  async ({ active, use }) => {
    const ids = await keys(active);
    const events = await db().auditEvent.count();
    const proof = freshProof(person);
    const results = await Promise.all(members.map((member, n) => tried(() => use(member, ids[n] ?? "", proof))));
    const codes = results.map((result) => (result.ok ? "ok" : result.refusal.code));
    expect(codes.filter((code) => code === "ok")).toHaveLength(1);
    expect(codes.filter((code) => code === "code_used")).toHaveLength(TIMES - 1);
    expect((await db().auditEvent.count()) - events).toBeLessThanOrEqual(2);
  },
);

test("of 100 concurrent uses of one code for all five kinds of change, one succeeds", async () => {
  const [plain, active] = [await keys(false), await keys(true)];
  const proof = freshProof(person);
  const results = await Promise.all(
    members.map((member, n) => {
      const kind = KINDS[n % KINDS.length] as Kind;
      return tried(() => kind.use(member, (kind.active ? active[n] : plain[n]) ?? "", proof));
    }),
  );
  expect(results.filter((result) => result.ok)).toHaveLength(1);
});
