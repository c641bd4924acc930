import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { storedPropagation } from "@/lib/api-keys/propagation/stored-propagation";
import { countRefusals } from "@/lib/api-keys/reads/refusal-groups";
import { seriesOf } from "@/lib/api-keys/reads/series";
import { takeOver } from "@/lib/api-keys/rotation/take-over";
import { runSqlAsApp } from "@/lib/platform/db/db";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { finishDeactivations } from "@/lib/worker/jobs/deactivations";
import { holdingLocks } from "../../kit/busy";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { setAllowedIps } from "../../kit/gateway/gateway-keys";
import { BODY, codeOf, hmac, whoami, whoamiOnce } from "../../kit/gateway/gateway-requests";
import { retryUntilAcknowledged, silentGateway } from "../../kit/gateway/propagation";
import { refusalsOf } from "../../kit/gateway/usage";
import { startTcpProxy, type TcpProxy } from "../../kit/network/tcp-proxy";
import {
  activated,
  asDatabaseOwner,
  eventsOf,
  freshProof,
  rotated,
  rotationOver,
  storedKey,
  unwrap,
} from "../../kit/people/api-keys";
import { makeOwner, type Owner } from "../../kit/people/people";

type Pair = { id: string; number: number; key: string; secret: string };

const ACCEPTED = "200 accepted";
const NOT_ACTIVE = "403 bad_header_key";

let proxy: TcpProxy;
let first: TestGateway;
let second: TestGateway;
let owner: Owner;
let old: Pair;

beforeAll(async () => {
  const { hostname, port } = new URL(process.env.GATEWAY_DATABASE_URL as string);
  proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  first = await gatewayHere({ databaseUrl: proxy.through(process.env.GATEWAY_DATABASE_URL as string) });
  second = await gatewayHere();
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  await proxy.close();
});
beforeEach(async () => {
  owner = await makeOwner();
  const { id, number, secret } = await activated(owner);
  old = { id, number, secret, key: (await storedKey(id)).key };
});

const judged = async (gateway: TestGateway, pair: Pair, headers = {}) => codeOf(await whoami(gateway, pair, headers));
const state = async ({ id }: Pair) => (await storedKey(id)).status;
const swaps = async ({ id }: Pair) => (await eventsOf(id)).filter((event) => event === "api_key.took_over").length;

describe("the first valid request takes over", () => {
  test("on the gateway that it reaches and on the other, and the old key is soon refused by both", async () => {
    const next = await rotated(owner, old.id);
    await setAllowedIps(next, ["127.0.0.1"]);
    for (const gateway of [first, second]) expect(await judged(gateway, old)).toBe(ACCEPTED);
    expect(await judged(first, next)).toBe(ACCEPTED);
    expect(await judged(second, next)).toBe(ACCEPTED);
    expect([await state(next), await state(old), await swaps(next)]).toEqual(["active", "inactive", 1]);
    for (const gateway of [first, second]) await expect.poll(() => judged(gateway, old)).toBe(NOT_ACTIVE);
    const [event] = await asDatabaseOwner(
      "SELECT actor_kind, address, data FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.took_over'",
      [next.id],
    );
    expect(event).toMatchObject({
      actor_kind: "system",
      address: "127.0.0.1",
      data: { how: "first_request", replacedId: old.id },
    });
  });

  test("and its response is that of any active key", async () => {
    const next = await rotated(owner, old.id);
    const { status, body } = await whoami(first, next);
    expect([status, JSON.parse(body).data.key.id]).toEqual([200, next.number]);
  });

  test("once, for any number of concurrent requests at both gateways, and none of them is refused", async () => {
    const next = await rotated(owner, old.id);
    const codes = await Promise.all(Array.from({ length: 60 }, (_, n) => judged(n % 2 ? first : second, next)));
    expect(new Set(codes)).toEqual(new Set([ACCEPTED]));
    expect(await swaps(next)).toBe(1);
  });

  test("on a gateway that has the key cached as on standby and has not been notified of the swap", async () => {
    const next = await rotated(owner, old.id);
    await setAllowedIps(next, ["127.0.0.1"]);
    expect(await judged(second, next, { "X-Processing-Signature": "0".repeat(128) })).toBe("403 bad_header_signature");
    expect(await judged(first, next)).toBe(ACCEPTED);
    expect(codeOf(await whoamiOnce(second, next))).toBe(ACCEPTED);
  });

  test("and the worker waits for the gateways, which the old key's receipt names", async () => {
    const wait = async () => {
      const replaced = old;
      const next = await rotated(owner, replaced.id);
      expect(await judged(first, next)).toBe(ACCEPTED);
      await finishDeactivations(() => 0)();
      expect((await storedKey(replaced.id)).refusedEverywhereAt).not.toBeNull();
      expect((await eventsOf(replaced.id)).at(-1)).toBe("api_key.refused_everywhere");
      const [event] = await asDatabaseOwner(
        "SELECT data FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.refused_everywhere'",
        [replaced.id],
      );
      old = next;
      return { propagation: storedPropagation(event?.data) };
    };
    const { propagation } = await retryUntilAcknowledged(wait);
    expect(propagation?.gateways).toHaveLength(2);
    for (const { ms } of propagation?.gateways ?? []) expect(ms).toBeGreaterThan(0);
  });

  test("and the worker finishes by time if a gateway does not confirm, with its name", async () => {
    await silentGateway();
    const next = await rotated(owner, old.id);
    expect(await judged(first, next)).toBe(ACCEPTED);
    const began = performance.now();
    await finishDeactivations(() => 0)();
    expect(performance.now() - began).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
    const [event] = await asDatabaseOwner(
      "SELECT data FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.refused_everywhere'",
      [old.id],
    );
    const propagation = storedPropagation(event?.data);
    expect(propagation?.endedBy).toBe("time");
    expect(propagation?.gateways).toContainEqual({ name: "silent", ms: null });
  });
});

