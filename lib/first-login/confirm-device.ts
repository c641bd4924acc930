import { record } from "../audit/record";
import { inTransaction } from "../db";
import type { Self } from "../perform-own";
import { Refused, type Result, refuse } from "../result";
import { endSessionsOf } from "../session/sessions";
import { enrol } from "../two-factor/enrolment";
import { openSeed } from "../two-factor/seed";
import { isCode, secondsUntilAfter, verdictOn } from "../two-factor/totp";
import { forgetFirstLogins, lockUnderWay } from "./under-way";

/**
 * Enrols the device whose code this is, once: of many that confirm at the same time one is enrolled. The session ends with it; the user logs in again
 * with the next code, because this one is spent. Answers in how many seconds that one comes.
 */
export function confirmDevice(self: Self, { code }: { code: string }): Promise<Result<{ seconds: number }>> {
  if (!isCode(code)) return Promise.resolve(refuse({ code: "code_malformed" }));
  return inTransaction(async (tx) => {
    const { userId } = self;
    const { sealedSeed, keyVersion, device, at } = await lockUnderWay(tx, self, "enrol");
    if (device || !sealedSeed || keyVersion === null) throw new Refused({ code: "logged_out" });
    const seed = openSeed({ sealedSeed, keyVersion }, userId);
    const verdict = verdictOn(code, { seed, at, lastStep: 0 });
    if (verdict.kind !== "right") throw new Refused({ code: verdict.kind === "clock_off" ? "code_clock_off" : "code_wrong" });

    await enrol(tx, userId, seed);
    await tx.$executeRaw`UPDATE totp_devices SET last_step = ${verdict.step} WHERE user_id = ${userId}::uuid AND last_step < ${verdict.step}`;
    await record(tx, self, "device.enrolled", { subjectId: userId });
    await forgetFirstLogins(tx, userId);
    await endSessionsOf(tx, userId, { reason: "enrolled" });
    return { seconds: secondsUntilAfter(verdict.step, at) };
  });
}
