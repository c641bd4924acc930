import { z } from "zod";
import { NO_PROOF, type Proof, verifyTotp } from "../identity/second-factor/challenge";
import { bindingOf } from "../identity/second-factor/passkeys/binding";
import { verifyPasskey } from "../identity/second-factor/passkeys/verify";
import { releaseProof, verifyRecoveryCode } from "../identity/second-factor/recovery";
import type { RequestInfo } from "../identity/session/request-info";
import type { Session } from "../identity/session/sessions";
import { refuseIfBusy, undoIfBusy } from "../platform/db/busy";
import type { SessionId, UserId } from "../platform/ids";
import { accept, type Result } from "../platform/result";
import { admit } from "./admit";
import { parseInput } from "./input";

/** A user acting for themselves, at no particular merchant. */
export type CurrentUser = { userId: UserId; email: string; name: string; sessionId: SessionId; address: string | null };

type SecondFactor = "none" | "code" | "code-or-recovery-code";

/**
 * What users do for themselves. Only a session of this `stage` may run the action: a full session
 * cannot run a step of the first login, and a session of a first login can run nothing else.
 */
export type OwnAction<I, T, In = I> = {
  stage: Session["stage"];
  /** A passkey's challenge is bound to this name. Without one, no passkey can replace the code. */
  name?: string;
  secondFactor: SecondFactor;
  input: z.ZodType<I, In>;
  run(self: CurrentUser, input: I, proof: Proof): Promise<Result<T>>;
};

/** Checks session, origin, input and second factor in this order, then runs the operation. */
export function runOwnAction<I, T>(
  operation: OwnAction<I, T, unknown>,
  raw: unknown,
  facts: RequestInfo,
): Promise<Result<T>> {
  return refuseIfBusy(() => performed(operation, raw, facts));
}

async function performed<I, T>(
  operation: OwnAction<I, T, unknown>,
  raw: unknown,
  facts: RequestInfo,
): Promise<Result<T>> {
  const admitted = await admit(facts, operation.stage);
  if (!admitted.ok) return admitted;
  const parsed = parseInput(operation.input, raw);
  if (!parsed.ok) return parsed;
  const { userId, email, name, id } = admitted.value;
  const self: CurrentUser = { userId, email, name, sessionId: id, address: facts.address };
  const proof = await prove(self, operation, raw);
  return proof.ok
    ? undoIfBusy(
        () => operation.run(self, parsed.value, proof.value),
        () => releaseProof(proof.value),
      )
    : proof;
}

const PROOFS = z.looseObject({
  code: z.string().optional(),
  recoveryCode: z.string().optional(),
  passkey: z.unknown().optional(),
});

/** What a caller sends: the action's own fields, and the second factor or its substitute. */
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
