import { describe, expect, test, vi } from "vitest";
import type { Member } from "@/lib/access/member";
import { type MemberAction, runMemberAction } from "@/lib/actions/member-action";
import { type CurrentUser, type OwnAction, runOwnAction } from "@/lib/actions/own-action";
import { activateKey } from "@/lib/api-keys/activate";
import { generateKey } from "@/lib/api-keys/generate";
import * as keys from "@/lib/api-keys/operations";
import { endOtherSessions } from "@/lib/identity/account/end-sessions";
import * as account from "@/lib/identity/account/operations";
import { confirmDevice } from "@/lib/identity/onboarding/confirm-device";
import * as firstLogin from "@/lib/identity/onboarding/operations";
import { cookieNames } from "@/lib/identity/session/cookies";
import { sessionToken } from "@/lib/identity/session/token";
import { changeRole } from "@/lib/merchants/team/change-role";
import { inviteUsers } from "@/lib/merchants/team/invite";
import * as team from "@/lib/merchants/team/operations";
import { removeUser } from "@/lib/merchants/team/remove";
import { accept, type Result } from "@/lib/platform/result";
import { disableUser } from "@/lib/support/operator/disable-user";
import { resetTwoFactor } from "@/lib/support/operator/reset-access";
import { databaseContents } from "../../kit/busy";
import { deadlocksFromNow } from "../../kit/database/deadlocks";
import { inOpenTransaction, untilWaitingForLock } from "../../kit/database/locks";
import {
  activated,
  activationOf,
  asDatabaseOwner,
  freshProof,
  generated,
  newTicket,
  rotated,
  unwrap,
} from "../../kit/people/api-keys";
import { attest, newAuthenticator } from "../../kit/people/authenticator";
import { restoreKeys } from "../../kit/people/key-changes";
import { addPasskeyTo } from "../../kit/people/passkeys";
import {
  makeMember,
  makeMerchant,
  makeOwner,
  makePerson,
  memberFor,
  type Owner,
  type Person,
} from "../../kit/people/people";
import { insertSession, type Minted, mintSession, validRequestInfo } from "../../kit/people/session";
import { beginOnboarding, type Guest, inviteGuest, newEmail, openInvitationOf, seedOf } from "../../kit/people/team";
import { codeOf, freshCodeOf, rewind } from "../../kit/people/totp";
import { retryWhileBusy } from "../../kit/retry-while-busy";

/*
 * An operation of a user who loses access between its check and its change. The loss is a
 * transaction that is open, and so invisible, during the check. It commits once the operation
 * waits for it, or once the operation is done if it does not wait.
 */
type Ready = { userId: string; sessionId: string; run(): Promise<Result<unknown>> };
type Case = () => Promise<Ready>;
type Fields = Record<string, unknown>;

const asMember =
  <I, T>(
    operation: MemberAction<I, T, unknown> | ((id: string) => MemberAction<I, T, unknown>),
    request: (owner: Owner, minted: Minted) => Promise<Fields>,
  ): Case =>
  async () => {
    const owner = await makeOwner();
    const minted = await mintSession(owner);
    const raw: Fields = { merchantId: owner.merchantId, ...(await request(owner, minted)) };
    const asked = typeof operation === "function" ? operation(String(raw.keyId)) : operation;
    return {
      userId: owner.userId,
      sessionId: minted.sessionId,
      run: () => runMemberAction(asked, raw, validRequestInfo(minted)),
    };
  };

const asSelf =
  <I, T>(operation: OwnAction<I, T, unknown>, request: (owner: Owner, self: CurrentUser) => Promise<Fields>): Case =>
  async () => {
    const owner = await makeOwner();
    const minted = await mintSession(owner);
    const { userId, email, name } = owner;
    const { sessionId } = minted;
    const raw = await request(owner, { userId, email, name, sessionId, address: null });
    return { userId, sessionId, run: () => runOwnAction(operation, raw, validRequestInfo(minted)) };
  };

