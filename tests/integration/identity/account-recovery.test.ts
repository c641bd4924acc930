import { expect, test } from "vitest";
import { runMemberAction } from "@/lib/actions/member-action";
import { runOwnAction } from "@/lib/actions/own-action";
import { generation } from "@/lib/api-keys/operations";
import { recoveryCodes } from "@/lib/identity/account/operations";
import { regenerateRecoveryCodes } from "@/lib/identity/account/recovery-codes";
import { type Attempt, logIn } from "@/lib/identity/login/log-in";
import { consumeSecondFactor } from "@/lib/identity/second-factor/challenge";
import { verifyRecoveryCode } from "@/lib/identity/second-factor/recovery";
import { inTransaction } from "@/lib/platform/db/db";
import { eventsCausedBy, loggedInUser, mailsTo, recoveryCodesOf } from "../../kit/people/account";
import { asDatabaseOwner, unwrap } from "../../kit/people/api-keys";
import { freshAddress } from "../../kit/people/login";
import { makeOwner, makePerson, type Person } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { codeOf, wrongCodeOf } from "../../kit/people/totp";
import { retryWhileBusy } from "../../kit/retry-while-busy";

const attempt = (person: Person, recoveryCode: string, overrides: Partial<Attempt> = {}): Attempt => ({
  email: person.email,
  password: person.password,
  code: "",
  recoveryCode,
  address: freshAddress(),
  userAgent: "kit",
  device: null,
  ...overrides,
});

const answer = async (given: Attempt) => (await logIn(given)).kind;
const NOBODYS = "0123456789abcdef";

test("ten codes are generated, returned once, and stored in no table and no mail", async () => {
  const home = await loggedInUser();
  const codes = await recoveryCodesOf(home);
  expect(new Set(codes).size).toBe(10);
  const tables = ["recovery_codes", "outbox", "audit_events", "sessions", "users"];
  for (const table of tables) {
    const kept = JSON.stringify(await asDatabaseOwner(`SELECT to_jsonb(t) AS row FROM ${table} t`));
    for (const code of codes) {
      expect(kept, table).not.toContain(code);
      expect(kept, table).not.toContain(Buffer.from(code).toString("hex"));
    }
  }
  expect(await mailsTo(home.person)).toEqual(["recovery_codes_regenerated"]);
  expect(await eventsCausedBy(home.person)).toEqual(["recovery_codes.made"]);
});

test("the old codes are refused once new ones are generated", async () => {
  const home = await loggedInUser();
  const [old = ""] = await recoveryCodesOf(home);
  const [fresh = ""] = await recoveryCodesOf(home);
  expect(await answer(attempt(home.person, old))).toBe("refused");
  expect(await answer(attempt(home.person, fresh))).toBe("ok");
});

test("without a code none are generated, and the old codes stay", async () => {
  const home = await loggedInUser();
  const [code = ""] = await recoveryCodesOf(home);
  for (const proof of [{}, { code: wrongCodeOf(home.person) }, { recoveryCode: code }]) {
    expect((await runOwnAction(recoveryCodes, proof, validRequestInfo(home.minted))).ok).toBe(false);
  }
  expect(await answer(attempt(home.person, code))).toBe("ok");
});

test("of two concurrent regenerations no more than ten codes remain", async () => {
  const home = await loggedInUser();
  await Promise.all([1, 2, 3].map(() => regenerateRecoveryCodes(home.self, { kind: "none" })));
  const [row] = await asDatabaseOwner("SELECT count(*)::int AS n FROM recovery_codes WHERE user_id = $1", [
    home.person.userId,
  ]);
  expect(row?.n).toBe(10);
});

test("a code logs its user in once, and tells them how many are left; the second use is refused", async () => {
  const home = await loggedInUser();
  const [code = ""] = await recoveryCodesOf(home);
  expect(await answer(attempt(home.person, code.toUpperCase()))).toBe("ok");
  expect(await answer(attempt(home.person, code))).toBe("refused");
  const [mail] = await asDatabaseOwner(
    "SELECT data FROM outbox WHERE recipient = $1 AND template = 'recovery_code_used'",
    [home.person.email],
  );
  expect(mail?.data).toMatchObject({ left: 9, by: home.person.email });
});

