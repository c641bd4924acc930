import { describe, expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { db } from "@/lib/platform/db/db";
import { leakedKeys } from "@/lib/support/operator/leaked-keys";
import { type Retired, retireLeakedKeys } from "@/lib/support/operator/retire-keys";
import { adminInProcess as admin, OPERATOR, stateSnapshot } from "../../kit/admin";
import { asOwner } from "../../kit/gateway/gateway-keys";
import { leaseWaits } from "../../kit/gateway/lease-waits";
import { silentGateway } from "../../kit/gateway/propagation";
import {
  activated,
  eventsOf,
  freshProof,
  generated,
  moveFirstActivation,
  storedKey,
  unwrap,
} from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";

/** The Owner of a new merchant with one active key and one that was never active. */
async function merchant() {
  const owner = await makeOwner();
  const { number } = await db().merchant.findUniqueOrThrow({
    where: { id: owner.merchantId },
    select: { number: true },
  });
  return { owner, number, active: await activated(owner), made: await generated(owner) };
}

const statusOf = async ({ id }: { id: string }) => (await storedKey(id)).status;
const mailsTo = (owner: Owner) =>
  asOwner<{ template: string }>("SELECT template FROM outbox WHERE recipient = $1", [owner.email]);
const STOPPED = ["api_key.deactivated", "api_key.retired", "api_key.refused_everywhere"];

describe("the keys of a leak are retired", () => {
  test("for certain: a repeat after a COMMIT that no standby confirmed continues, and does not report it as done", async () => {
    const leaked = await merchant();
    const retire = () => admin("retire-keys", "--merchant", String(leaked.number), "--yes");
    await asOwner(`CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'canceling wait'; RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER warn AFTER UPDATE ON api_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warn()`);
    for (let time = 0; time < 2; time++)
      expect(await retire()).toEqual({ code: 1, output: expect.stringContaining("Run the same command again") });
    await asOwner("DROP FUNCTION warn CASCADE");
    expect((await retire()).code).toBe(0);
    expect((await storedKey(leaked.active.id)).refusedEverywhereAt).not.toBeNull();
  });

  test("those of a merchant, never activated ones too, and no other's: each with its events, its mail and the operator's name", async () => {
    const [leaked, other] = [await merchant(), await merchant()];
    const { code, output } = await admin("retire-keys", "--merchant", String(leaked.number), "--yes");
    expect([code, output]).toEqual([
      0,
      expect.stringContaining("2 keys are retired. All gateways have refused them since "),
    ]);
    expect(output).toContain("2 keys of 1 merchant; 1 active and accepting signed requests.");
    expect(await Promise.all([leaked.active, leaked.made, other.active, other.made].map(statusOf))).toEqual([
      ...["retired", "retired", "active", "generated"],
    ]);
    expect((await eventsOf(leaked.active.id)).slice(-3)).toEqual(STOPPED);
    expect((await eventsOf(leaked.made.id)).at(-1)).toBe("api_key.retired");
    const events = await db().auditEvent.findMany({
      where: { actorKind: "operator", merchantId: leaked.owner.merchantId },
    });
    expect(events.map(({ data }) => (data as { operator?: string }).operator)).toEqual(events.map(() => OPERATOR));
    const told = (await mailsTo(leaked.owner)).map(({ template }) => template);
    expect(told.filter((template) => /^key_(deactivated|retired)$/.test(template)).sort()).toEqual([
      "key_deactivated",
      "key_retired",
    ]);
    expect(await storedKey(leaked.active.id)).toMatchObject({
      deactivationReason: "compromised",
      retirementReason: "compromised",
    });
  });

  test("those whose secret is sealed for a version", async () => {
    const { active, made } = await merchant();
    expect((await admin("retire-keys", "--sealed-by", "1", "--yes")).code).toBe(0);
    expect([await statusOf(active), await statusOf(made)]).toEqual(["retired", "generated"]);
  });

  test("those that were first activated before a time, or since", async () => {
    const [early, late] = [await merchant(), await merchant()];
    await moveFirstActivation(early.active.id, "-2 days");
    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1_000).toISOString().slice(0, 16);
    expect((await admin("retire-keys", "--activated-before", `${yesterday}Z`, "--yes")).code).toBe(0);
    expect(await Promise.all([early.active, early.made, late.active].map(statusOf))).toEqual([
      "retired",
      "generated",
      "active",
    ]);
    expect((await admin("retire-keys", "--activated-since", `${yesterday}Z`, "--yes")).code).toBe(0);
    expect(await Promise.all([late.active, late.made].map(statusOf))).toEqual(["retired", "generated"]);
  });

  test("where several conditions are given, those that meet all of them", async () => {
    const [one, other] = [await merchant(), await merchant()];
    await admin("retire-keys", "--sealed-by", "1", "--merchant", String(one.number), "--yes");
    expect(await Promise.all([one.active, one.made, other.active].map(statusOf))).toEqual([
      "retired",
      "generated",
      "active",
    ]);
  });

  test("whatever their state, and a repeat finds none", async () => {
    const { owner, number, active } = await merchant();
    const command = ["retire-keys", "--merchant", String(number), "--yes"];
    unwrap(await deactivateKey(owner.member, { keyId: active.id, reason: "rotating" }, freshProof(owner)));
    expect(await admin(...command)).toMatchObject({ code: 0, output: expect.stringContaining("2 keys are retired.") });
    expect(await statusOf(active)).toBe("retired");
    expect(await admin(...command)).toMatchObject({
      code: 0,
      output: "No key matches, or all of them are retired already.\n",
    });
  });
});

