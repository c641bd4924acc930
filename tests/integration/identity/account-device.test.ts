import { expect, test } from "vitest";
import { runOwnAction } from "@/lib/actions/own-action";
import { beginMove, confirmMove } from "@/lib/identity/account/move-device";
import { moveStart } from "@/lib/identity/account/operations";
import { consumeSecondFactor, verifyTotp } from "@/lib/identity/second-factor/challenge";
import { endSession, readSession } from "@/lib/identity/session/sessions";
import { inTransaction } from "@/lib/platform/db/db";
import {
  eventsCausedBy,
  isLive,
  type LoggedInUser,
  loggedInUser,
  mailsTo,
  recoveryCodesOf,
  totpProof,
} from "../../kit/people/account";
import { asDatabaseOwner, freshProof, unwrap } from "../../kit/people/api-keys";
import { attemptOf, outcomeOf } from "../../kit/people/login";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { codeOf, freshCodeOf, wrongCodeOf } from "../../kit/people/totp";

const begun = async (home: LoggedInUser) => unwrap(await beginMove(home.self, freshProof(home.self)));

async function moved(home: LoggedInUser): Promise<{ seed: string }> {
  const device = await begun(home);
  unwrap(await confirmMove(home.self, { deviceCode: codeOf(device) }));
  return device;
}

test("after the move the old device's codes are refused and the new one's accepted", async () => {
  const home = await loggedInUser();
  const device = await moved(home);
  expect(await outcomeOf(await attemptOf(home.person))).toBe("refused");
  expect(await outcomeOf(await attemptOf({ ...home.person, seed: device.seed }))).toBe("ok");
});

test("every other session is ended in the same moment, its user is told, and the move is recorded", async () => {
  const home = await loggedInUser();
  const other = await mintSession(home.person);
  const device = await begun(home);
  expect(await isLive(other.sessionId)).toBe(true);
  expect(await confirmMove(home.self, { deviceCode: codeOf(device) })).toEqual({ ok: true, value: { ended: 1 } });
  expect(await readSession(other.sessionId)).toBeNull();
  expect(await isLive(home.self.sessionId)).toBe(true);
  expect(await mailsTo(home.person)).toEqual(["device_changed"]);
  expect(await eventsCausedBy(home.person)).toEqual(["device.moved"]);
});

test("until it is confirmed nothing has changed: the old device still works", async () => {
  const home = await loggedInUser();
  await begun(home);
  expect(await outcomeOf(await attemptOf(home.person))).toBe("ok");
  expect(await mailsTo(home.person)).toEqual([]);
});

test("the seed of a move in progress is stored sealed: neither its text nor its bytes are in the table", async () => {
  const home = await loggedInUser();
  const { seed } = await begun(home);
  const kept = JSON.stringify(await asDatabaseOwner("SELECT to_jsonb(m) AS row FROM device_moves m"));
  expect(kept).not.toContain(seed);
  expect(kept).not.toContain(Buffer.from(seed).toString("hex"));
});

test.each<[string, (home: LoggedInUser) => object]>([
  ["no code", () => ({})],
  ["a wrong code", ({ person }) => ({ code: wrongCodeOf(person) })],
  ["a recovery code nobody has", () => ({ recoveryCode: "0123456789abcdef" })],
  ["the password", ({ person }) => ({ password: person.password })],
])("with %s no move begins and no seed is shown", async (_, proof) => {
  const home = await loggedInUser();
  expect((await runOwnAction(moveStart, proof(home), validRequestInfo(home.minted))).ok).toBe(false);
  expect(await asDatabaseOwner("SELECT 1 FROM device_moves WHERE user_id = $1", [home.person.userId])).toEqual([]);
});

test("a recovery code begins a move once; used again it is refused", async () => {
  const home = await loggedInUser();
  const [recoveryCode = ""] = await recoveryCodesOf(home);
  const start = () => runOwnAction(moveStart, { recoveryCode }, validRequestInfo(home.minted));
  const device = unwrap(await start());
  expect(await start()).toMatchObject({ refusal: { code: "recovery_code_wrong" } });
  expect(await confirmMove(home.self, { deviceCode: codeOf(device) })).toMatchObject({ ok: true });
  expect(await mailsTo(home.person)).toEqual(["recovery_codes_regenerated", "recovery_code_used", "device_changed"]);
});

