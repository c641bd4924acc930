import { beforeEach, expect, test } from "vitest";
import { type MemberAction, runMemberAction } from "@/lib/actions/member-action";
import type { Activated } from "@/lib/api-keys/activate";
import {
  activation,
  activationOf as activationAt,
  deactivation,
  generation,
  ipsEdit,
  receiptOf,
  retirement,
} from "@/lib/api-keys/operations";
import type { RequestInfo } from "@/lib/identity/session/request-info";
import { db } from "@/lib/platform/db/db";
import type { Result } from "@/lib/platform/result";
import { asDatabaseOwner, eventsOf, newTicket, storedKey, unwrap } from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { codeOf, freshCodeOf, rewind, wrongCodeOf } from "../../kit/people/totp";

/*
 * The operations as a request reaches them, with real codes: session, origin, input, permission,
 * ticket, code, change.
 */
let owner: Owner;
let facts: RequestInfo;
beforeEach(async () => {
  owner = await makeOwner();
  facts = validRequestInfo(await mintSession(owner));
});

const ask = <I, T>(
  operation: MemberAction<I, T, unknown>,
  raw: Record<string, unknown>,
  as = facts,
): Promise<Result<T>> => runMemberAction(operation, { merchantId: owner.merchantId, ...raw }, as);
const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });

async function newKeyId(): Promise<string> {
  return unwrap(await ask(generation, { code: await freshCodeOf(owner) })).id;
}

/** A first activation through the wrapper, and the request as the dialog keeps it. */
async function shown() {
  const request = {
    keyId: await newKeyId(),
    ips: ["198.51.99.7"],
    ticket: newTicket(),
    code: await freshCodeOf(owner),
  };
  return { request, reply: await ask(activation, request) };
}

test("generate, activate, edit, deactivate and retire go through with a code each", async () => {
  const { request, reply } = await shown();
  const { keyId } = request;
  expect(unwrap(reply).secret).toMatch(/^[A-Za-z0-9]{64}$/);
  unwrap(await ask(receiptOf(keyId), { ticket: request.ticket }));
  unwrap(await ask(ipsEdit, { keyId, ips: [], code: await freshCodeOf(owner) }));
  unwrap(await ask(deactivation, { keyId, reason: "rotating", code: await freshCodeOf(owner) }));
  unwrap(await ask(retirement, { keyId, reason: "unwanted", code: await freshCodeOf(owner) }));
  expect(await storedKey(keyId)).toMatchObject({ status: "retired" });
});

test("the identical request, as an action or as a fetch, returns the same secret although its code is used", async () => {
  const { request, reply } = await shown();
  expect(await ask(activation, request)).toEqual(reply);
  expect(await ask(activationAt(request.keyId), request)).toEqual(reply);
});

test("five concurrent identical requests all return the one secret: each waits for the first", async () => {
  const request = { keyId: await newKeyId(), ips: [], ticket: newTicket(), code: await freshCodeOf(owner) };
  const replies = await Promise.all([1, 2, 3, 4, 5].map(() => ask(activationAt(request.keyId), request)));
  const secrets = replies.map((reply) => (reply.ok ? reply.value.secret : reply.refusal.code));
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]).toMatch(/^[A-Za-z0-9]{64}$/);
});

/**
 * The code of another step than that of `code`, which may be of the last step on a busy machine.
 */
const otherCode = (code: string) =>
  [0, 30_000].map((ago) => codeOf(owner, Date.now() - ago)).find((other) => other !== code);

test.each<[string, (request: { code: string }) => Record<string, unknown>]>([
  ["other addresses", () => ({ ips: [] })],
  ["another right code", ({ code }) => ({ code: otherCode(code) })],
  ["a wrong code", () => ({ code: wrongCodeOf(owner) })],
])("the same ticket with %s is a conflict, and no code is verified for it", async (_what, change) => {
  const { request } = await shown();
  expect(await ask(activation, { ...request, ...change(request) })).toEqual(refused("ticket_conflict"));
  const failures = await db().codeAttempt.findMany({ where: { userId: owner.userId }, select: { failures: true } });
  expect(failures.every(({ failures }) => failures === 0)).toBe(true);
});

