import { afterAll, expect, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { db } from "@/lib/platform/db/db";
import { startPgbouncer } from "../../kit/database/pgbouncer";
import { freshProof, ownerWithActiveKey, storedKey } from "../../kit/people/api-keys";

const direct = process.env.APP_DATABASE_URL ?? "";
const pooler = await startPgbouncer("transaction", { app: direct });
process.env.APP_DATABASE_URL = pooler.urls.app;
afterAll(async () => {
  await db().$disconnect();
  await pooler.close();
});

// A process refuses a pooler at its start. This one was put in place afterwards.
test("a deactivation whose COMMIT went through a pooler is not reported as certain: its warning would have been lost", async () => {
  const { owner, key } = await ownerWithActiveKey();
  const stopped = await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner));
  expect(stopped).toEqual({ ok: false, refusal: { code: "not_confirmed" } });
  expect(await storedKey(key.id)).toMatchObject({ status: "inactive", refusedEverywhereAt: null });
});