describe("nothing is changed", () => {
  test.each([[[]], [["--dry-run"]]])("for an unknown version of the sealing key: %j", async (options) => {
    await merchant();
    const before = await stateSnapshot();
    const ended = await admin("retire-keys", "--sealed-by", "9", "--yes", ...options);
    expect(ended).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^There is no version 9 of the sealing key\./),
    });
    expect(await stateSnapshot()).toBe(before);
  });

  test("for a version that was removed, which has no keys any more", async () => {
    await asOwner(
      `INSERT INTO audit_events (event, actor_kind, data) VALUES ('sealing_key.removed', 'operator', '{"version": 9}')`,
    );
    const ended = await admin("retire-keys", "--sealed-by", "9", "--yes");
    expect(ended).toEqual({ code: 0, output: "No key matches, or all of them are retired already.\n" });
  });

  test.each([
    ["by a dry run, which shows what would be", ["--dry-run"], 0, "Nothing was changed."],
    ["where nobody says yes", [], 1, "Nothing was changed."],
  ])("%s", async (_, options, code, sentence) => {
    const { number, active, made } = await merchant();
    const before = await stateSnapshot();
    const ended = await admin("retire-keys", "--merchant", String(number), ...options);
    expect(ended).toMatchObject({ code, output: expect.stringContaining(sentence) });
    expect(ended.output).toContain(`${active.number} (active), ${made.number} (generated)`);
    expect(await stateSnapshot()).toBe(before);
  });

  test.each([
    [[]],
    [["--dry-run"]],
    [["--sealed-by", "one"]],
    [["--activated-before", "yesterday"]],
    [["--activated-before", "2026-02-30T99:00Z"]],
    [["--activated-before", "2026-11-29 10:00"]],
    [["--merchant", "Acme"]],
    [["--merchant"]],
    [["20001", "--merchant", "20001"]],
  ])("by an invalid command: %j", async (options) => {
    await merchant();
    const before = await stateSnapshot();
    expect(await admin("retire-keys", ...options, "--yes")).toMatchObject({ code: 2 });
    expect(await stateSnapshot()).toBe(before);
  });
});

test("many are all deactivated before any is waited for, and their waits together take as long as one, though a gateway is silent", async () => {
  await silentGateway();
  const owners = await Promise.all(Array.from({ length: 20 }, makeOwner));
  for (const owner of owners) await activated(owner);
  const keys = await leakedKeys({ sealedBy: 1 });
  expect(keys.length).toBeGreaterThanOrEqual(20);
  let outcome: Retired | undefined;
  const waits = await leaseWaits(async () => {
    outcome = await retireLeakedKeys(OPERATOR, keys, () => undefined);
  });
  expect(outcome).toMatchObject({ retired: keys.length, left: [] });
  // At most the keys that are processed concurrently: for the others, the time is over by then.
  expect(waits).toBeLessThanOrEqual(8);
  const [times] = await asOwner(
    "SELECT max(deactivated_at) < min(refused_everywhere_at) AS apart FROM api_keys WHERE id = ANY ($1)",
    [keys.map(({ id }) => id)],
  );
  expect(times).toEqual({ apart: true });
});

test("one that was changed meanwhile is named with its reason, the others are retired, and the same command continues", async () => {
  const { owner, active, made } = await merchant();
  const keys = await leakedKeys({ merchantId: owner.merchantId });
  const stale = keys.map((key) => (key.id === active.id ? { ...key, status: "generated" as const } : key));
  const { retired, left } = await retireLeakedKeys(OPERATOR, stale, () => undefined);
  expect([retired, left.map(({ number, refusal }) => [number, refusal.code])]).toEqual([
    1,
    [[active.number, "key_is_active"]],
  ]);
  expect(await statusOf(made)).toBe("retired");
  expect(await admin("retire-keys", "--merchant", String((await merchantOf(owner)).number), "--yes")).toMatchObject({
    code: 0,
  });
  expect(await statusOf(active)).toBe("retired");
});

const merchantOf = (owner: Owner) =>
  db().merchant.findUniqueOrThrow({ where: { id: owner.merchantId }, select: { number: true } });

test("every Owner of the merchant is emailed", async () => {
  const { owner, number } = await merchant();
  const second = await makeMember("owner", owner.merchantId);
  await admin("retire-keys", "--merchant", String(number), "--yes");
  const told = await asOwner<{ recipient: string }>(
    "SELECT DISTINCT recipient FROM outbox WHERE template = 'key_deactivated'",
  );
  expect(told.map(({ recipient }) => recipient)).toEqual(expect.arrayContaining([owner.email, second.email]));
});