test("a used code with a ticket that was never stored is refused as used", async () => {
  const { request } = await shown();
  const refusal = await ask(activation, { ...request, ticket: newTicket() });
  expect(refusal).toEqual(refused("code_used"));
});

test("a wrong code with a ticket that was never stored is a wrong code, and changes nothing", async () => {
  const keyId = await newKeyId();
  expect(await ask(activation, { keyId, ips: [], ticket: newTicket(), code: wrongCodeOf(owner) })).toEqual(
    refused("code_wrong"),
  );
  expect(await storedKey(keyId)).toMatchObject({ status: "generated" });
});

test("another session of the same user does not get the secret: its used code is refused", async () => {
  const { request } = await shown();
  const elsewhere = validRequestInfo(await mintSession(owner));
  expect(await ask(activation, request, elsewhere)).toEqual(refused("code_used"));
});

test("another Owner with the ticket and a right code of their own does not get the secret", async () => {
  const { request } = await shown();
  const colleague = await makeMember("owner", owner.merchantId);
  const theirs = validRequestInfo(await mintSession(colleague));
  expect(await ask(activation, { ...request, code: codeOf(colleague) }, theirs)).toEqual(refused("key_already_active"));
});

test("a session that has ended does not get the secret, with or without a ticket", async () => {
  const { request } = await shown();
  await db().session.updateMany({ where: { userId: owner.userId }, data: { endedAt: new Date() } });
  expect(await ask(activation, request)).toEqual(refused("logged_out"));
});

test("an Owner who lost the role does not get the secret, with or without a ticket", async () => {
  const { request } = await shown();
  await db().membership.updateMany({ where: { userId: owner.userId }, data: { role: "limits" } });
  expect(await ask(activation, request)).toEqual(refused("not_found"));
});

const FIELDS = { keyId: "4b1f0b50-6f3a-4d0e-9d0e-5b8c1c2d3e4f", ips: [], ticket: newTicket(), reason: "lost" };
const OPERATIONS: [string, MemberAction<never, unknown, unknown>][] = [
  ["generate", generation as MemberAction<never, unknown, unknown>],
  ["activate", activation as MemberAction<never, unknown, unknown>],
  ["reveal", activationAt(FIELDS.keyId) as MemberAction<never, unknown, unknown>],
  ["edit", ipsEdit as MemberAction<never, unknown, unknown>],
  ["deactivate", deactivation as MemberAction<never, unknown, unknown>],
  ["retire", retirement as MemberAction<never, unknown, unknown>],
  ["receipt", receiptOf(FIELDS.keyId) as MemberAction<never, unknown, unknown>],
];

test.each(OPERATIONS)(
  "%s is refused for every role but Owner, for strangers, and without a session, and reveals nothing about the key",
  async (_name, operation) => {
    for (const role of ["limits", "exchange", "view", "restricted"] as const) {
      const member = await makeMember(role, owner.merchantId);
      const reply = await ask(
        operation,
        { ...FIELDS, code: codeOf(member) },
        validRequestInfo(await mintSession(member)),
      );
      expect(reply).toEqual({ ok: false, refusal: { code: "not_found" } });
    }
    const stranger = await makeOwner();
    expect(
      await ask(operation, { ...FIELDS, code: codeOf(stranger) }, validRequestInfo(await mintSession(stranger))),
    ).toEqual(refused("not_found"));
    expect(await ask(operation, { ...FIELDS, code: "123456" }, { ...facts, token: null })).toEqual(
      refused("logged_out"),
    );
    expect(
      await ask(operation, { ...FIELDS, code: "123456" }, { ...facts, origin: "https://elsewhere.example" }),
    ).toEqual(refused("foreign_origin"));
  },
);

test.each(OPERATIONS.slice(0, 6))(
  "%s without a code, with a malformed and with a wrong one is refused",
  async (_name, operation) => {
    expect(await ask(operation, FIELDS)).toEqual(refused("code_malformed"));
    expect(await ask(operation, { ...FIELDS, code: "12345" })).toEqual(refused("code_malformed"));
    expect(await ask(operation, { ...FIELDS, code: wrongCodeOf(owner) })).toEqual(refused("code_wrong"));
  },
);

