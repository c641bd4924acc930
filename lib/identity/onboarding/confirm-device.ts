import type { CurrentUser } from "../../actions/own-action";
import { record } from "../../audit/record";
import { inTransaction } from "../../platform/db/db";
import { type Result, RollbackWith, refuse } from "../../platform/result";
import { enrol } from "../second-factor/enrolment";
import { checkCode, isCode, secondsUntilAfter } from "../second-factor/totp";
import { openSeed } from "../second-factor/totp-seed";
import { endSessionsOf } from "../session/sessions";
import { forgetFirstLogins, lockOnboarding } from "./lock-onboarding";

/**
 * Enrols the device that shows this code. If several devices confirm at the same time, only one is
 * enrolled. The session ends, and the user logs in again with the next code, because this one is
 * used. Returns the seconds until the next code.
 */
export function confirmDevice(self: CurrentUser, { code }: { code: string }): Promise<Result<{ seconds: number }>> {
  if (!isCode(code)) return Promise.resolve(refuse({ code: "code_malformed" }));
  return inTransaction(async (tx) => {
    const { userId } = self;
    const { sealedSeed, keyVersion, device, at } = await lockOnboarding(tx, self, "enrol");
    if (device || !sealedSeed || keyVersion === null) throw new RollbackWith(tx, { code: "logged_out" });
    const seed = openSeed({ sealedSeed, keyVersion }, userId);
    const verdict = checkCode(code, { seed, at, lastStep: 0 });
    if (verdict.kind !== "right")
      throw new RollbackWith(tx, { code: verdict.kind === "clock_off" ? "code_clock_off" : "code_wrong" });

    await enrol(tx, userId, seed);
    await tx.$executeRaw`UPDATE totp_devices SET last_step = ${verdict.step} WHERE user_id = ${userId}::uuid AND last_step < ${verdict.step}`;
    await record(tx, self, "device.enrolled", { subjectId: userId });
    await forgetFirstLogins(tx, userId);
    await endSessionsOf(tx, userId, { reason: "enrolled" });
    return { seconds: secondsUntilAfter(verdict.step, at) };
  });
}