describe("a wrong signature during a rotation is explained", () => {
  const explained = async (pair: Pair, secret: string) => {
    await setAllowedIps(pair, ["127.0.0.1"]);
    expect(await judged(first, pair, { "X-Processing-Signature": hmac(secret, BODY) })).toBe(
      "403 bad_header_signature",
    );
    return async () => (await refusalsOf(pair.number)).map(({ mistake }) => mistake);
  };

  test("for the key on standby: a mistake in its own secret", async () => {
    const next = await rotated(owner, old.id);
    await expect.poll(await explained(next, `${next.secret}\n`), { timeout: 15_000 }).toEqual(["secret_newline"]);
  });

  test("for the key on standby: the secret of the key that it takes over from", async () => {
    const next = await rotated(owner, old.id);
    await expect.poll(await explained(next, old.secret), { timeout: 15_000 }).toEqual(["previous_secret"]);
  });

  test("for the active key: the secret of the key on standby", async () => {
    const next = await rotated(owner, old.id);
    await expect.poll(await explained(old, next.secret), { timeout: 15_000 }).toEqual(["newer_secret"]);
  });
});

describe("a pair on standby does not take over, and the old key stays accepted,", () => {
  test.each<[string, string, { allowedIps?: string[]; headers?: Record<string, string> }]>([
    ["with a wrong signature", "403 bad_header_signature", { headers: { "X-Processing-Signature": "0".repeat(128) } }],
    ["from another address", "403 ip_not_allowed", { allowedIps: ["198.51.99.7"] }],
    ["with another type of content", "400 bad_content_format", { headers: { "Content-Type": "text/plain" } }],
    ["with an encoded body", "415 unsupported_media_type", { headers: { "Content-Encoding": "gzip" } }],
  ])("%s", async (_, code, { allowedIps = [], headers = {} }) => {
    const next = await rotated(owner, old.id, { allowedIps });
    expect(await judged(first, next, headers)).toBe(code);
    expect([await state(next), await state(old)]).toEqual(["standby", "active"]);
    expect(await judged(first, old)).toBe(ACCEPTED);
  });

  test("with a body that is signed correctly and is not JSON", async () => {
    const next = await rotated(owner, old.id);
    expect(codeOf(await whoami(first, next, {}, "no"))).toBe("400 bad_content_format");
    expect(await state(next)).toBe("standby");
  });

  test("when its seven days are over: it is refused like an inactive key, whatever is wrong", async () => {
    const next = await rotated(owner, old.id);
    await rotationOver(next.id);
    expect(await judged(first, next)).toBe(NOT_ACTIVE);
    for (const headers of [{ "X-Processing-Signature": "0".repeat(128) }, { "Content-Encoding": "gzip" }])
      expect(await judged(first, next, headers)).toBe(NOT_ACTIVE);
    expect([await state(next), await state(old)]).toEqual(["standby", "active"]);
  });

  test("when no key is active: no request activates what an Owner stopped", async () => {
    const next = await rotated(owner, old.id);
    unwrap(await deactivateKey(owner.member, { keyId: old.id, reason: "other" }, freshProof(owner)));
    expect(await judged(first, next)).toBe(NOT_ACTIVE);
    expect(await state(next)).toBe("standby");
  });

  test("from an address that was removed while the gateway has it cached", async () => {
    const next = await rotated(owner, old.id);
    await setAllowedIps(next, ["127.0.0.1"]);
    const gateway = new pg.Client({ connectionString: process.env.GATEWAY_DATABASE_URL });
    await gateway.connect();
    const { rows } = await gateway.query("SELECT outcome FROM take_over($1, 'first_request', NULL, '198.51.99.7')", [
      next.id,
    ]);
    await gateway.end();
    expect(rows).toEqual([{ outcome: "address" }]);
    expect(await state(next)).toBe("standby");
  });

  test("when only an Owner can take over: it is refused like an inactive key, and the addresses that tried it are counted", async () => {
    const next = await rotated(owner, old.id, { takesOver: "manual" });
    expect(await judged(first, next)).toBe(NOT_ACTIVE);
    expect(await judged(first, next, { "X-Processing-Signature": hmac("x".repeat(64), BODY) })).toBe(NOT_ACTIVE);
    expect(await judged(first, next, { "Content-Encoding": "gzip" })).toBe(NOT_ACTIVE);
    expect(codeOf(await whoami(first, next, {}, "x".repeat(1024 * 1024 + 1)))).toBe(NOT_ACTIVE);
    expect([await state(next), await state(old)]).toEqual(["standby", "active"]);
    const reasons = async () => (await refusalsOf(next.number)).map(({ reason }) => reason).sort();
    await expect.poll(reasons, { timeout: 20_000 }).toEqual(["bad_header_key", "on_standby"]);
    // Of what is listed, all but the tries counts as refused.
    const difference = async () => {
      const listed = countRefusals(await refusalsOf(next.number));
      return listed.refused - (await seriesOf(runSqlAsApp, next.number, "day")).refused;
    };
    await expect.poll(difference, { timeout: 20_000 }).toBe(0);
  });
});

