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
import { refuseIfBusy } from "../platform/db/busy";
import { accept, type Result, refuse } from "../platform/result";
import type { RefusalCode } from "../words/refusals/refusals";
import { admit } from "./admit";
import { parseInput } from "./input";

/**
 * What a member action consists of. The wrapper reads `merchantId` and the second factor's fields
 * (`code`, `password`, `passkey`); `input` parses the rest.
 */
export type MemberAction<I, T, In = I> = {
  permission: Permission;
  input: z.ZodType<I, In>;
  run(member: Member, input: I, proof: Proof): Promise<Result<T>>;
  /** A read has no transaction that re-checks the member, so they are checked again after it. */
  reads?: true;
  /**
   * Returns the earlier result of a repeated request, if there is one. Called before the second
   * factor is verified, and again if the code or the passkey turns out to be used.
   */
  replay?(member: Member, input: I): Promise<Result<T> | null>;
};

/**
 * The only way to a change at a merchant. It checks session, origin, input, permission and second
 * factor in this order and then runs the operation; no action can skip a step. A user without
 * permission gets a refusal that does not tell whether the merchant exists.
 */
export function runMemberAction<I, T>(
  operation: MemberAction<I, T, unknown>,
  raw: unknown,
  facts: RequestInfo,
): Promise<Result<T>> {
  return refuseIfBusy(() => performed(operation, raw, facts));
}

async function performed<I, T>(
  operation: MemberAction<I, T, unknown>,
  raw: unknown,
  facts: RequestInfo,
): Promise<Result<T>> {
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

/**
 * What a caller sends: the action's own fields, the merchant, and the second factor or its
 * substitute.
 */
export type MemberActionInput<In> = In & z.input<typeof ENVELOPE>;

function parse<I>(schema: z.ZodType<I>, raw: unknown): Result<{ envelope: Envelope; input: I }> {
  const envelope = parseInput(ENVELOPE, raw);
  if (!envelope.ok) return envelope;
  const input = parseInput(schema, raw);
  return input.ok ? accept({ envelope: envelope.value, input: input.value }) : input;
}

/** The refusals that a request gets if an identical one was faster. */
const USED: RefusalCode[] = ["code_used", "passkey_used"];

async function prove(
  member: Member,
  permission: Permission,
  { code, password, passkey }: Envelope,
  raw: unknown,
): Promise<Result<Proof>> {
  const factor = secondFactorOf(permission);
  if (factor === "none") return accept(NO_PROOF);
  if (code === undefined && passkey !== undefined) {
    const { userId, sessionId } = member;
    return verifyPasskey({ purpose: "step_up", userId, sessionId, binding: bindingOf(permission, raw) }, passkey);
  }
  if (factor === "code-or-password" && code === undefined && password !== undefined)
    return verifyPassword(member, password);
  return verifyTotp(member.userId, "step_up", code ?? "");
}
