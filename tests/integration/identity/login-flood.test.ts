import { beforeEach, expect, test } from "vitest";
import { runMemberAction } from "@/lib/actions/member-action";
import { deactivation } from "@/lib/api-keys/operations";
import { changePassword } from "@/lib/identity/account/change-password";
import { logIn } from "@/lib/identity/login/log-in";
import { setFirstPassword } from "@/lib/identity/onboarding/set-password";
import { verifyTotp } from "@/lib/identity/second-factor/challenge";
import { verifyPassword } from "@/lib/identity/second-factor/password-fallback";
import { inviteUsers } from "@/lib/merchants/team/invite";
import { loggedInUser } from "../../kit/people/account";
import { freshProof, ownerWithActiveKey, unwrap } from "../../kit/people/api-keys";
import { holdHashingSlots } from "../../kit/people/hashing";
import { attemptOf, freshAddress, outcomeOf } from "../../kit/people/login";
import { asOwner } from "../../kit/people/owner";
import { makeOwner, makePerson, type Owner } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { beginOnboarding, inviteGuest, newEmail } from "../../kit/people/team";
import { rewind, wrongCodeOf } from "../../kit/people/totp";

/*
 * Many strangers log in at once. A user on a known browser still gets in, and a login that is
 * turned away costs its user nothing.
 */

beforeEach(async () => {
  await asOwner("DELETE FROM rate_limits", []);
});

/**
 * A login of somebody who does not exist, from a new address. Verifying costs as much as in the
 * product.
 */
const stranger = (address = freshAddress()) =>
  logIn({ email: newEmail(), password: "guess", code: "000000", address, userAgent: "kit", device: null });

/** The sum of the counters with this prefix. */
async function counted(name: string): Promise<number> {
  const [row] = await asOwner<{ sum: number }>(
    "SELECT coalesce(sum(points), 0)::int AS sum FROM rate_limits WHERE key LIKE $1",
    [`${name}:%`],
  );
  return row?.sum ?? 0;
}

/** The answers that arrive while every hashing slot is occupied, once there are `count`. */
async function settled<T>(answers: Promise<T>[], count: number): Promise<T[]> {
  const early: T[] = [];
  for (const answer of answers) void answer.then((value) => early.push(value));
  await expect.poll(() => early.length).toBe(count);
  return early;
}

async function lockCodes(owner: Owner): Promise<void> {
  for (let n = 0; n < 5; n++) await verifyTotp(owner.userId, "step_up", wrongCodeOf(owner));
}

/** The cookie of a browser that logged in before. */
async function deviceOf(owner: Owner): Promise<string> {
  const before = await logIn(await attemptOf(owner));
  if (before.kind !== "ok") throw new Error(before.kind);
  await rewind(owner);
  return before.device;
}

test("while 150 strangers log in at once, an Owner on a known browser logs in, and one whose codes are locked deactivates a key by password", async () => {
  const known = await makeOwner();
  const attempt = await attemptOf(known, { device: await deviceOf(known) });
  const { owner: locked, key } = await ownerWithActiveKey();
  await lockCodes(locked);
  const request = { merchantId: locked.merchantId, keyId: key.id, reason: "compromised", password: locked.password };
  const facts = validRequestInfo(await mintSession(locked));

  let waiting = 0;
  const answers = Array.from({ length: 150 }, async () => {
    waiting++;
    const { kind } = await stranger();
    waiting--;
    return kind;
  });
  const begunAt = performance.now();
  const stopped = runMemberAction(deactivation, request, facts);
  expect((await logIn(attempt)).kind).toBe("ok");
  const [took, left] = [performance.now() - begunAt, waiting];
  unwrap(await stopped);
  const kinds = await Promise.all(answers);
  console.log(`note: an Owner logged in ${Math.round(took)} ms after 150 strangers, of whom ${left} waited still`);
  // At least this many of the admitted strangers were still waiting.
  expect(left).toBeGreaterThanOrEqual(20);
  expect(kinds.filter((kind) => kind === "busy").length).toBeGreaterThanOrEqual(50);
  expect(kinds.filter((kind) => kind !== "busy")).toEqual(
    Array(42)
      .fill("refused")
      .slice(0, kinds.filter((kind) => kind !== "busy").length),
  );
});

