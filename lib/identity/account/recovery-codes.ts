import { randomBytes } from "node:crypto";
import { authorizeSelf } from "../../actions/authorize";
import type { CurrentUser } from "../../actions/own-action";
import { record } from "../../audit/record";
import { notify } from "../../mail/enqueue";
import { inTransaction, type Tx } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import type { Result } from "../../platform/result";
import type { Proof } from "../second-factor/challenge";
import { RECOVERY_CODE_BYTES, RECOVERY_CODES, recoveryCode, recoveryCodeHash } from "../second-factor/recovery-code";

/** Replaces all recovery codes with ten new ones. Only this result holds them in plain text. */
export function regenerateRecoveryCodes(
  self: CurrentUser,
  proof: Proof,
): Promise<Result<{ codes: string[]; replaced: number }>> {
  return inTransaction(async (tx) => {
    await authorizeSelf(tx, self, proof);
    const replaced = await tx.recoveryCode.count({ where: { userId: self.userId, usedAt: null } });
    await tx.recoveryCode.deleteMany({ where: { userId: self.userId } });
    const codes = Array.from({ length: RECOVERY_CODES }, () => recoveryCode(randomBytes(RECOVERY_CODE_BYTES)));
    await keep(tx, self.userId, codes);
    await record(tx, self, "recovery_codes.made");
    await notify(tx, {
      to: { userId: self.userId },
      template: "recovery_codes_regenerated",
      data: { by: self.email, from: self.address },
    });
    return { codes, replaced };
  });
}

async function keep(tx: Tx, userId: UserId, codes: string[]): Promise<void> {
  await tx.recoveryCode.createMany({ data: codes.map((code) => ({ userId, hash: recoveryCodeHash(userId, code) })) });
}
