import type { z } from "zod";
import { isSupport } from "../access/staff";
import type { RequestInfo } from "../identity/session/request-info";
import { readSession } from "../identity/session/sessions";
import { refuseIfBusy } from "../platform/db/busy";
import { type Result, refuse } from "../platform/result";
import { admit } from "./admit";
import { parseInput } from "./input";

/** A read for staff that the page sends as a POST, because its input must not appear in a URL. */
export type StaffQuery<I, T> = { input: z.ZodType<I>; run(input: I): Promise<Result<T>> };

/**
 * Checks session, origin, staff role and input in this order, then reads. Anyone but staff gets
 * `not_found`. Session and staff role are checked again after the read, so that somebody who is
 * logged out in the meantime sees nothing.
 */
export function runStaffQuery<I, T>(read: StaffQuery<I, T>, raw: unknown, facts: RequestInfo): Promise<Result<T>> {
  return refuseIfBusy(() => performed(read, raw, facts));
}

async function performed<I, T>(read: StaffQuery<I, T>, raw: unknown, facts: RequestInfo): Promise<Result<T>> {
  const admitted = await admit(facts, "full");
  if (!admitted.ok) return admitted;
  const session = admitted.value;
  if (!isSupport(session.staffRole)) return refuse({ code: "not_found" });
  const parsed = parseInput(read.input, raw, "search");
  if (!parsed.ok) return parsed;
  const result = await read.run(parsed.value);
  const still = await readSession(session.id);
  return still && isSupport(still.staffRole) ? result : refuse({ code: "logged_out" });
}
