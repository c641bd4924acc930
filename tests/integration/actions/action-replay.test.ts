import { expect, test, vi } from "vitest";
import { z } from "zod";
import { type MemberAction, runMemberAction } from "@/lib/actions/member-action";
import { consumeSecondFactor } from "@/lib/identity/second-factor/challenge";
import { db, inTransaction } from "@/lib/platform/db/db";
import { accept, type Result } from "@/lib/platform/result";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { codeOf, wrongCodeOf } from "../../kit/people/totp";

type Replay = () => Promise<Result<string> | null>;

/** An operation that consumes its code. `replay` returns the given answers in turn. */
function operation(...answers: (Result<string> | null)[]) {
  const replay = vi.fn<Replay>().mockResolvedValue(null);
  for (const answer of answers) replay.mockResolvedValueOnce(answer);
  const run = vi.fn<MemberAction<object, string>["run"]>((_, __, proof) =>
    inTransaction(async (tx) => {
      await consumeSecondFactor(tx, proof);
      return "done";
    }),
  );
  return { permission: "api-key:activate" as const, input: z.object({}), replay, run };
}

const ask = async (asked: ReturnType<typeof operation>, owner: Owner, code: string) => {
  const result = await runMemberAction(
    asked,
    { merchantId: owner.merchantId, code },
    validRequestInfo(await mintSession(owner)),
  );
  return result.ok ? result.value : result.refusal.code;
};

test("an earlier result is returned again, and no code is verified", async () => {
  const owner = await makeOwner();
  const asked = operation(accept("as before"));
  expect(await ask(asked, owner, wrongCodeOf(owner))).toBe("as before");
  expect(asked.run).not.toHaveBeenCalled();
  expect(await db().codeAttempt.count({ where: { userId: owner.userId } })).toBe(0);
});

test("a user without the permission is refused before anything is replayed", async () => {
  const member = await makeMember("view");
  const asked = operation(accept("as before"));
  expect(await ask(asked, member, codeOf(member))).toBe("not_found");
  expect(asked.replay).not.toHaveBeenCalled();
});

test("for a used code the result is looked up once more, so that a retry that overtook its original finds it", async () => {
  const owner = await makeOwner();
  const code = codeOf(owner);
  await ask(operation(), owner, code);
  const asked = operation(null, accept("as before"));
  expect(await ask(asked, owner, code)).toBe("as before");
  expect(asked.replay).toHaveBeenCalledTimes(2);
});

test("of two concurrent requests with one code, the losing one is replayed", async () => {
  const owner = await makeOwner();
  const code = codeOf(owner);
  const both = await Promise.all(
    [operation(null, accept("as before")), operation(null, accept("as before"))].map((each) => ask(each, owner, code)),
  );
  expect(both.sort()).toEqual(["as before", "done"]);
});

test("a used code without an earlier result is refused as used", async () => {
  const owner = await makeOwner();
  const code = codeOf(owner);
  await ask(operation(), owner, code);
  expect(await ask(operation(), owner, code)).toBe("code_used");
});

test("a wrong code is refused without looking up an earlier result", async () => {
  const owner = await makeOwner();
  const asked = operation(null, accept("as before"));
  expect(await ask(asked, owner, wrongCodeOf(owner))).toBe("code_wrong");
  expect(asked.replay).toHaveBeenCalledTimes(1);
});
