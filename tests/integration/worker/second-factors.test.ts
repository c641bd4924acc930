import { expect, test } from "vitest";
import { beginMove, confirmMove } from "@/lib/identity/account/move-device";
import { loginChallenge } from "@/lib/identity/second-factor/passkeys/issue-challenge";
import { eraseExpiredMoves, forgetExpiredChallenges } from "@/lib/worker/jobs/second-factors";
import { loggedInUser } from "../../kit/people/account";
import { asDatabaseOwner, freshProof, unwrap } from "../../kit/people/api-keys";
import { codeOf } from "../../kit/people/totp";

const rows = async (table: string) => (await asDatabaseOwner(`SELECT 1 FROM ${table}`)).length;

test("no challenge that can still be signed is deleted, and all others are", async () => {
  for (let n = 0; n < 3; n++) unwrap(await loginChallenge(null));
  expect(await forgetExpiredChallenges()).toBe(0);
  await asDatabaseOwner(
    "UPDATE passkey_challenges SET expires_at = now() WHERE id = (SELECT id FROM passkey_challenges LIMIT 1)",
  );
  expect(await forgetExpiredChallenges()).toBe(1);
  expect(await rows("passkey_challenges")).toBe(2);
});

test("the seed of a device that was not confirmed in time is erased, one that can still be confirmed is not", async () => {
  const [late, home] = [await loggedInUser(), await loggedInUser()];
  const [, device] = [
    await beginMove(late.self, freshProof(late.self)),
    unwrap(await beginMove(home.self, freshProof(home.self))),
  ];
  await asDatabaseOwner("UPDATE device_moves SET expires_at = now() WHERE user_id = $1", [late.person.userId]);
  expect(await eraseExpiredMoves()).toBe(1);
  expect(await eraseExpiredMoves()).toBe(0);
  expect((await confirmMove(home.self, { deviceCode: codeOf(device) })).ok).toBe(true);
  expect(await rows("device_moves")).toBe(0);
});
