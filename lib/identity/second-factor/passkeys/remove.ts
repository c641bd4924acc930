import { authorizeSelf } from "../../../actions/authorize";
import type { CurrentUser } from "../../../actions/own-action";
import { record } from "../../../audit/record";
import { notify } from "../../../mail/enqueue";
import { inTransaction } from "../../../platform/db/db";
import { type Result, RollbackWith } from "../../../platform/result";
import type { Proof } from "../challenge";

/** Removes a passkey. One that is already gone, or is another user's, gives `not_found`. */
export function removePasskey(
  self: CurrentUser,
  { passkeyId }: { passkeyId: string },
  proof: Proof,
): Promise<Result<{ removed: true }>> {
  return inTransaction(async (tx) => {
    await authorizeSelf(tx, self, proof);
    const { count } = await tx.passkey.deleteMany({ where: { id: passkeyId, userId: self.userId } });
    if (count !== 1) throw new RollbackWith(tx, { code: "not_found" });
    await record(tx, self, "passkey.removed");
    await notify(tx, {
      to: { userId: self.userId },
      template: "passkey_removed",
      data: { by: self.email, from: self.address },
    });
    return { removed: true };
  });
}
