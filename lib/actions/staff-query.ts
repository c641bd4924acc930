import type { z } from "zod";
import { isSupport } from "../access/staff";
import { isSameOrigin, type RequestInfo } from "../identity/session/request-info";
import { readSession } from "../identity/session/sessions";
import { sessionIdOf } from "../identity/session/token";
import { refusingWhenBusy } from "../platform/db/busy";
import { type Result, refuse } from "../platform/result";
import { parseInput } from "./input";

/** Something that staff read by a fetch, because its input must not appear in a URL. */
export type StaffQuery<I, T> = { input: z.ZodType<I>; run(input: I): Promise<Result<T>> };

/**
 * Checks session, origin, staff role and input in this order, then reads. Anyone but staff gets
 * `not_found`. Session and staff role are checked again after the read, so that somebody who is
 * logged out in the meantime sees nothing.
 */
export function runStaffQuery<I, T>(read: StaffQuery<I, T>, raw: unknown, facts: RequestInfo): Promise<Result<T>> {
  return refusingWhenBusy(() => performed(read, raw, facts));
}

async function performed<I, T>(read: StaffQuery<I, T>, raw: unknown, facts: RequestInfo): Promise<Result<T>> {
  const sessionId = sessionIdOf(facts.token);
  const local = isSameOrigin(facts);
  const session = sessionId ? await readSession(sessionId, { touch: local }) : null;
  if (session?.stage !== "full") return refuse({ code: "logged_out" });
  if (!local) return refuse({ code: "foreign_origin" });
  if (!facts.isScripted) return refuse({ code: "not_a_fetch" });
  if (!isSupport(session.staffRole)) return refuse({ code: "not_found" });
  const parsed = parseInput(read.input, raw, "search");
  if (!parsed.ok) return parsed;
  const result = await read.run(parsed.value);
  const still = await readSession(session.id);
  return still && isSupport(still.staffRole) ? result : refuse({ code: "logged_out" });
}
