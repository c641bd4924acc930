import { expect, test } from "vitest";
import { runMemberAction } from "@/lib/actions/member-action";
import { editIps } from "@/lib/api-keys/edit-ips";
import { ipsEdit } from "@/lib/api-keys/operations";
import { retireKey } from "@/lib/api-keys/retire";
import { leaseWaits } from "../../kit/gateway/lease-waits";
import { activated, eventsOf, freshProof, generated, storedKey, unwrap } from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { freshCodeOf } from "../../kit/people/totp";

const allow = (owner: Owner, keyId: string, alsoFrom: string) =>
  editIps(owner.member, { keyId, alsoFrom }, freshProof(owner));
const changes = async (id: string) => (await eventsOf(id)).filter((event) => event === "api_key.ips_changed").length;

test("an address is added to the current list, whatever the page showed, without a wait", async () => {
  const owner = await makeOwner();
  const { id } = await activated(owner, { allowedIps: ["198.51.99.7", "198.51.99.8"] });
  unwrap(await editIps(owner.member, { keyId: id, allowedIps: ["198.51.99.8"] }, freshProof(owner)));
  expect(await leaseWaits(async () => void unwrap(await allow(owner, id, "2600:1f18:40::/64")))).toBe(0);
  expect((await storedKey(id)).allowedIps).toEqual(["198.51.99.8", "2600:1f18:40::/64"]);
});

test("of many addresses allowed at once none is lost", async () => {
  const owner = await makeOwner();
  const { id } = await activated(owner, { allowedIps: ["198.51.99.7"] });
  const added = Array.from({ length: 8 }, (_, n) => `45.33.32.${n + 1}`);
  const people = await Promise.all(added.map(() => makeMember("owner", owner.merchantId)));
  await Promise.all(added.map(async (address, n) => unwrap(await allow(people[n] as Owner, id, address))));
  expect((await storedKey(id)).allowedIps.toSorted()).toEqual(["198.51.99.7", ...added].toSorted());
  expect(await changes(id)).toBe(added.length);
});

test("an address that is already allowed is no change: an empty list stays empty, and so does one with a network that covers it", async () => {
  const owner = await makeOwner();
  const any = await generated(owner);
  unwrap(await allow(owner, any.id, "198.51.99.7"));
  expect((await storedKey(any.id)).allowedIps).toEqual([]);
  const covered = await activated(owner, { allowedIps: ["198.51.99.0/24"] });
  unwrap(await allow(owner, covered.id, "198.51.99.7"));
  expect((await storedKey(covered.id)).allowedIps).toEqual(["198.51.99.0/24"]);
  expect(await changes(any.id)).toBe(0);
  expect(await changes(covered.id)).toBe(0);
});

test("it is refused for a retired key, for an invalid address, past 50 addresses, and together with a whole list", async () => {
  const owner = await makeOwner();
  const retired = await generated(owner);
  unwrap(await retireKey(owner.member, { keyId: retired.id, reason: "unwanted" }, freshProof(owner)));
  expect(await allow(owner, retired.id, "198.51.99.7")).toMatchObject({ refusal: { code: "key_retired" } });
  const { id } = await generated(owner);
  expect(await allow(owner, id, "many addresses")).toMatchObject({
    ok: false,
    refusal: { code: expect.stringMatching(/^ip_/) },
  });
  for (const text of ["", " ", "8.8.8.8, 9.9.9.9"])
    expect(await allow(owner, id, text)).toMatchObject({ refusal: { code: "ip_malformed" } });
  const full = Array.from({ length: 50 }, (_, n) => `45.33.32.${n + 1}`);
  unwrap(await editIps(owner.member, { keyId: id, allowedIps: full }, freshProof(owner)));
  expect(await allow(owner, id, "198.51.99.7")).toMatchObject({ refusal: { code: "ip_too_many" } });
  expect((await storedKey(id)).allowedIps).toEqual(full);
  const request = {
    merchantId: owner.merchantId,
    keyId: id,
    ips: [],
    alsoFrom: "198.51.99.7",
    code: await freshCodeOf(owner),
  };
  const both = await runMemberAction(ipsEdit, request, validRequestInfo(await mintSession(owner)));
  expect(both).toMatchObject({ refusal: { code: "invalid_input", field: "ips" } });
});
