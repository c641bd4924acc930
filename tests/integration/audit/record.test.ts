import { expect, test } from "vitest";
import { EVENTS } from "@/lib/audit/events";
import { record } from "@/lib/audit/record";
import { db, inTransaction, transaction } from "@/lib/platform/db/db";
import { RollbackWith } from "@/lib/platform/result";
import { makeOwner } from "../../kit/people/people";

test("an event names the user, the address, the session and the subject", async () => {
  const { member } = await makeOwner();
  const apiKeyId = "5b0d9a52-8ac5-4df2-8f3c-f5b3d67b0d6c";
  await transaction((tx) => record(tx, member, "api_key.deactivated", { apiKeyId, data: { reason: "rotating" } }));
  const event = await db().auditEvent.findFirstOrThrow({
    where: { actorId: member.userId, event: "api_key.deactivated" },
  });
  expect(event).toMatchObject({
    actorKind: "user",
    merchantId: member.merchantId,
    sessionId: member.sessionId,
    address: "203.0.113.7",
    apiKeyId,
    data: { reason: "rotating" },
  });
});

test("no change, no event: a refused transaction leaves none", async () => {
  const { member } = await makeOwner();
  await inTransaction(async (tx) => {
    await record(tx, member, "api_key.retired");
    throw new RollbackWith(tx, { code: "not_found" });
  });
  expect(await db().auditEvent.count({ where: { actorId: member.userId, event: "api_key.retired" } })).toBe(0);
});

test("the dashboard can neither change nor delete an event", async () => {
  await expect(db().auditEvent.updateMany({ data: { event: "support.looked" } })).rejects.toThrow("permission denied");
  await expect(db().auditEvent.deleteMany()).rejects.toThrow("permission denied");
});

test("the list of events is closed and contains each once", () => {
  expect(new Set(EVENTS).size).toBe(EVENTS.length);
  expect(EVENTS.every((event) => /^[a-z_]+\.[a-z_]+$/.test(event))).toBe(true);
});