test("when the Owner takes over, a gateway that has the key cached as waiting asks the database, and accepts it", async () => {
  const next = await rotated(owner, old.id, { takesOver: "manual" });
  for (const gateway of [first, second]) expect(await judged(gateway, next)).toBe(NOT_ACTIVE);
  const taking = takeOver(owner.member, { keyId: next.id }, freshProof(owner));
  await expect.poll(() => state(next)).toBe("active");
  for (const gateway of [first, second]) expect(codeOf(await whoamiOnce(gateway, next))).toBe(ACCEPTED);
  unwrap(await taking);
  for (const gateway of [first, second]) expect(await judged(gateway, old)).toBe(NOT_ACTIVE);
});

test("a take-over whose reply is lost returns 503, and a repeat finds it done", async () => {
  const next = await rotated(owner, old.id);
  expect(await judged(first, next, { "X-Processing-Signature": "0".repeat(128) })).toBe("403 bad_header_signature");
  const sprung = proxy.trap({ direction: "down", bytes: "taken", fate: "cut", pass: false });
  const answer = whoamiOnce(first, next);
  await sprung;
  expect(codeOf(await answer)).toBe("503 unavailable");
  expect([await state(next), await state(old)]).toEqual(["active", "inactive"]);
  await expect.poll(async () => codeOf(await whoamiOnce(first, next)), { timeout: 30_000 }).toBe(ACCEPTED);
  expect(await swaps(next)).toBe(1);
});

test("locked rows do not keep a gateway from renewing its lease: the request gets 503, and no key takes over", async () => {
  const next = await rotated(owner, old.id);
  expect(await judged(first, old)).toBe(ACCEPTED);
  await holdingLocks("SELECT FROM api_keys WHERE id = $1 FOR UPDATE", [old.id], async () => {
    expect(codeOf(await whoamiOnce(first, next))).toBe("503 unavailable");
    expect(codeOf(await whoamiOnce(first, old))).toBe(ACCEPTED);
  });
  expect(await judged(first, next)).toBe(ACCEPTED);
});
