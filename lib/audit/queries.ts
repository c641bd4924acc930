import { runSqlAsApp } from "../platform/db/db";
import { type ActivityPage, type ActivityWish, readActivity } from "./activity";

/** A page of what happened at a merchant, for its Owners. */
export function listActivity(merchantId: string, wish: ActivityWish): Promise<ActivityPage> {
  return readActivity(runSqlAsApp, merchantId, { ...wish, devices: true });
}
