import { z } from "zod";
import { NO_PROOF, type Proof, verifyTotp } from "../identity/second-factor/challenge";
import { bindingOf } from "../identity/second-factor/passkeys/binding";
import { verifyPasskey } from "../identity/second-factor/passkeys/verify";
import { releaseProof, verifyRecoveryCode } from "../identity/second-factor/recovery";
import type { RequestInfo } from "../identity/session/request-info";
import type { Session } from "../identity/session/sessions";
import { refusingWhenBusy, undoneIfBusy } from "../platform/db/busy";
import { accept, type Result } from "../platform/result";
import { admit } from "./admit";
import { parseInput } from "./input";

/** A user acting for themselves, at no merchant. */
export type CurrentUser = { userId: string; email: string; name: string; sessionId: string; address: string | null };

type SecondFactor = "none" | "code" | "code-or-recovery-code";

/** What a user does for themselves. `stage` is the one session it is for: a first login's steps are open to no other, and open nothing else. */
export type OwnAction<I, T, In = I> = {
  stage: Session["stage"];
  /** What a passkey's challenge is bound to; without a name, no passkey stands in for the code. */
  name?: string;
  secondFactor: SecondFactor;
  input: z.ZodType<I, In>;
  run(self: CurrentUser, input: I, proof: Proof): Promise<Result<T>>;
};

/** Session, origin, input, 2FA, operation, in this order. */
export function runOwnAction<I, T>(operation: OwnAction<I, T, unknown>, raw: unknown, facts: RequestInfo): Promise<Result<T>> {
  return refusingWhenBusy(() => performed(operation, raw, facts));
}

async function performed<I, T>(operation: OwnAction<I, T, unknown>, raw: unknown, facts: RequestInfo): Promise<Result<T>> {
  const admitted = await admit(facts, operation.stage);
  if (!admitted.ok) return admitted;
  const parsed = parseInput(operation.input, raw);
  if (!parsed.ok) return parsed;
  const { userId, email, name, id } = admitted.value;
  const self: CurrentUser = { userId, email, name, sessionId: id, address: facts.address };
  const proof = await prove(self, operation, raw);
  return proof.ok
    ? undoneIfBusy(
        () => operation.run(self, parsed.value, proof.value),
        () => releaseProof(proof.value),
      )
    : proof;
}

const PROOFS = z.looseObject({ code: z.string().optional(), recoveryCode: z.string().optional(), passkey: z.unknown().optional() });

/** What a caller sends: the action's own fields, and what stands in for a second factor. */
export type OwnActionInput<In> = In & { code?: string; recoveryCode?: string; passkey?: unknown };

async function prove(
  self: CurrentUser,
  { secondFactor, name }: { secondFactor: SecondFactor; name?: string },
  raw: unknown,
): Promise<Result<Proof>> {
  if (secondFactor === "none") return accept(NO_PROOF);
  const { code, recoveryCode, passkey } = PROOFS.safeParse(raw).data ?? {};
  if (code === undefined && passkey !== undefined && name) {
    const { userId, sessionId } = self;
    return verifyPasskey({ purpose: "step_up", userId, sessionId, binding: bindingOf(name, raw) }, passkey);
  }
  if (code === undefined && recoveryCode !== undefined && secondFactor === "code-or-recovery-code")
    return verifyRecoveryCode(self, recoveryCode);
  return verifyTotp(self.userId, "step_up", code ?? "");
}
