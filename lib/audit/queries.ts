import { runSqlAsApp } from "../platform/db/db";
import type { MerchantId } from "../platform/ids";
import { type ActivityPage, type ActivityQuery, readActivity } from "./activity";

/** A page of a merchant's activity for its Owners, with the browsers. */
export function listActivity(merchantId: MerchantId, wish: ActivityQuery): Promise<ActivityPage> {
  return readActivity(runSqlAsApp, merchantId, { ...wish, devices: true });
}