test.each<[string, MemberAction<never, unknown, unknown>, Record<string, unknown>, string]>([
  ["a key's ID that is none", OPERATIONS[1]?.[1] as never, { keyId: "1042" }, "keyId"],
  ["a ticket of 42 characters", OPERATIONS[1]?.[1] as never, { ticket: newTicket().slice(1) }, "ticket"],
  ["addresses that are no list", OPERATIONS[1]?.[1] as never, { ips: "198.51.99.7" }, "ips"],
  ["501 addresses", OPERATIONS[3]?.[1] as never, { ips: Array.from({ length: 501 }, () => "198.51.99.7") }, "ips"],
  ["an address of 101 characters", OPERATIONS[3]?.[1] as never, { ips: ["1".repeat(101)] }, "ips"],
  ["a reason that is none", OPERATIONS[4]?.[1] as never, { reason: "unwanted" }, "reason"],
  ["a retirement's reason that is none", OPERATIONS[5]?.[1] as never, { reason: "rotating" }, "reason"],
  [
    "a reveal at another key's address",
    OPERATIONS[2]?.[1] as never,
    { keyId: "00000000-0000-4000-8000-000000000000" },
    "keyId",
  ],
  ["a receipt's ticket that is none", OPERATIONS[6]?.[1] as never, { ticket: "" }, "ticket"],
])("%s is refused as malformed before any code is verified", async (_what, operation, change, field) => {
  expect(await ask(operation, { ...FIELDS, code: wrongCodeOf(owner), ...change })).toEqual({
    ok: false,
    refusal: { code: "invalid_input", field },
  });
  expect(await db().codeAttempt.count({ where: { userId: owner.userId, failures: { gt: 0 } } })).toBe(0);
});

test("a receipt at an invalid key id gets the same reply as one for an unknown key", async () => {
  expect(await ask(receiptOf("x"), { ticket: newTicket() })).toEqual(refused("not_found"));
});

test("while the codes are locked a password deactivates a key, and does nothing else", async () => {
  const { request } = await shown();
  for (let n = 0; n < 5; n++) await ask(generation, { code: wrongCodeOf(owner) });
  const { password } = owner;
  for (const [, operation] of OPERATIONS.filter(([name]) => !["deactivate", "receipt", "reveal"].includes(name))) {
    expect((await ask(operation, { ...FIELDS, password })).ok).toBe(false);
  }
  expect(await ask(deactivation, { keyId: request.keyId, reason: "compromised", password })).toMatchObject({
    ok: true,
  });
  expect(await storedKey(request.keyId)).toMatchObject({ status: "retired" });
});

test("while the codes work a password deactivates no key", async () => {
  const { request } = await shown();
  const reply = await ask(deactivation, { keyId: request.keyId, reason: "lost", password: owner.password });
  expect(reply).toEqual(refused("codes_work"));
  expect(await storedKey(request.keyId)).toMatchObject({ status: "active" });
});

test("of 100 concurrent requests with one real code one generates a key", async () => {
  await rewind(owner);
  const code = codeOf(owner);
  const replies = await Promise.allSettled(Array.from({ length: 100 }, () => ask(generation, { code })));
  const told = replies.flatMap((reply) => (reply.status === "fulfilled" ? [reply.value] : []));
  expect(told.filter((reply) => reply.ok)).toHaveLength(1);
  const codes = new Set(told.flatMap((reply) => (reply.ok ? [] : [reply.refusal.code])));
  expect([...codes].filter((each) => !["code_used", "codes_busy"].includes(each))).toEqual([]);
  const [keys] = await asDatabaseOwner("SELECT count(*)::int AS count FROM api_keys WHERE merchant_id = $1", [
    owner.merchantId,
  ]);
  expect(keys).toEqual({ count: 1 });
});

test("a lost and repeated reply leaves one activation and its deliveries in the audit log", async () => {
  const { request } = await shown();
  unwrap((await ask(activationAt(request.keyId), request)) as Result<Activated>);
  expect(await eventsOf(request.keyId)).toEqual([
    "api_key.generated",
    "api_key.activated",
    "api_key.secret_delivered",
    "api_key.secret_delivered",
  ]);
});
