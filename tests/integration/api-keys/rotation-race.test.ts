import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { cancelRotation } from "@/lib/api-keys/rotation/cancel";
import { rotateKey } from "@/lib/api-keys/rotation/rotate";
import { takeOver } from "@/lib/api-keys/rotation/take-over";
import { deadlocksFromNow } from "../../kit/database/deadlocks";
import {
  asDatabaseOwner,
  freshProof,
  ownerWithActiveKey,
  rotated,
  rotationOf,
  storedKey,
} from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";
import { randomKind, runOperation } from "../../kit/people/rotations";
import { retryWhileBusy } from "../../kit/retry-while-busy";

const WORKERS = 8;
const STEPS = 20;

vi.spyOn(console, "warn").mockImplementation(() => undefined);
const deadlocks = deadlocksFromNow();
const gateways = Array.from(
  { length: WORKERS },
  () => new pg.Client({ connectionString: process.env.GATEWAY_DATABASE_URL }),
);
beforeAll(() => Promise.all(gateways.map((gateway) => gateway.connect())));
afterAll(() => Promise.all(gateways.map((gateway) => gateway.end())));

const requestOf = (gateway: pg.Client) => async (keyId: string) => {
  const { rows } = await gateway.query("SELECT outcome FROM take_over($1, 'first_request', NULL, '198.51.99.7')", [
    keyId,
  ]);
  return String(rows[0]?.outcome);
};

/** Owners of one merchant, so that nobody waits for another's code. */
async function owners(): Promise<{ all: Owner[]; merchantId: string }> {
  const { owner } = await ownerWithActiveKey();
  const all = [owner];
  while (all.length < WORKERS) all.push(await makeMember("owner", owner.merchantId));
  return { all, merchantId: owner.merchantId };
}

/**
 * Every committed change of a merchant's keys, as the database made it: which was active and which
 * on standby after each transaction.
 */
const JOURNAL = `
  CREATE TABLE journal (id bigserial, merchant uuid, key uuid, xid xid8, before text, after text);
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    IF TG_OP = 'INSERT' OR NEW.status <> OLD.status THEN
      INSERT INTO public.journal (merchant, key, xid, before, after)
        VALUES (NEW.merchant_id, NEW.id, pg_current_xact_id(), CASE TG_OP WHEN 'UPDATE' THEN OLD.status::text END, NEW.status::text);
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER note AFTER INSERT OR UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION note();`;

type Noted = { key: string; xid: string; before: string | null; after: string };

describe("for eight workers that change a merchant's keys in any order,", () => {
  let merchants: { all: Owner[]; merchantId: string }[] = [];
  const looks: { active: number; standby: number }[] = [];
  beforeAll(async () => {
    await asDatabaseOwner(JOURNAL);
    merchants = [await owners(), await owners(), await owners()];
    let over = false;
    const ids = merchants.map(({ merchantId }) => merchantId);
    const looking = (async () => {
      while (!over)
        looks.push(
          ...((await asDatabaseOwner(
            `SELECT merchant_id, (count(*) FILTER (WHERE status = 'active'))::int AS active, (count(*) FILTER (WHERE status = 'standby'))::int AS standby
             FROM api_keys WHERE merchant_id = ANY ($1) GROUP BY merchant_id`,
            [ids],
          )) as typeof looks),
        );
    })();
    const swaps = async () =>
      (
        await asDatabaseOwner("SELECT FROM audit_events WHERE event = 'api_key.took_over' AND merchant_id = ANY ($1)", [
          ids,
        ])
      ).length;
    // The steps are random, so there are more rounds until several pairs took over.
    for (let round = 0; round < 3 || (round < 30 && (await swaps()) < 4); round++) {
      const { all } = merchants[round % merchants.length] as (typeof merchants)[number];
      await Promise.all(
        all.map(async (owner, n) => {
          const request = requestOf(gateways[n] as pg.Client);
          for (let step = 0; step < STEPS; step++) {
            await retryWhileBusy(() => runOperation(randomKind(), owner, request));
          }
        }),
      );
    }
    over = true;
    await looking;
  }, 300_000);

  const journal = async (merchantId: string) =>
    (await asDatabaseOwner("SELECT key, xid::text AS xid, before, after FROM journal WHERE merchant = $1 ORDER BY id", [
      merchantId,
    ])) as Noted[];

  test("never two are active, and never two on standby", () => {
    expect(looks.length).toBeGreaterThan(50);
    expect(looks.filter(({ active, standby }) => active > 1 || standby > 1)).toEqual([]);
    expect(looks.some(({ active }) => active === 1)).toBe(true);
  });

  test("a take-over deactivates the old key and activates the new one in one transaction", async () => {
    let swaps = 0;
    for (const { merchantId } of merchants) {
      const all = await journal(merchantId);
      const took = await asDatabaseOwner(
        "SELECT xmin::text AS xid, api_key_id AS key, data->>'replacedId' AS old FROM audit_events WHERE merchant_id = $1 AND event = 'api_key.took_over'",
        [merchantId],
      );
      swaps += took.length;
      for (const { xid, key, old } of took) {
        const made = all.filter((each) => each.xid === xid);
        expect(made).toContainEqual({ key, xid, before: "standby", after: "active" });
        const ended = made.filter(({ before }) => before === "active");
        expect(ended.map((each) => each.after)).toEqual(ended.map(() => "inactive"));
        if (old !== null) expect(ended.map((each) => each.key)).toEqual([old]);
      }
    }
    expect(swaps).toBeGreaterThan(3);
  });

  test("each change has one event, and no event is without its change", async () => {
    for (const { merchantId } of merchants) {
      const all = await journal(merchantId);
      const count = (is: (each: Noted) => boolean) => all.filter(is).length;
      const rows = await asDatabaseOwner(
        "SELECT event, count(*)::int AS count FROM audit_events WHERE merchant_id = $1 GROUP BY event",
        [merchantId],
      );
      const events = Object.fromEntries(rows.map(({ event, count }) => [event, count]));
      const by = (event: string) => Number(events[`api_key.${event}`] ?? 0);
      expect(by("rotation_started")).toBe(count(({ before, after }) => before === null && after === "standby"));
      expect(by("took_over")).toBe(count(({ before, after }) => before === "standby" && after === "active"));
      expect(by("activated")).toBe(count(({ before, after }) => before !== "standby" && after === "active"));
      expect(by("rotation_expired")).toBe(count(({ before, after }) => before === "standby" && after === "inactive"));
      expect(by("rotation_cancelled") + by("retired")).toBe(count(({ after }) => after === "retired"));
      const replaced = Number(
        (
          await asDatabaseOwner(
            "SELECT count(*) AS n FROM audit_events WHERE merchant_id = $1 AND data ? 'replacedId'",
            [merchantId],
          )
        )[0]?.n,
      );
      expect(by("deactivated") + replaced).toBe(
        count(({ before, after }) => before === "active" && after === "inactive"),
      );
    }
  });

  test("and no operation failed with a deadlock", () => {
    expect(deadlocks()).toEqual([]);
  });
});

