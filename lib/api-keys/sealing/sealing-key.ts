import { parseSealingKeys, type VersionedKey } from "../../platform/crypto/key-ring";
import type { Tx } from "../../platform/db/db";
import { dashboardEnv } from "../../platform/env";
import { newestHeld } from "./held-keys";

/**
 * The key that a new secret is sealed with: of those in SEALING_PUBLIC_KEY the newest that the
 * gateways hold, as of this moment. So a new version is taken into use everywhere at once, by the
 * operator's command, and no dashboard is restarted for it.
 *
 * Attack: somebody who may write to the database puts a key of their own there, and reads every
 * secret from then on. What the database says only chooses among the keys that this process was
 * given.
 */
export async function sealingKey(tx: Tx): Promise<VersionedKey> {
  const held = await tx.sealingKey.findMany({ select: { version: true, publicKey: true } });
  return newestHeld(parseSealingKeys(dashboardEnv().SEALING_PUBLIC_KEY), held);
}
