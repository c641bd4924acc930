import { z } from "zod";
import { NO_PROOF, type Proof, verifyTotp } from "../identity/second-factor/challenge";
import { bindingOf } from "../identity/second-factor/passkeys/binding";
import { verifyPasskey } from "../identity/second-factor/passkeys/verify";
import { releaseProof, verifyRecoveryCode } from "../identity/second-factor/recovery";
import { isSameOrigin, type RequestInfo } from "../identity/session/request-info";
import { readSession, type Session } from "../identity/session/sessions";
import { sessionIdOf } from "../identity/session/token";
import { refusingWhenBusy, undoneIfBusy } from "../platform/db/busy";
import { accept, type Result, refuse } from "../platform/result";
import { parseInput } from "./input";

/** A user acting for themselves, at no particular merchant. */
export type CurrentUser = { userId: string; email: string; name: string; sessionId: string; address: string | null };

type SecondFactor = "none" | "code" | "code-or-recovery-code";

/**
 * What users do for themselves. Only a session of this `stage` may run the action: a full session
 * cannot run a step of the first login, and a session of a first login can run nothing else.
 */
export type OwnAction<I, T> = {
  stage: Session["stage"];
  /** A passkey's challenge is bound to this name. Without one, no passkey can replace the code. */
  name?: string;
  secondFactor: SecondFactor;
  input: z.ZodType<I>;
  run(self: CurrentUser, input: I, proof: Proof): Promise<Result<T>>;
};

/** Checks session, origin, input and second factor in this order, then runs the operation. */
export function runOwnAction<I, T>(operation: OwnAction<I, T>, raw: unknown, facts: RequestInfo): Promise<Result<T>> {
  return refusingWhenBusy(() => performed(operation, raw, facts));
}

async function performed<I, T>(operation: OwnAction<I, T>, raw: unknown, facts: RequestInfo): Promise<Result<T>> {
  const sessionId = sessionIdOf(facts.token);
  const local = isSameOrigin(facts);
  const session = sessionId ? await readSession(sessionId, { touch: local }) : null;
  if (session?.stage !== operation.stage) return refuse({ code: "logged_out" });
  if (!local) return refuse({ code: "foreign_origin" });
  if (!facts.isScripted) return refuse({ code: "not_a_fetch" });

  const parsed = parseInput(operation.input, raw);
  if (!parsed.ok) return parsed;
  const { userId, email, name, id } = session;
  const self: CurrentUser = { userId, email, name, sessionId: id, address: facts.address };
  const proof = await prove(self, operation, raw);
  return proof.ok
    ? undoneIfBusy(
        () => operation.run(self, parsed.value, proof.value),
        () => releaseProof(proof.value),
      )
    : proof;
}

const GIVEN = z.looseObject({ code: z.string().optional(), recoveryCode: z.string().optional(), passkey: z.unknown().optional() });

async function prove(
  self: CurrentUser,
  { secondFactor, name }: { secondFactor: SecondFactor; name?: string },
  raw: unknown,
): Promise<Result<Proof>> {
  if (secondFactor === "none") return accept(NO_PROOF);
  const { code, recoveryCode, passkey } = GIVEN.safeParse(raw).data ?? {};
  if (code === undefined && passkey !== undefined && name) {
    const { userId, sessionId } = self;
    return verifyPasskey({ purpose: "step_up", userId, sessionId, binding: bindingOf(name, raw) }, passkey);
  }
  if (code === undefined && recoveryCode !== undefined && secondFactor === "code-or-recovery-code")
    return verifyRecoveryCode(self, recoveryCode);
  return verifyTotp(self.userId, "step_up", code ?? "");
}