test("of 50 concurrent uses of one code, 49 are refused", async () => {
  const home = await loggedInUser();
  const [code = ""] = await recoveryCodesOf(home);
  const proof = unwrap(await verifyRecoveryCode(home.self, code));
  const results = await Promise.all(
    Array.from({ length: 50 }, () => retryWhileBusy(() => inTransaction((tx) => consumeSecondFactor(tx, proof)))),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect((await mailsTo(home.person)).filter((template) => template === "recovery_code_used")).toHaveLength(1);
});

test("of 8 concurrent logins with one code, all but one are refused", async () => {
  const home = await loggedInUser();
  const [code = ""] = await recoveryCodesOf(home);
  const answers = await Promise.all(Array.from({ length: 8 }, () => answer(attempt(home.person, code))));
  expect(answers.filter((kind) => kind === "ok")).toHaveLength(1);
});

test("a use that is refused consumes nothing", async () => {
  const home = await loggedInUser();
  const [code = ""] = await recoveryCodesOf(home);
  const proof = unwrap(await verifyRecoveryCode(home.self, code));
  await expect(
    inTransaction(async (tx) => {
      await consumeSecondFactor(tx, proof);
      throw new Error("the rest failed");
    }),
  ).rejects.toThrow("the rest failed");
  expect(await answer(attempt(home.person, code))).toBe("ok");
});

test("a wrong code, a wrong password, another user's code, a disabled user and an unknown user get the same reply, each with a delay", async () => {
  const [home, other] = [await loggedInUser(), await loggedInUser()];
  const [code = ""] = await recoveryCodesOf(home);
  const [theirs = ""] = await recoveryCodesOf(other);
  const disabled = await makePerson({ disabled: true });
  const attempts = [
    attempt(home.person, NOBODYS),
    attempt(home.person, ""),
    attempt(home.person, codeOf(home.person)),
    attempt(home.person, theirs),
    attempt(home.person, code, { password: "not the password" }),
    attempt(disabled, NOBODYS),
    attempt(home.person, code, { email: "nobody@acme.example" }),
  ];
  for (const given of attempts) {
    const began = performance.now();
    expect(await logIn(given)).toEqual({ kind: "refused" });
    expect(performance.now() - began).toBeGreaterThanOrEqual(500);
  }
  expect(await answer(attempt(home.person, code))).toBe("ok");
});

test("the eleventh attempt in 15 minutes is refused without being verified, from whichever address", async () => {
  const home = await loggedInUser();
  const [code = ""] = await recoveryCodesOf(home);
  const tries = await Promise.all(Array.from({ length: 12 }, () => verifyRecoveryCode(home.self, NOBODYS)));
  expect(tries.filter((result) => !result.ok && result.refusal.code === "too_many_recovery_codes")).toHaveLength(2);
  expect(await answer(attempt(home.person, code))).toBe("refused");
});

test("a recovery code cannot change a key: it is refused where a 2FA code is required", async () => {
  const owner = await makeOwner();
  const home = await loggedInUser(owner);
  const [code = ""] = await recoveryCodesOf(home);
  const facts = validRequestInfo(await mintSession(owner));
  for (const proof of [{ recoveryCode: code }, { code }]) {
    expect(await runMemberAction(generation, { merchantId: owner.merchantId, ...proof }, facts)).toMatchObject({
      refusal: { code: "code_malformed" },
    });
  }
  expect(await answer(attempt(home.person, code))).toBe("ok");
});

test("locked 2FA codes do not block a recovery code", async () => {
  const home = await loggedInUser();
  const [code = ""] = await recoveryCodesOf(home);
  await asDatabaseOwner(
    "INSERT INTO code_attempts (user_id, purpose, failures, locked_until) VALUES ($1, 'login', 5, now() + interval '30 minutes')",
    [home.person.userId],
  );
  expect(await answer(attempt(home.person, code))).toBe("ok");
});

test("of two concurrent uses of one code, for the move and for a login, one is refused", async () => {
  const home = await loggedInUser();
  const [code = ""] = await recoveryCodesOf(home);
  const { beginMove } = await import("@/lib/identity/account/move-device");
  const proof = unwrap(await verifyRecoveryCode(home.self, code));
  const [moved, login] = await Promise.all([beginMove(home.self, proof), logIn(attempt(home.person, code))]);
  expect([moved.ok, login.kind === "ok"].filter(Boolean)).toHaveLength(1);
});

test("another user's code is refused while its owner's own use is still in progress", async () => {
  const [home, other] = [await loggedInUser(), await loggedInUser()];
  const [code = ""] = await recoveryCodesOf(home);
  expect(await verifyRecoveryCode(other.self, code)).toMatchObject({ refusal: { code: "recovery_code_wrong" } });
  expect((await verifyRecoveryCode(home.self, code)).ok).toBe(true);
});
