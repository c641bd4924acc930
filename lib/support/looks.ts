import { z } from "zod";
import type { Period } from "../api-keys/reads/periods";
import { type ActivityPage, type ActivityQuery, readActivity } from "../audit/activity";
import type { RunSql } from "../platform/db/db";
import type { MerchantId, SessionId, UserId } from "../platform/ids";
import { asSupport } from "./database";
import { readOneKey, readRefusals, type SupportOneKey, type SupportRefusals } from "./key";
import { readKeys, type SupportKeyPage } from "./keys";
import { type MemberPage, readMembers } from "./members";
import { readMerchant, type SupportMerchant } from "./merchant";

/** A member of staff who looks at a merchant. */
export type Staff = { userId: UserId; name: string; email: string; sessionId: SessionId; address: string | null };

export type Part = "keys" | "members" | "activity";

export type Looked<T> = { merchant: SupportMerchant; value: T };

/*
 * Promise: staff read nothing of a merchant without a record that its Owners can see: who looked,
 * when and at what. The record and the read are one transaction. The record comes first, and the
 * page gets the result after COMMIT. Attack: reading although the record failed, or cutting the
 * connection between the two.
 */
export const lookAtKeys = (
  staff: Staff,
  merchantId: MerchantId,
  before: number | null,
): Promise<Looked<SupportKeyPage> | null> =>
  look(staff, merchantId, "keys", (runSql) => readKeys(runSql, merchantId, before));

/** `number` is the text from the URL. The value is null if the merchant has no such key. */
export const lookAtKey = (
  staff: Staff,
  merchantId: MerchantId,
  number: string,
  period: Period,
): Promise<Looked<SupportOneKey | null> | null> =>
  look(staff, merchantId, "keys", (runSql) => readOneKey(runSql, merchantId, number, period));

/** As `lookAtKey`. */
export const lookAtRefusals = (
  staff: Staff,
  merchantId: MerchantId,
  number: string,
  period: Period,
): Promise<Looked<SupportRefusals | null> | null> =>
  look(staff, merchantId, "keys", (runSql) => readRefusals(runSql, merchantId, number, period));

export const lookAtMembers = (
  staff: Staff,
  merchantId: MerchantId,
  after: string | null,
): Promise<Looked<MemberPage> | null> =>
  look(staff, merchantId, "members", (runSql) => readMembers(runSql, merchantId, after));

export const lookAtActivity = (
  staff: Staff,
  merchantId: MerchantId,
  wish: ActivityQuery,
): Promise<Looked<ActivityPage> | null> =>
  look(staff, merchantId, "activity", (runSql) => readActivity(runSql, merchantId, { ...wish, devices: false }));

/** Null if there is no such merchant; then nothing is recorded either. */
async function look<T>(
  staff: Staff,
  merchantId: MerchantId,
  part: Part,
  read: (runSql: RunSql) => Promise<T>,
): Promise<Looked<T> | null> {
  if (!z.guid().safeParse(merchantId).success) return null;
  return asSupport(async (runSql) => {
    const [look] = await runSql<{ recorded: boolean }>(
      "SELECT record_look($1::uuid, $2::uuid, $3, $4::uuid, $5) AS recorded",
      [...[staff.userId, staff.sessionId, staff.address, merchantId, part]],
    );
    if (!look?.recorded) return null;
    return { merchant: await readMerchant(runSql, merchantId), value: await read(runSql) };
  });
}
