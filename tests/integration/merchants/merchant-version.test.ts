import { beforeEach, expect, test } from "vitest";
import { GET } from "@/app/api/merchants/[merchantId]/version/route";
import { GET as getOwn } from "@/app/api/merchants/version/route";
import { incoming } from "../../kit/next-headers";
import { asDatabaseOwner, generated, ownerWithActiveKey, rotated } from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";
import { mintSession } from "../../kit/people/session";

let sessionId: string;
let owner: Owner;
beforeEach(async () => {
  owner = await makeOwner();
  await comeAs(owner);
});

async function comeAs(person: Owner) {
  const minted = await mintSession(person);
  sessionId = minted.sessionId;
  incoming.cookies = new Map([[minted.cookie.name, { value: minted.cookie.value }]]);
}

function ask(merchantId: string, etag?: string) {
  const headers = etag ? { "If-None-Match": etag } : undefined;
  const request = new Request("http://localhost:3000/api", { headers });
  return GET(request, { params: Promise.resolve({ merchantId }) });
}
const etagOf = async (merchantId: string) => (await ask(merchantId)).headers.get("etag") ?? "";

test("without a change the reply is 304; a change of the merchant, and of no other, changes its version", async () => {
  const etag = await etagOf(owner.merchantId);
  expect(etag).toMatch(/^"[0-9a-f]{16}\.[0-9a-f]{16}"$/);
  expect((await ask(owner.merchantId, etag)).status).toBe(304);
  await generated(await makeOwner());
  expect((await ask(owner.merchantId, etag)).status).toBe(304);
  await generated(owner);
  const changed = await ask(owner.merchantId, etag);
  expect([changed.status, changed.headers.get("cache-control")]).toEqual([204, "no-store"]);
  expect(changed.headers.get("etag")).not.toBe(etag);
});

test("the first use and the first refusal of the active key change the version", async () => {
  const { owner, key } = await ownerWithActiveKey();
  await comeAs(owner);
  const before = await etagOf(owner.merchantId);
  await asDatabaseOwner("INSERT INTO key_last_used (key_number, at, source) VALUES ($1, now(), '45.33.32.7')", [
    key.number,
  ]);
  const used = await etagOf(owner.merchantId);
  expect(used).not.toBe(before);
  expect((await ask(owner.merchantId, used)).status).toBe(304);
});

test("usage leaves the first part of a version as it is, unless a new address tries a pair on standby", async () => {
  const { owner, key } = await ownerWithActiveKey();
  await comeAs(owner);
  const parts = async () => (await etagOf(owner.merchantId)).replaceAll('"', "").split(".");
  const [changes, traffic] = await parts();
  await asDatabaseOwner("INSERT INTO key_last_used (key_number, at, source) VALUES ($1, now(), '45.33.32.7')", [
    key.number,
  ]);
  const used = await parts();
  expect(used[0]).toBe(changes);
  expect(used[1]).not.toBe(traffic);
  const next = await rotated(owner, key.id, { takesOver: "manual" });
  const rotating = await parts();
  expect(rotating[0]).not.toBe(changes);
  const refuse = (reason: string, source: string) =>
    asDatabaseOwner(
      `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, flush)
       VALUES (gen_random_uuid(), $1, $2, $3, clock_timestamp(), clock_timestamp(), 1, 1)`,
      [next.number, reason, source],
    );
  await refuse("bad_header_signature", "45.33.32.6");
  const refused = await parts();
  expect(refused[0]).toBe(rotating[0]);
  expect(refused[1]).not.toBe(rotating[1]);
  await refuse("on_standby", "45.33.32.7");
  const tried = await parts();
  expect(tried[0]).not.toBe(refused[0]);
  await refuse("on_standby", "45.33.32.7");
  const again = await parts();
  expect(again[0]).toBe(tried[0]);
  expect(again[1]).not.toBe(tried[1]);
  await refuse("on_standby", "45.33.32.8");
  expect((await parts())[0]).not.toBe(again[0]);
});

test("the list of merchants has its own version, which a change at any of them changes", async () => {
  const own = async (etag?: string) =>
    getOwn(new Request("http://localhost:3000/api", { headers: etag ? { "If-None-Match": etag } : {} }));
  const etag = (await own()).headers.get("etag") ?? "";
  expect((await own(etag)).status).toBe(304);
  await generated(await makeOwner());
  expect((await own(etag)).status).toBe(304);
  await generated(owner);
  expect((await own(etag)).status).toBe(204);
  incoming.cookies = new Map();
  expect((await own(etag)).status).toBe(401);
});

test("polling does not count as a use of the session", async () => {
  await asDatabaseOwner("UPDATE sessions SET seen_at = now() - interval '14 minutes' WHERE id = $1", [sessionId]);
  expect((await ask(owner.merchantId)).status).toBe(204);
  const [session] = await asDatabaseOwner(
    "SELECT seen_at < now() - interval '13 minutes' AS untouched FROM sessions WHERE id = $1",
    [sessionId],
  );
  expect(session).toEqual({ untouched: true });
  await asDatabaseOwner("UPDATE sessions SET seen_at = now() - interval '15 minutes' WHERE id = $1", [sessionId]);
  expect((await ask(owner.merchantId)).status).toBe(401);
});

test("another user's merchant, an unknown one and an invalid id are not found; a visitor without a session gets 401", async () => {
  const other = await makeOwner();
  for (const merchantId of [other.merchantId, "00000000-0000-4000-8000-000000000000", "1", "\0"])
    expect((await ask(merchantId)).status).toBe(404);
  const restricted = await makeMember("restricted", owner.merchantId);
  await comeAs(restricted);
  expect((await ask(owner.merchantId)).status).toBe(404);
  incoming.cookies = new Map();
  expect((await ask(owner.merchantId)).status).toBe(401);
});
