import { z } from "zod";
import { judgeCode, NO_PROOF, type Proof } from "../identity/second-factor/challenge";
import { bindingOf } from "../identity/second-factor/passkeys/binding";
import { judgePasskey } from "../identity/second-factor/passkeys/verify";
import { judgeRecoveryCode, unspent } from "../identity/second-factor/recovery";
import { fromHere, type RequestFacts } from "../identity/session/request-info";
import { readSession, type Session } from "../identity/session/sessions";
import { sessionIdOf } from "../identity/session/token";
import { refusingWhenBusy, undoneIfBusy } from "../platform/db/busy";
import { accept, type Result, refuse } from "../platform/result";
import { parseInput } from "./input";

/** A user acting for themselves, at no merchant. */
export type Self = { userId: string; email: string; name: string; sessionId: string; address: string | null };

type SecondFactor = "none" | "code" | "code-or-recovery-code";

/** What a user does for themselves. `stage` is the one session it is for: a first login's steps are open to no other, and open nothing else. */
export type OwnOperation<I, T> = {
  stage: Session["stage"];
  /** What a passkey's challenge is bound to; without a name, no passkey stands in for the code. */
  name?: string;
  secondFactor: SecondFactor;
  input: z.ZodType<I>;
  run(self: Self, input: I, proof: Proof): Promise<Result<T>>;
};

/** Session, origin, input, 2FA, operation, in this order. */
export function performOwn<I, T>(operation: OwnOperation<I, T>, raw: unknown, facts: RequestFacts): Promise<Result<T>> {
  return refusingWhenBusy(() => performed(operation, raw, facts));
}

async function performed<I, T>(operation: OwnOperation<I, T>, raw: unknown, facts: RequestFacts): Promise<Result<T>> {
  const sessionId = sessionIdOf(facts.token);
  const local = fromHere(facts);
  const session = sessionId ? await readSession(sessionId, { touch: local }) : null;
  if (session?.stage !== operation.stage) return refuse({ code: "logged_out" });
  if (!local) return refuse({ code: "foreign_origin" });
  if (!facts.fetched) return refuse({ code: "not_a_fetch" });

  const parsed = parseInput(operation.input, raw);
  if (!parsed.ok) return parsed;
  const { userId, email, name, id } = session;
  const self: Self = { userId, email, name, sessionId: id, address: facts.address };
  const proof = await prove(self, operation, raw);
  return proof.ok
    ? undoneIfBusy(
        () => operation.run(self, parsed.value, proof.value),
        () => unspent(proof.value),
      )
    : proof;
}

const GIVEN = z.looseObject({ code: z.string().optional(), recoveryCode: z.string().optional(), passkey: z.unknown().optional() });

async function prove(
  self: Self,
  { secondFactor, name }: { secondFactor: SecondFactor; name?: string },
  raw: unknown,
): Promise<Result<Proof>> {
  if (secondFactor === "none") return accept(NO_PROOF);
  const { code, recoveryCode, passkey } = GIVEN.safeParse(raw).data ?? {};
  if (code === undefined && passkey !== undefined && name) {
    const { userId, sessionId } = self;
    return judgePasskey({ purpose: "step_up", userId, sessionId, binding: bindingOf(name, raw) }, passkey);
  }
  if (code === undefined && recoveryCode !== undefined && secondFactor === "code-or-recovery-code")
    return judgeRecoveryCode(self, recoveryCode);
  return judgeCode(self.userId, "step_up", code ?? "");
}
