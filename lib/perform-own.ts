import type { z } from "zod";
import { type Result, refuse } from "./result";
import { fromHere, type RequestFacts } from "./session/request-facts";
import { readSession, type Session } from "./session/sessions";
import { sessionIdOf } from "./session/token";
import { judgeCode, type Proof } from "./two-factor/challenge";

/** A user acting for themselves, at no merchant. */
export type Self = { userId: string; email: string; name: string; sessionId: string; address: string | null };

/** What a user does for themselves. `stage` is the one session it is for: a first login's steps are open to no other, and open nothing else. */
export type OwnOperation<I, T> = {
  stage: Session["stage"];
  secondFactor: "none" | "code";
  input: z.ZodType<I>;
  run(self: Self, input: I, proof: Proof): Promise<Result<T>>;
};

/** Session, origin, input, 2FA, operation, in this order. */
export async function performOwn<I, T>(operation: OwnOperation<I, T>, raw: unknown, facts: RequestFacts): Promise<Result<T>> {
  const sessionId = sessionIdOf(facts.token);
  const local = fromHere(facts);
  const session = sessionId ? await readSession(sessionId, { touch: local }) : null;
  if (session?.stage !== operation.stage) return refuse({ code: "logged_out" });
  if (!local) return refuse({ code: "foreign_origin" });
  if (!facts.fetched) return refuse({ code: "not_a_fetch" });

  const parsed = operation.input.safeParse(raw);
  if (!parsed.success) return refuse({ code: "invalid_input", field: String(parsed.error.issues[0]?.path[0] ?? "form") });
  const { userId, email, name, id } = session;
  const proof = await prove(userId, operation.secondFactor, raw);
  return proof.ok ? operation.run({ userId, email, name, sessionId: id, address: facts.address }, parsed.data, proof.value) : proof;
}

async function prove(userId: string, factor: "none" | "code", raw: unknown): Promise<Result<Proof>> {
  if (factor === "none") return { ok: true, value: { kind: "none" } };
  const code = typeof raw === "object" && raw !== null && "code" in raw ? raw.code : "";
  return judgeCode(userId, "step_up", typeof code === "string" ? code : "");
}
