import { expect, test } from "vitest";
import { z } from "zod";
import type { Member } from "@/lib/access/member";
import { action, ownAction } from "@/lib/actions/action";
import type { MemberAction } from "@/lib/actions/member-action";
import type { OwnAction } from "@/lib/actions/own-action";
import { lockKey } from "@/lib/api-keys/lock-key";
import type { Attempt, Received, Signed } from "@/lib/gateway/auth/attempt";
import { Ladder } from "@/lib/gateway/auth/ladder";
import { db, type Tx } from "@/lib/platform/db/db";
import { accept, RollbackWith } from "@/lib/platform/result";

/*
 * What must not compile. tsc judges this file: an error that is expected and missing is an error.
 */
const merchantId = "b7a3c0de-0000-4000-8000-000000000000";
const limitOf: MemberAction<{ keyId: string; reason: "lost" | "other" }, null> = {
  permission: "api-key:deactivate",
  input: z.object({ keyId: z.string(), reason: z.enum(["lost", "other"]) }),
  run: async () => accept(null),
};
const renamed: OwnAction<{ name: string }, null> = {
  stage: "full",
  secondFactor: "none",
  input: z.object({ name: z.string() }),
  run: async () => accept(null),
};

test("an id of one kind is not accepted as another", () => {
  const calls = (member: Member) => {
    void lockKey(null as never, member, "a key from the database");
    // @ts-expect-error a user is no key
    void lockKey(null as never, member, member.userId);
    // @ts-expect-error a user is no merchant
    void lockKey(null as never, { merchantId: member.userId }, "a key");
    // @ts-expect-error swapped
    const swapped: Member = { ...member, userId: member.merchantId, merchantId: member.userId };
    return swapped;
  };
  expect(calls).toBeTypeOf("function");
});

test("an action's fields are checked where it is called", () => {
  const calls = () => {
    const deactivate = action(limitOf);
    void deactivate({ merchantId, keyId: "1", reason: "lost", code: "123456" });
    // @ts-expect-error a misspelt field
    void deactivate({ merchantId, keyID: "1", reason: "lost" });
    // @ts-expect-error a field of the envelope is misspelt
    void deactivate({ merchantId, keyId: "1", reason: "lost", cod: "123456" });
    // @ts-expect-error a value that the schema refuses
    void deactivate({ merchantId, keyId: "1", reason: "stolen" });
    // @ts-expect-error no merchant
    void deactivate({ keyId: "1", reason: "lost" });
    const rename = ownAction(renamed);
    void rename({ name: "Office", recoveryCode: "…" });
    // @ts-expect-error a misspelt field
    void rename({ title: "Office" });
  };
  expect(calls).toBeTypeOf("function");
});

test("only a transaction can be rolled back, and the pool of connections is none", () => {
  const calls = (tx: Tx) => {
    // @ts-expect-error outside a transaction a refusal is returned
    new RollbackWith({ code: "not_found" });
    // @ts-expect-error a statement of the pool is a transaction of its own
    void lockKey(db(), { merchantId }, "a key");
    return new RollbackWith(tx, { code: "not_found" });
  };
  expect(calls).toBeTypeOf("function");
});

test("a step of the gateway's ladder cannot come before what it needs was found", () => {
  const signed = (attempt: Attempt): Signed => attempt as Signed;
  const received = (attempt: Signed): Received => attempt as Received;
  const judged = (attempt: Received): Received => attempt;
  const ladders = () => {
    Ladder.from<Attempt>().step(signed).step(received).step(judged);
    // @ts-expect-error before the headers were read
    Ladder.from<Attempt>().step(received);
    // @ts-expect-error before the body was read
    Ladder.from<Attempt>().step(signed).step(judged);
  };
  expect(ladders).toBeTypeOf("function");
});
