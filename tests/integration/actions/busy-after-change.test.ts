import { beforeAll, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { POST } from "@/app/api/api-keys/[id]/reveal/route";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { blockEvents, cancellingWaits, databaseContents, holdingLocks, LOCK_EVENTS } from "../../kit/busy";
import { incoming } from "../../kit/next-headers";
import {
  asDatabaseOwner,
  eventsOf,
  freshProof,
  generated,
  newTicket,
  openedSecret,
  ownerWithActiveKey,
  storedKey,
} from "../../kit/people/api-keys";
import { makeOwner, type Owner } from "../../kit/people/people";
import { mintSession } from "../../kit/people/session";
import { freshCodeOf } from "../../kit/people/totp";

/*
 * If a change is committed and a later statement is turned away, no reply claims that nothing was
 * changed.
 */

let logged: MockInstance<typeof console.warn>;
beforeEach(() => {
  logged = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
beforeAll(() => blockEvents("api_key.secret_delivered", "api_key.refused_everywhere"));

let owner: Owner;
let body: { keyId: string } & Record<string, unknown>;
beforeEach(async () => {
  owner = await makeOwner();
  const { cookie } = await mintSession(owner);
  incoming.headers = new Headers();
  incoming.cookies = new Map([[cookie.name, { value: cookie.value }]]);
  const { id } = await generated(owner);
  body = { merchantId: owner.merchantId, keyId: id, ips: [], ticket: newTicket(), code: await freshCodeOf(owner) };
});

function reveal() {
  const text = JSON.stringify(body);
  const headers = {
    origin: "http://localhost:3000",
    "content-type": "application/json",
    "content-length": String(text.length),
  };
  const request = new Request(`http://localhost:3000/api/api-keys/${body.keyId}/reveal`, {
    method: "POST",
    headers,
    body: text,
  });
  return POST(request, { params: Promise.resolve({ id: body.keyId }) });
}

test("a reveal that is refused as busy before anything was changed returns 503, and says when to retry", async () => {
  const before = await databaseContents();
  const response = await holdingLocks("LOCK TABLE api_keys", [], () => cancellingWaits(reveal));
  expect([response.status, response.headers.get("retry-after"), response.headers.get("cache-control")]).toEqual([
    503,
    "1",
    "no-store",
  ]);
  expect(await response.json()).toEqual({ ok: false, refusal: { code: "busy" } });
  expect(await databaseContents()).toEqual(before);
  expect((await reveal()).status).toBe(200);
});

test("an activation whose secret could not be delivered because the database was busy returns an empty 503, and the same ticket returns the one secret", async () => {
  const response = await holdingLocks(LOCK_EVENTS, [], () => cancellingWaits(reveal));
  expect([response.status, response.headers.get("retry-after"), await response.text()]).toEqual([503, "1", ""]);
  expect((await storedKey(body.keyId)).status).toBe("active");
  expect(logged.mock.calls[0]).toEqual(["PostgreSQL turned a statement away: 57014 query_canceled"]);
  const again = await reveal();
  expect(await again.json()).toEqual({
    ok: true,
    value: { number: expect.any(Number), secret: await openedSecret(body.keyId) },
  });
  expect((await eventsOf(body.keyId)).filter((event) => event === "api_key.secret_delivered")).toHaveLength(1);
});

test("a repeat that is refused as busy has counted no delivery, and the next one returns the secret", async () => {
  const first = await (await reveal()).json();
  const response = await holdingLocks(LOCK_EVENTS, [], () => cancellingWaits(reveal));
  expect([response.status, await response.json()]).toEqual([503, { ok: false, refusal: { code: "busy" } }]);
  const [copy] = await asDatabaseOwner("SELECT deliveries FROM reveals WHERE key_id = $1", [body.keyId]);
  expect(copy).toEqual({ deliveries: 1 });
  expect(await (await reveal()).json()).toEqual(first);
});

test("a deactivation that was committed and could not be confirmed is reported neither as refused nor as done; a repeat completes it", async () => {
  const { owner: stopping, key } = await ownerWithActiveKey();
  const request = () => deactivateKey(stopping.member, { keyId: key.id, reason: "rotating" }, freshProof(stopping));
  await holdingLocks(LOCK_EVENTS, [], async () => {
    expect(await cancellingWaits(() => request().catch((error: unknown) => error))).toMatchObject({
      name: "Indeterminate",
    });
    expect(await storedKey(key.id)).toMatchObject({ status: "inactive", refusedEverywhereAt: null });
  });
  expect(await request()).toMatchObject({ ok: true });
});

test("the gateways' acknowledgements are not lost: they are recorded as soon as the database is no longer busy", async () => {
  const { owner: stopping, key } = await ownerWithActiveKey();
  await asDatabaseOwner(
    "INSERT INTO gateways (id, name, version, started) VALUES (gen_random_uuid(), 'asleep', '0', now())",
  );
  const request = () => deactivateKey(stopping.member, { keyId: key.id, reason: "rotating" }, freshProof(stopping));
  await holdingLocks(LOCK_EVENTS, [], () => cancellingWaits(() => request().catch((error: unknown) => error)));
  const told = "SELECT data FROM audit_events WHERE event = 'api_key.refused_everywhere' AND api_key_id = $1";
  await expect
    .poll(() => asDatabaseOwner(told, [key.id]))
    .toMatchObject([{ data: { gateways: [{ name: "asleep", ms: null }] } }]);
});