const asGuest =
  <I, T>(
    operation: OwnAction<I, T, unknown>,
    prepare: (guest: Guest) => Promise<{ self: CurrentUser; raw: Fields }>,
  ): Case =>
  async () => {
    const { self, raw } = await prepare(await inviteGuest(await makeOwner()));
    const { userId, sessionId } = self;
    const facts = validRequestInfo({
      sessionId,
      cookie: { name: cookieNames().session, value: sessionToken(sessionId) },
    });
    return { userId, sessionId, run: () => runOwnAction(operation, raw, facts) };
  };

const keyOf = async (owner: Owner) => ({ keyId: (await generated(owner)).id, code: await freshCodeOf(owner) });
const rotationOfActive = async (owner: Owner) => {
  const { id } = await activated(owner);
  return { keyId: id, ips: [], takesOver: "manual", ticket: newTicket(), code: await freshCodeOf(owner) };
};
const onStandby = async (owner: Owner) => {
  const { id } = await rotated(owner, (await activated(owner)).id);
  return { keyId: id, code: await freshCodeOf(owner) };
};
const colleagueOf = async (owner: Owner) => (await makeMember("view", owner.merchantId)).userId;

/** Every operation at a merchant. */
const AT_A_MERCHANT: Record<string, Case> = {
  generation: asMember(keys.generation, async (owner) => ({ code: await freshCodeOf(owner) })),
  activation: asMember(keys.activation, async (owner) => ({ ...(await keyOf(owner)), ips: [], ticket: newTicket() })),
  activationOf: asMember(keys.activationOf, async (owner) => ({
    ...(await keyOf(owner)),
    ips: [],
    ticket: newTicket(),
  })),
  "activation, asked again": asMember(keys.activation, async (owner, minted) => {
    const raw = { merchantId: owner.merchantId, ...(await keyOf(owner)), ips: [], ticket: newTicket() };
    unwrap(await runMemberAction(keys.activation, raw, validRequestInfo(minted)));
    return raw;
  }),
  ipsEdit: asMember(keys.ipsEdit, async (owner) => ({ ...(await keyOf(owner)), ips: ["198.51.99.7"] })),
  deactivation: asMember(keys.deactivation, async (owner) => {
    return { keyId: (await activated(owner)).id, reason: "rotating", code: await freshCodeOf(owner) };
  }),
  retirement: asMember(keys.retirement, async (owner) => ({ ...(await keyOf(owner)), reason: "unwanted" })),
  noteEdit: asMember(keys.noteEdit, async (owner) => ({ ...(await keyOf(owner)), note: "Billing server" })),
  rotation: asMember(keys.rotation, rotationOfActive),
  rotationOf: asMember(keys.rotationOf, rotationOfActive),
  "rotation, asked again": asMember(keys.rotation, async (owner, minted) => {
    const raw = { merchantId: owner.merchantId, ...(await rotationOfActive(owner)) };
    unwrap(await runMemberAction(keys.rotation, raw, validRequestInfo(minted)));
    return raw;
  }),
  takingOver: asMember(keys.takingOver, onStandby),
  cancellation: asMember(keys.cancellation, onStandby),
  "deactivation that hands over": asMember(keys.deactivation, async (owner) => {
    const key = await activated(owner);
    await rotated(owner, key.id);
    return { keyId: key.id, reason: "rotating", takeOver: true, code: await freshCodeOf(owner) };
  }),
  receiptOf: asMember(keys.receiptOf, async (owner, { sessionId }) => {
    const input = activationOf((await generated(owner)).id);
    unwrap(await activateKey({ ...owner.member, sessionId }, input, freshProof(owner)));
    return { keyId: input.keyId, ticket: input.ticket };
  }),
  secretSaved: asMember(keys.secretSaved, async (owner, { sessionId }) => {
    const input = activationOf((await generated(owner)).id);
    unwrap(await activateKey({ ...owner.member, sessionId }, input, freshProof(owner)));
    await restoreKeys("UPDATE api_keys SET first_activated_at = first_activated_at - interval '1 hour' WHERE id = $1", [
      input.keyId,
    ]);
    return { keyId: input.keyId };
  }),
  invitation: asMember(team.invitation, async (owner) => ({
    emails: [newEmail()],
    role: "view",
    code: await freshCodeOf(owner),
  })),
  roleChange: asMember(team.roleChange, async (owner) => {
    return { userId: await colleagueOf(owner), role: "limits", code: await freshCodeOf(owner) };
  }),
  removal: asMember(team.removal, async (owner) => ({
    userId: await colleagueOf(owner),
    code: await freshCodeOf(owner),
  })),
};

