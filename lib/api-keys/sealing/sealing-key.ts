import { parseSealingKeys, type VersionedKey } from "../../platform/crypto/key-ring";
import type { Tx } from "../../platform/db/db";
import { dashboardEnv } from "../../platform/env";
import { newestHeld } from "./held-keys";

/**
 * The key that seals a new secret: the newest in SEALING_PUBLIC_KEY that the gateways hold at this
 * moment. So the operator's command puts a new version into use everywhere at once, without
 * restarting a dashboard.
 *
 * Attack: somebody with write access to the database inserts their own key to read all later
 * secrets. The database can only choose among the keys that this process was configured with.
 */
export async function sealingKey(tx: Tx): Promise<VersionedKey> {
  const held = await tx.sealingKey.findMany({ select: { version: true, publicKey: true } });
  return newestHeld(parseSealingKeys(dashboardEnv().SEALING_PUBLIC_KEY), held);
}
