import type { Tx } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import { sealSeed } from "./totp-seed";

/** Enrols a device, replacing the old one, and resets all failures: disabled codes work again. */
export async function enrol(tx: Tx, userId: UserId, seed: string): Promise<void> {
  const device = sealSeed(seed, userId);
  await tx.totpDevice.upsert({
    where: { userId },
    create: { userId, ...device },
    update: device,
    select: { userId: true },
  });
  await tx.codeAttempt.updateMany({
    where: { userId },
    data: { reserved: 0, failures: 0, failuresWithoutSuccess: 0, lockedUntil: null },
  });
}