const PASSWORD = "maple river stone";

/** Every operation on a user's own account. */
const OWN: Record<string, Case> = {
  acceptance: asSelf(team.acceptance, async ({ email }) => {
    const other = await makeOwner();
    unwrap(await inviteUsers(other.member, { emails: [email], role: "view" }, freshProof(other)));
    return { invitationId: (await openInvitationOf(other.merchantId, email)).id };
  }),
  passwordChange: asSelf(account.passwordChange, async (owner) => {
    return { current: owner.password, next: PASSWORD, confirm: PASSWORD, code: await freshCodeOf(owner) };
  }),
  recoveryCodes: asSelf(account.recoveryCodes, async (owner) => ({ code: await freshCodeOf(owner) })),
  moveStart: asSelf(account.moveStart, async (owner) => ({ code: await freshCodeOf(owner) })),
  moveConfirmation: asSelf(account.moveConfirmation, async (owner, self) => {
    const { seed } = unwrap(await account.moveStart.run(self, {}, freshProof(owner)));
    return { deviceCode: codeOf({ seed }) };
  }),
  sessionEnd: asSelf(account.sessionEnd, async ({ userId }) => ({ sessionId: await insertSession(userId) })),
  otherSessionsEnd: asSelf(account.otherSessionsEnd, async ({ userId }) => ({ other: await insertSession(userId) })),
  passkeyStart: asSelf(account.passkeyStart, async (owner) => ({ name: "Laptop", code: await freshCodeOf(owner) })),
  passkeyAddition: asSelf(account.passkeyAddition, async (owner, self) => {
    const { challenge } = unwrap(await account.passkeyStart.run(self, { name: "Laptop" }, freshProof(owner)));
    return { answer: attest(newAuthenticator(), challenge) };
  }),
  passkeyRemoval: asSelf(account.passkeyRemoval, async (owner, self) => {
    await addPasskeyTo(self);
    const [passkey] = await asDatabaseOwner("SELECT id FROM passkeys WHERE user_id = $1", [owner.userId]);
    return { passkeyId: passkey?.id, code: await freshCodeOf(owner) };
  }),
  passkeyQuestion: asSelf(account.passkeyQuestion, async () => ({ operation: "account:recovery-codes", request: {} })),
  deviceConfirmation: asGuest(firstLogin.deviceConfirmation, async (guest) => {
    const self = await beginOnboarding(guest);
    return { self, raw: { code: codeOf({ seed: await seedOf(self, guest) }) } };
  }),
  firstPassword: asGuest(firstLogin.firstPassword, async (guest) => {
    const enrolling = await beginOnboarding(guest);
    const seed = await seedOf(enrolling, guest);
    unwrap(await confirmDevice(enrolling, { code: codeOf({ seed }) }));
    await rewind(enrolling);
    const self = await beginOnboarding(guest, { code: codeOf({ seed }) });
    return { self, raw: { temporary: guest.temporary, password: PASSWORD, confirm: PASSWORD } };
  }),
};

type Take = (from: { userId: string; sessionId: string }) => [sql: string, values: unknown[]];
const TAKES: Record<string, Take> = {
  removed: ({ userId }) => ["DELETE FROM memberships WHERE user_id = $1", [userId]],
  "given another role": ({ userId }) => ["UPDATE memberships SET role = 'limits' WHERE user_id = $1", [userId]],
  "logged out": ({ sessionId }) => ["UPDATE sessions SET ended_at = now() WHERE id = $1", [sessionId]],
  disabled: ({ userId }) => ["UPDATE users SET disabled_at = now() WHERE id = $1", [userId]],
};
const SESSION_TAKES = ["logged out", "disabled"];