test("one source uses ten slots at most: logins from elsewhere are not turned away", async () => {
  const turns = await holdHashingSlots();
  const address = freshAddress();
  const mine = Array.from({ length: 30 }, () => stranger(address));
  expect(await settled(mine, 20)).toEqual(Array(20).fill({ kind: "busy" }));
  const other = stranger();
  await expect.poll(() => counted("login-account")).toBe(11);
  await turns.release();
  expect((await Promise.all(mine)).filter(({ kind }) => kind === "refused")).toHaveLength(10);
  expect((await other).kind).toBe("refused");
});

test("a stranger's login that is turned away counts as no attempt, and one that waits does not count yet", async () => {
  const turns = await holdHashingSlots();
  const address = freshAddress();
  const answers = Array.from({ length: 25 }, () => stranger(address));
  expect(await settled(answers, 15)).toEqual(Array(15).fill({ kind: "busy" }));
  expect([await counted("login-address"), await counted("login-pair")]).toEqual([0, 0]);
  await turns.release();
  const kinds = (await Promise.all(answers)).map(({ kind }) => kind).sort();
  expect(kinds).toEqual([...Array(15).fill("busy"), ...Array(10).fill("refused")]);
  expect([await counted("login-address"), await counted("login-pair")]).toEqual([10, 10]);
});

test("neither does one from a known browser: ten wrong passwords lock it out, however often it was turned away before", async () => {
  const owner = await makeOwner();
  const device = await deviceOf(owner);
  const attempt = await attemptOf(owner, { device, password: "wrong" });
  const turns = await holdHashingSlots();
  const answers = Array.from({ length: 40 }, () => outcomeOf(attempt));
  expect(await settled(answers, 36)).toEqual(Array(36).fill("busy"));
  expect(await counted("login-device")).toBe(0);
  await turns.release();
  expect((await Promise.all(answers)).filter((answer) => answer === "refused")).toHaveLength(4);
  expect(await counted("login-device")).toBe(4);
  expect(await outcomeOf(await attemptOf(owner, { device }))).toBe("ok");
});

type Turned = { name: string; counter: string; make(): Promise<() => Promise<{ ok: boolean }>> };
const LOGGED_IN: Turned[] = [
  {
    name: "a password instead of a code",
    counter: "step-up-password",
    make: async () => {
      const owner = await makeOwner();
      await lockCodes(owner);
      return () => verifyPassword(owner.member, "wrong");
    },
  },
  {
    name: "a change of the password",
    counter: "change-password",
    make: async () => {
      const { self } = await loggedInUser(await makePerson());
      const change = { current: "wrong", next: "maple river stone", confirm: "maple river stone" };
      return () => changePassword(self, change, freshProof(self));
    },
  },
  {
    name: "a first password",
    counter: "first-login-password",
    make: async () => {
      const self = await beginOnboarding(await inviteGuest(await makeOwner()));
      const wish = { temporary: "wrong", password: "maple river stone", confirm: "maple river stone" };
      return () => setFirstPassword(self, wish);
    },
  },
  {
    name: "a new user",
    counter: "-",
    make: async () => {
      const owner = await makeOwner();
      return () => inviteUsers(owner.member, { emails: [newEmail()], role: "view" }, freshProof(owner));
    },
  },
];

test.each(LOGGED_IN)("$name that is turned away counts as no attempt", async ({ counter, make }) => {
  const ask = await make();
  const turns = await holdHashingSlots();
  const answers = Array.from({ length: 6 }, ask);
  expect(await settled(answers, 2)).toEqual(Array(2).fill({ ok: false, refusal: { code: "passwords_busy" } }));
  expect(await counted(counter)).toBe(0);
  await turns.release();
  await Promise.all(answers);
  expect(await counted(counter)).toBe(counter === "-" ? 0 : 4);
});