test("a key that took over and was replaced does not take over again, however often a gateway asks", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const second = await rotated(owner, key.id);
  const request = requestOf(gateways[0] as pg.Client);
  expect(await request(second.id)).toBe("taken");
  const third = await rotated(owner, second.id);
  expect(await request(third.id)).toBe("taken");
  const all = await Promise.all(gateways.map((gateway, n) => requestOf(gateway)(n % 2 === 0 ? second.id : third.id)));
  expect(all.filter((outcome) => !["inactive", "active", "busy"].includes(outcome))).toEqual([]);
  expect(await request(second.id)).toBe("inactive");
  expect(await request(third.id)).toBe("active");
  const events = await asDatabaseOwner(
    "SELECT api_key_id AS id FROM audit_events WHERE merchant_id = $1 AND event = 'api_key.took_over' ORDER BY id",
    [owner.merchantId],
  );
  expect(events.map(({ id }) => id)).toHaveLength(2);
});

test("of eight concurrent rotations one succeeds, and the others are refused with its number", async () => {
  const { all } = await owners();
  const [first] = all as [Owner];
  const [key] = (await asDatabaseOwner("SELECT id FROM api_keys WHERE merchant_id = $1", [first.merchantId])) as {
    id: string;
  }[];
  const results = await Promise.all(
    all.map((owner) => retryWhileBusy(() => rotateKey(owner.member, rotationOf(key?.id ?? ""), freshProof(owner)))),
  );
  const won = results.filter((result) => result.ok);
  expect(won).toHaveLength(1);
  const { number } = won[0]?.ok ? won[0].value : { number: 0 };
  const refusals = results.flatMap((result) => (result.ok ? [] : result.refusal));
  expect(refusals).toEqual(Array.from({ length: WORKERS - 1 }, () => ({ code: "rotation_under_way", number })));
});

test("of a concurrent take-over, cancellation and eight requests, one decides and the others see its result", async () => {
  for (let round = 0; round < 6; round++) {
    const { owner, key } = await ownerWithActiveKey();
    const other = await makeMember("owner", owner.merchantId);
    const { id } = await rotated(owner, key.id);
    const [taken, cancelled, ...requests] = await Promise.all([
      retryWhileBusy(() => takeOver(owner.member, { keyId: id }, freshProof(owner))),
      retryWhileBusy(() => cancelRotation(other.member, { keyId: id }, freshProof(other))),
      ...gateways.map((gateway) => requestOf(gateway)(id)),
    ]);
    const [is, was] = [(await storedKey(id)).status, (await storedKey(key.id)).status];
    expect([is, was]).toEqual(cancelled.ok ? ["retired", "active"] : ["active", "inactive"]);
    expect(taken.ok).toBe(!cancelled.ok);
    expect(requests.filter((outcome) => outcome === "taken").length).toBeLessThanOrEqual(cancelled.ok ? 0 : 1);
    const events = await asDatabaseOwner(
      "SELECT FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.took_over'",
      [id],
    );
    expect(events).toHaveLength(cancelled.ok ? 0 : 1);
  }
});

test("another merchant's Owner cannot take over", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const { id } = await rotated(owner, key.id);
  const stranger = await makeOwner();
  expect(await takeOver(stranger.member, { keyId: id }, freshProof(stranger))).toEqual({
    ok: false,
    refusal: { code: "not_found" },
  });
});