/** Reads change nothing; their access is checked again after the read. */
const READS = ["progressOf", "seenOf"];

test.each(Object.keys(TAKES))("what was read for an Owner who was %s meanwhile is not returned", async (how) => {
  const owner = await makeOwner();
  const minted = await mintSession(owner);
  const [sql, values] = (TAKES[how] as Take)({ ...owner, ...minted });
  const run = async () => {
    await asDatabaseOwner(sql, values);
    return accept(null);
  };
  const reading = { ...keys.progressOf((await generated(owner)).id), run };
  expect(await runMemberAction(reading, { merchantId: owner.merchantId }, validRequestInfo(minted))).toEqual({
    ok: false,
    refusal: { code: "not_found" },
  });
});

test("every operation is tested", () => {
  const all = [keys, team, account, firstLogin].flatMap((module) => Object.keys(module));
  expect(all.filter((name) => !READS.includes(name) && !(name in AT_A_MERCHANT) && !(name in OWN))).toEqual([]);
});

/** The tables that losing access itself changes, and counters of attempts. */
const BESIDES = ["memberships", "users", "sessions", "rate_limits"];

async function changes(): Promise<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(await databaseContents()).filter(([table]) => !BESIDES.includes(table)));
}

async function taken(make: Case, how: string): Promise<void> {
  const ready = await make();
  const before = await changes();
  let answer: Promise<Result<unknown>> | undefined;
  await inOpenTransaction((TAKES[how] as Take)(ready), "COMMIT", async () => {
    answer = ready.run();
    await Promise.race([untilWaitingForLock(), answer]);
  });
  const code = how === "removed" || how === "given another role" ? "not_found" : "logged_out";
  expect(await answer).toMatchObject({ ok: false, refusal: { code } });
  expect(await changes()).toEqual(before);
}

describe.each(Object.entries(AT_A_MERCHANT))(
  "%s, authorized and not yet made, changes nothing and returns nothing for an Owner who is",
  (_, make) => {
    test.each(Object.keys(TAKES))("%s", (how) => taken(make, how));
  },
);

describe.each(Object.entries(OWN))("%s, authorized and not yet made, changes nothing for a user who is", (_, make) => {
  test.each(SESSION_TAKES)("%s", (how) => taken(make, how));
});

test("an activation whose Owner is logged out before the reply keeps its secret: no reply says that nothing was changed", async () => {
  const { sessionId, run } = await (AT_A_MERCHANT.activation as Case)();
  await asDatabaseOwner(`CREATE FUNCTION log_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
    $$ BEGIN UPDATE public.sessions SET ended_at = now() WHERE id = NEW.session_id; RETURN NULL; END $$`);
  await asDatabaseOwner(
    "CREATE CONSTRAINT TRIGGER log_out AFTER INSERT ON reveals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_out()",
  );
  expect(await run()).toMatchObject({ ok: false, refusal: { code: "secret_no_longer_held" } });
  const events = await asDatabaseOwner("SELECT event FROM audit_events WHERE session_id = $1 ORDER BY id", [sessionId]);
  expect(events.map(({ event }) => event)).toEqual(["session.began", "api_key.activated"]);
});