test("a wrong code of the new device is refused, and the move can still be confirmed", async () => {
  const home = await loggedInUser();
  const device = await begun(home);
  expect(await confirmMove(home.self, { deviceCode: wrongCodeOf(device) })).toMatchObject({
    refusal: { code: "code_wrong" },
  });
  expect(await confirmMove(home.self, { deviceCode: "12 456" })).toMatchObject({ refusal: { code: "code_malformed" } });
  expect(await confirmMove(home.self, { deviceCode: codeOf(home.person) })).toMatchObject({
    refusal: { code: "code_wrong" },
  });
  expect(await confirmMove(home.self, { deviceCode: codeOf(device) })).toMatchObject({ ok: true });
});

test("another session of the same user cannot finish the move", async () => {
  const home = await loggedInUser();
  const device = await begun(home);
  const other = await loggedInUser(home.person);
  expect(await confirmMove(other.self, { deviceCode: codeOf(device) })).toMatchObject({
    refusal: { code: "device_move_over" },
  });
});

test("another user cannot finish it either", async () => {
  const home = await loggedInUser();
  const device = await begun(home);
  const other = await loggedInUser();
  const asked = { ...other.self, sessionId: home.self.sessionId };
  expect(await confirmMove(asked, { deviceCode: codeOf(device) })).toMatchObject({
    refusal: { code: "device_move_over" },
  });
});

test("after 10 minutes a move is refused", async () => {
  const home = await loggedInUser();
  const device = await begun(home);
  await asDatabaseOwner("UPDATE device_moves SET expires_at = now() WHERE user_id = $1", [home.person.userId]);
  expect(await confirmMove(home.self, { deviceCode: codeOf(device) })).toMatchObject({
    refusal: { code: "device_move_over" },
  });
});

test("a session that ends between the two steps cannot finish the move", async () => {
  const home = await loggedInUser();
  const device = await begun(home);
  await endSession(home.self.sessionId, "logged_out", null);
  expect(await confirmMove(home.self, { deviceCode: codeOf(device) })).toMatchObject({
    refusal: { code: "logged_out" },
  });
  expect(await outcomeOf(await attemptOf(home.person))).toBe("ok");
});

test("starting a move again ends the first one: its seed is refused", async () => {
  const home = await loggedInUser();
  const [first, second] = [await begun(home), await begun(home)];
  expect(await confirmMove(home.self, { deviceCode: codeOf(first) })).toMatchObject({
    refusal: { code: "code_wrong" },
  });
  expect(await confirmMove(home.self, { deviceCode: codeOf(second) })).toMatchObject({ ok: true });
});

test("of 10 concurrent confirmations one moves the device and the rest are refused", async () => {
  const home = await loggedInUser();
  const device = await begun(home);
  const results = await Promise.all(
    Array.from({ length: 10 }, () => confirmMove(home.self, { deviceCode: codeOf(device) })),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await mailsTo(home.person)).toEqual(["device_changed"]);
});

test("the eleventh attempt is refused without being verified", async () => {
  const home = await loggedInUser();
  const device = await begun(home);
  for (let n = 0; n < 10; n++) await confirmMove(home.self, { deviceCode: wrongCodeOf(device) });
  expect(await confirmMove(home.self, { deviceCode: codeOf(device) })).toMatchObject({
    refusal: { code: "device_move_over" },
  });
});

test("the code that confirmed the move is refused for anything else", async () => {
  const home = await loggedInUser();
  const device = await begun(home);
  const code = codeOf(device);
  unwrap(await confirmMove(home.self, { deviceCode: code }));
  expect(await verifyTotp(home.person.userId, "step_up", code)).toMatchObject({ refusal: { code: "code_used" } });
});

test("a code of the old device that was verified before the move cannot be consumed after it", async () => {
  const home = await loggedInUser();
  const proof = await totpProof(home.self, await freshCodeOf(home.person));
  await moved(home);
  expect(await inTransaction((tx) => consumeSecondFactor(tx, proof))).toMatchObject({ refusal: { code: "code_used" } });
});

test("a move ends the locks of the old device", async () => {
  const home = await loggedInUser();
  await asDatabaseOwner(
    "INSERT INTO code_attempts (user_id, purpose, failures_without_success) VALUES ($1, 'step_up', 50)",
    [home.person.userId],
  );
  const [recoveryCode = ""] = await recoveryCodesOf(home);
  const device = unwrap(await runOwnAction(moveStart, { recoveryCode }, validRequestInfo(home.minted)));
  unwrap(await confirmMove(home.self, { deviceCode: codeOf(device) }));
  expect(
    await verifyTotp(home.person.userId, "step_up", await freshCodeOf({ ...home.person, seed: device.seed })),
  ).toMatchObject({
    ok: true,
  });
});
