import { z } from "zod";
import type { Member } from "../access/member";
import { type Permission, secondFactorOf } from "../access/permissions";
import { NO_PROOF, type Proof, verifyTotp } from "../identity/second-factor/challenge";
import { bindingOf } from "../identity/second-factor/passkeys/binding";
import { verifyPasskey } from "../identity/second-factor/passkeys/verify";
import { verifyPassword } from "../identity/second-factor/password-fallback";
import { findMember } from "../identity/session/members";
import type { RequestInfo } from "../identity/session/request-info";
import { readSession } from "../identity/session/sessions";
import { refusingWhenBusy } from "../platform/db/busy";
import { accept, type Result, refuse } from "../platform/result";
import type { RefusalCode } from "../words/refusals";
import { admit } from "./admit";
import { parseInput } from "./input";

/**
 * What a server action or a fetch route of a merchant's member consists of. `input` parses what a
 * caller sends (`In`); the fields of the envelope are the runner's.
 */
export type MemberAction<I, T, In = I> = {
  permission: Permission;
  input: z.ZodType<I, In>;
  run(member: Member, input: I, proof: Proof): Promise<Result<T>>;
  /** It changes nothing, so no transaction of its own re-reads who asks: they are asked for again after it. */
  reads?: true;
  /** An answer that was given before: asked before the code is judged, and again when the code or the passkey proves used. */
  replay?(member: Member, input: I): Promise<Result<T> | null>;
};

/**
 * The one way to a change: session, origin, input, permission, 2FA, operation, in this order and in no action's hands.
 * Whoever is not allowed gets a refusal and learns nothing about what exists.
 */
export function runMemberAction<I, T>(operation: MemberAction<I, T, unknown>, raw: unknown, facts: RequestInfo): Promise<Result<T>> {
  return refusingWhenBusy(() => performed(operation, raw, facts));
}

async function performed<I, T>(operation: MemberAction<I, T, unknown>, raw: unknown, facts: RequestInfo): Promise<Result<T>> {
  const admitted = await admit(facts, "full");
  if (!admitted.ok) return admitted;
  const parsed = parse(operation.input, raw);
  if (!parsed.ok) return parsed;
  const { envelope, input } = parsed.value;
  const found = await findMember(admitted.value, envelope.merchantId, operation.permission);
  if (!found) return refuse({ code: "not_found" });
  const member: Member = { ...found, address: facts.address };

  const replayed = await operation.replay?.(member, input);
  if (replayed) return replayed;
  const proof = await prove(member, operation.permission, envelope, raw);
  const result = proof.ok ? await operation.run(acting(member, proof.value), input, proof.value) : proof;
  if (operation.reads && !(await stillMay(member, operation.permission))) return refuse({ code: "not_found" });
  if (result.ok || !USED.includes(result.refusal.code)) return result;
  return (await operation.replay?.(member, input)) ?? result;
}

async function stillMay({ sessionId, merchantId }: Member, permission: Permission): Promise<boolean> {
  const session = await readSession(sessionId);
  return session?.stage === "full" && (await findMember(session, merchantId, permission)) !== null;
}

const acting = (member: Member, { kind }: Proof): Member =>
  kind === "passkey" || kind === "password" ? { ...member, proof: kind } : member;

const ENVELOPE = z.object({
  merchantId: z.guid(),
  code: z.string().max(64).optional(),
  password: z.string().max(1_024).optional(),
  passkey: z.unknown().optional(),
});
type Envelope = z.output<typeof ENVELOPE>;

/** What a caller sends: the action's own fields, the merchant, and what stands in for a second factor. */
export type MemberActionInput<In> = In & z.input<typeof ENVELOPE>;

function parse<I>(schema: z.ZodType<I>, raw: unknown): Result<{ envelope: Envelope; input: I }> {
  const envelope = parseInput(ENVELOPE, raw);
  if (!envelope.ok) return envelope;
  const input = parseInput(schema, raw);
  return input.ok ? accept({ envelope: envelope.value, input: input.value }) : input;
}

/** What a request is refused with when an identical one was faster. */
const USED: RefusalCode[] = ["code_used", "passkey_used"];

async function prove(member: Member, permission: Permission, { code, password, passkey }: Envelope, raw: unknown): Promise<Result<Proof>> {
  const factor = secondFactorOf(permission);
  if (factor === "none") return accept(NO_PROOF);
  if (code === undefined && passkey !== undefined) {
    const { userId, sessionId } = member;
    return verifyPasskey({ purpose: "step_up", userId, sessionId, binding: bindingOf(permission, raw) }, passkey);
  }
  if (factor === "code-or-password" && code === undefined && password !== undefined) return verifyPassword(member, password);
  return verifyTotp(member.userId, "step_up", code ?? "");
}