describe("concurrent operations that remove each other's access never deadlock", () => {
  /** Runs them concurrently, several rounds, and returns each reply. */
  async function together(
    rounds: number,
    make: () => Promise<(() => Promise<Result<unknown>>)[]>,
  ): Promise<string[][]> {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const deadlocks = deadlocksFromNow();
    const answers: string[][] = [];
    for (let round = 0; round < rounds; round++) {
      const all = await Promise.all((await make()).map((go) => retryWhileBusy(go)));
      answers.push(all.map((answer) => (answer.ok ? "ok" : answer.refusal.code)).sort());
    }
    expect(deadlocks()).toEqual([]);
    return answers;
  }

  /** As the wrapper passes them to an operation after verifying a code. */
  const membersOf = async (people: Person[], merchantId: string) =>
    Promise.all(people.map((person) => memberFor(person, merchantId, "owner")));

  test("two Owners remove each other at one merchant: one remains", async () => {
    const answers = await together(8, async () => {
      const { id } = await makeMerchant();
      const people = await Promise.all([1, 2, 3].map(() => makePerson({ roles: [{ merchantId: id, role: "owner" }] })));
      const [a, b] = await membersOf(people, id);
      return [
        () => removeUser(a as Member, { userId: b?.userId ?? "" }, freshProof(a as Member)),
        () => removeUser(b as Member, { userId: a?.userId ?? "" }, freshProof(b as Member)),
      ];
    });
    for (const answer of answers) expect(answer).toEqual(["not_found", "ok"]);
  });

  test("two Owners remove each other at two merchants: the first stays logged in", async () => {
    const answers = await together(8, async () => {
      const [one, two] = [await makeMerchant(), await makeMerchant()];
      const roles = [one, two].map(({ id }) => ({ merchantId: id, role: "owner" as const }));
      const people = [await makePerson({ roles }), await makePerson({ roles })];
      const [a] = await membersOf(people, one.id);
      const [, b] = await membersOf(people, two.id);
      return [
        () => removeUser(a as Member, { userId: b?.userId ?? "" }, freshProof(a as Member)),
        () => removeUser(b as Member, { userId: a?.userId ?? "" }, freshProof(b as Member)),
      ];
    });
    for (const answer of answers) expect(answer).toEqual(["logged_out", "ok"]);
  });

  test("two Owners who remove each other at two merchants lock users before sessions: both in the middle of it", async () => {
    const [one, two] = [await makeMerchant(), await makeMerchant()];
    const roles = [one, two].map(({ id }) => ({ merchantId: id, role: "owner" as const }));
    const people = [await makePerson({ roles }), await makePerson({ roles })];
    const [[a], [, b]] = [await membersOf(people, one.id), await membersOf(people, two.id)] as [
      [Member],
      [Member, Member],
    ];
    const [ofA, ofB] = [freshProof(a), freshProof(b)];
    let answers: Promise<Result<unknown>[]> = Promise.resolve([]);
    // Each is held where it consumes its code, with every lock taken that comes before.
    const devices = "SELECT FROM totp_devices WHERE user_id = ANY ($1) FOR UPDATE";
    await inOpenTransaction([devices, [[a.userId, b.userId]]], "ROLLBACK", async () => {
      answers = Promise.all([removeUser(a, { userId: b.userId }, ofA), removeUser(b, { userId: a.userId }, ofB)]);
      answers.catch(() => undefined);
      await untilWaitingForLock(2);
    });
    expect((await answers).map((answer) => (answer.ok ? "ok" : answer.refusal.code)).sort()).toEqual([
      "logged_out",
      "ok",
    ]);
  });

  test("two browsers of one user end each other's session: one stays logged in", async () => {
    const answers = await together(8, async () => {
      const person = await makePerson();
      const selves = await Promise.all(
        [1, 2].map(
          async () =>
            ({ ...person, sessionId: await insertSession(person.userId), address: null }) satisfies CurrentUser,
        ),
      );
      return selves.map((self) => () => endOtherSessions(self));
    });
    for (const answer of answers) expect(answer).toEqual(["logged_out", "ok"]);
  });

  test("an Owner generates keys while another removes them, and is locked out by an operator", async () => {
    await together(8, async () => {
      const { id } = await makeMerchant();
      const people = await Promise.all([1, 2, 3].map(() => makePerson({ roles: [{ merchantId: id, role: "owner" }] })));
      const [a, b, c] = await membersOf(people, id);
      const generations = [1, 2, 3, 4].map(() => () => generateKey(b as Member, freshProof(b as Member)));
      return [
        ...generations,
        () => removeUser(a as Member, { userId: b?.userId ?? "" }, freshProof(a as Member)),
        () => changeRole(c as Member, { userId: b?.userId ?? "", role: "view" }, freshProof(c as Member)),
        () => disableUser("tests", b?.email ?? "", "lost"),
        () => resetTwoFactor("tests", c?.email ?? "", "lost"),
      ];
    });
  });
});
