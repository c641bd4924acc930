import { beforeEach, expect, test, vi } from "vitest";
import { runMemberAction } from "@/lib/actions/member-action";
import { generation } from "@/lib/api-keys/operations";
import { db } from "@/lib/platform/db/db";
import { databaseContents, holdingLocks } from "../../kit/busy";
import { makeOwner, type Owner } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { codeOf, freshCodeOf } from "../../kit/people/totp";

const TIMES = 100;
/**
 * The expected refusals of 99 of the 100, however few processors there are: the code was used,
 * five are already being verified, or the database had no time.
 */
const EXPECTED = ["code_used", "codes_busy", "busy"];

let owner: Owner;
beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  owner = await makeOwner();
});

async function uses(code: string): Promise<() => Promise<string>> {
  const facts = validRequestInfo(await mintSession(owner));
  return async () => {
    const result = await runMemberAction(generation, { merchantId: owner.merchantId, code }, facts);
    return result.ok ? "done" : result.refusal.code;
  };
}

const keysMade = () => db().apiKey.count({ where: { merchantId: owner.merchantId } });

test("of 100 concurrent requests with one code one is accepted and every other is refused with a value: none is an error", async () => {
  const use = await uses(await freshCodeOf(owner));
  const answers = await Promise.all(Array.from({ length: TIMES }, use));
  expect(answers.filter((answer) => answer === "done")).toHaveLength(1);
  expect(answers.filter((answer) => answer !== "done" && !EXPECTED.includes(answer))).toEqual([]);
  expect(await keysMade()).toBe(1);
});

test("of 100 concurrent uses while the device's row is locked for longer than the statement timeout, every one is refused as a value and the code works afterwards", async () => {
  const code = codeOf(owner);
  const use = await uses(code);
  const before = await databaseContents();
  const answers = await holdingLocks("SELECT 1 FROM totp_devices WHERE user_id = $1 FOR UPDATE", [owner.userId], () =>
    Promise.all(Array.from({ length: TIMES }, use)),
  );
  expect(answers.filter((answer) => !EXPECTED.includes(answer))).toEqual([]);
  expect(answers).toContain("busy");
  await expect.poll(databaseContents, { timeout: 60_000, interval: 1_000 }).toEqual(before);
  expect(await (await uses(await freshCodeOf(owner)))()).toBe("done");
});
