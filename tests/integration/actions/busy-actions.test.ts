import { beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { type MemberAction, runMemberAction } from "@/lib/actions/member-action";
import { type OwnAction, runOwnAction } from "@/lib/actions/own-action";
import { runStaffQuery } from "@/lib/actions/staff-query";
import { activation, deactivation, generation, ipsEdit, retirement } from "@/lib/api-keys/operations";
import { moveConfirmation, moveStart, passwordChange } from "@/lib/identity/account/operations";
import { merchantSearch } from "@/lib/support/search";
import { cancellingWaits, databaseContents, holdingLocks, whileConnectionsFull } from "../../kit/busy";
import { recoveryCodesOf } from "../../kit/people/account";
import { generated, newTicket, ownerWithActiveKey, unwrap } from "../../kit/people/api-keys";
import { makeOwner, makePerson, type Owner } from "../../kit/people/people";
import { type Minted, mintSession, validRequestInfo } from "../../kit/people/session";
import { codeOf, freshCodeOf, wrongCodeOf } from "../../kit/people/totp";

/*
 * An operation whose statement is cancelled, at any point of its way, is refused as busy and
 * logged once. Nothing is changed, counters included. The same request with the same code then
 * succeeds.
 */
const BUSY = { ok: false, refusal: { code: "busy" } };

let owner: Owner;
let minted: Minted;
let logged: MockInstance<typeof console.warn>;
beforeEach(async () => {
  owner = await makeOwner();
  minted = await mintSession(owner);
  logged = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

type Request = () => Promise<{ ok: boolean }>;

/**
 * The request is refused as busy while `sql` blocks it, with nothing changed, and succeeds
 * afterwards.
 */
async function busyThenDone(request: Request, sql: string, values: unknown[] = []): Promise<void> {
  const before = await databaseContents();
  expect(await holdingLocks(sql, values, () => cancellingWaits(request))).toEqual(BUSY);
  expect(await databaseContents()).toEqual(before);
  expect(logged.mock.calls).toEqual([["PostgreSQL turned a statement away: 57014 query_canceled"]]);
  expect(await request()).toMatchObject({ ok: true });
}

const asOwner =
  <I, T>(operation: MemberAction<I, T, unknown>, raw: object): Request =>
  () =>
    runMemberAction(operation, { merchantId: owner.merchantId, ...raw }, validRequestInfo(minted));
const asSelf =
  <I, T>(operation: OwnAction<I, T, unknown>, raw: object): Request =>
  () =>
    runOwnAction(operation, raw, validRequestInfo(minted));

const WHERE: [string, string][] = [
  ["the session is read", "LOCK TABLE sessions"],
  ["the membership is read", "LOCK TABLE memberships"],
  ["a place to check the code is taken", "LOCK TABLE code_attempts"],
  ["the device is read", "LOCK TABLE totp_devices"],
  ["the code is spent", "SELECT 1 FROM totp_devices FOR UPDATE"],
  ["the key is locked", "SELECT 1 FROM api_keys FOR UPDATE"],
  ["the event is written", "LOCK TABLE audit_events"],
  ["the mail is written", "LOCK TABLE outbox"],
];

test.each(WHERE)("an activation that is cancelled when %s has changed nothing and consumed no code", async (_, sql) => {
  const { id } = await generated(owner);
  const raw = { keyId: id, ips: ["198.51.99.7"], ticket: newTicket(), code: await freshCodeOf(owner) };
  await busyThenDone(asOwner(activation, raw), sql);
});

test("the same holds for generating, editing, deactivating and retiring a key", async () => {
  const { id } = await generated(owner);
  const active = await ownerWithActiveKey();
  const code = await freshCodeOf(owner);
  const events = "LOCK TABLE audit_events";
  await busyThenDone(asOwner(generation, { code }), events);
  for (const [operation, raw] of [
    [ipsEdit, { keyId: active.key.id, ips: ["198.51.99.7"] }],
    [deactivation, { keyId: active.key.id, reason: "rotating" }],
    [retirement, { keyId: id, reason: "unwanted" }],
  ] as [MemberAction<unknown, unknown, unknown>, object][]) {
    logged.mockClear();
    const of = operation === (retirement as unknown) ? owner : active.owner;
    const facts = validRequestInfo(await mintSession(of));
    const raws = { merchantId: of.merchantId, ...raw, code: await freshCodeOf(of) };
    await busyThenDone(() => runMemberAction(operation, raws, facts), events);
  }
});

test("an operation that gets no connection is refused as busy", async () => {
  const request = asOwner(generation, { code: await freshCodeOf(owner) });
  const before = await databaseContents();
  expect(await whileConnectionsFull(request)).toEqual(BUSY);
  expect(await databaseContents()).toEqual(before);
  expect(logged.mock.calls).toEqual([["PostgreSQL turned a statement away: 53300 too_many_connections"]]);
  expect(await request()).toMatchObject({ ok: true });
});

test("a wrong code whose failure could not be counted is not reported as wrong, and does not count", async () => {
  const wrong = asOwner(generation, { code: wrongCodeOf(owner) });
  for (let n = 0; n < 4; n++) expect(await wrong()).toMatchObject({ refusal: { code: "code_wrong" } });
  const before = await databaseContents();
  expect(await holdingLocks("LOCK TABLE audit_events", [], () => cancellingWaits(wrong))).toEqual(BUSY);
  expect(await databaseContents()).toEqual(before);
  expect(await wrong()).toMatchObject({ refusal: { code: "codes_locked" } });
});

test("a recovery code that was refused as busy stays unused, and does not count as an attempt", async () => {
  const person = await makePerson();
  minted = await mintSession(person);
  const { userId, email, name } = person;
  const self = { userId, email, name, sessionId: minted.sessionId, address: null };
  const [recoveryCode] = await recoveryCodesOf({ person, minted, self });
  logged.mockClear();
  await busyThenDone(asSelf(moveStart, { recoveryCode }), "LOCK TABLE device_moves");
});

test("a code of a new device that was refused as busy is not counted, neither when it is read nor when the move is made", async () => {
  const seed = unwrap(await runOwnAction(moveStart, { code: await freshCodeOf(owner) }, validRequestInfo(minted))).seed;
  const request = asSelf(moveConfirmation, { deviceCode: codeOf({ seed }) });
  const before = await databaseContents();
  expect(await holdingLocks("LOCK TABLE device_moves", [], () => cancellingWaits(request))).toEqual(BUSY);
  expect(await databaseContents()).toEqual(before);
  logged.mockClear();
  await busyThenDone(request, "LOCK TABLE audit_events");
});

test("a password that was refused as busy is not counted", async () => {
  const next = "four unrelated words here";
  const raw = { current: owner.password, next, confirm: next, code: await freshCodeOf(owner) };
  await busyThenDone(asSelf(passwordChange, raw), "LOCK TABLE passwords");
});

test("a password instead of a code that was refused as busy is not counted", async () => {
  const { owner: stopping, key } = await ownerWithActiveKey();
  const facts = validRequestInfo(await mintSession(stopping));
  const request = (rest: object) =>
    runMemberAction(
      deactivation,
      { merchantId: stopping.merchantId, keyId: key.id, reason: "rotating", ...rest },
      facts,
    );
  for (let n = 0; n < 5; n++) await request({ code: wrongCodeOf(stopping) });
  logged.mockClear();
  await busyThenDone(() => request({ password: stopping.password }), "LOCK TABLE audit_events");
});

test("a search of the support desk that is cancelled is refused as busy", async () => {
  const facts = validRequestInfo(await mintSession(await makePerson({ staff: true })));
  await busyThenDone(() => runStaffQuery(merchantSearch, { text: "Acme" }, facts), "LOCK TABLE memberships");
});
