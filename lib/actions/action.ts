import { cookies, headers } from "next/headers";
import { MOST_BODY_BYTES } from "../dashboard/body-limits";
import { bodyWithin, requestInfoOf } from "../identity/session/request-info";
import { Unsettled } from "../platform/db/database-busy";
import type { Result } from "../platform/result";
import type { RefusalCode } from "../words/refusals";
import { type MemberAction, type MemberActionInput, runMemberAction } from "./member-action";
import { type OwnAction, type OwnActionInput, runOwnAction } from "./own-action";
import { runStaffQuery, type StaffQuery } from "./staff-query";

export type { MemberAction } from "./member-action";

/** A server action: `export const f = action({…})` behind "use server". */
export function action<I, T, In>(operation: MemberAction<I, T, In>): (input: MemberActionInput<In>) => Promise<Result<T>> {
  return async (input) => runMemberAction(operation, input, requestInfoOf(await headers(), await cookies()));
}

/** A server action of a user for themselves. */
export function ownAction<I, T, In>(operation: OwnAction<I, T, In>): (input: OwnActionInput<In>) => Promise<Result<T>> {
  return async (input) => runOwnAction(operation, input, requestInfoOf(await headers(), await cookies()));
}

/** The same operation as a plain fetch: JSON in, the Result as JSON out, stored nowhere. */
export function fetchRoute<I, T>(operation: MemberAction<I, T, unknown>): (request: Request) => Promise<Response> {
  return async (request) =>
    answer(async () => runMemberAction(operation, await bodyOf(request), requestInfoOf(request.headers, await cookies())));
}

/** What a user does for themselves, as a plain fetch. */
export function ownRoute<I, T>(operation: OwnAction<I, T, unknown>): (request: Request) => Promise<Response> {
  return async (request) =>
    answer(async () => runOwnAction(operation, await bodyOf(request), requestInfoOf(request.headers, await cookies())));
}

/** What staff read by a plain fetch, so that what they ask for stands in no address. */
export function staffRoute<I, T>(read: StaffQuery<I, T>): (request: Request) => Promise<Response> {
  return async (request) => answer(async () => runStaffQuery(read, await bodyOf(request), requestInfoOf(request.headers, await cookies())));
}

/** Not JSON, or more than an operation can need: an input that no schema takes. */
async function bodyOf(request: Request): Promise<unknown> {
  return bodyWithin(request.headers, MOST_BODY_BYTES) ? request.json().catch(() => undefined) : undefined;
}

/** Seconds. */
const RETRY_AFTER = "1";

const STATUS: Partial<Record<RefusalCode, number>> = {
  logged_out: 401,
  foreign_origin: 403,
  not_a_fetch: 403,
  not_found: 404,
  ticket_conflict: 409,
  invalid_input: 400,
  busy: 503,
};

/** An answer that says neither yes nor no has no Result: the dialog asks again with its ticket, or says that it does not know. */
async function answer(asked: () => Promise<Result<unknown>>): Promise<Response> {
  try {
    return resultAsHttp(await asked());
  } catch (error) {
    if (!(error instanceof Unsettled)) throw error;
    console.warn(error.message);
    return new Response(null, { status: 503, headers: { "Cache-Control": "no-store", "Retry-After": RETRY_AFTER } });
  }
}

/** A Result as JSON. `refused` is the status of a refusal that has none of its own. */
export function resultAsHttp(result: Result<unknown>, refused = 422): Response {
  const status = result.ok ? 200 : (STATUS[result.refusal.code] ?? refused);
  const headers = { "Cache-Control": "no-store", ...(status === 503 && { "Retry-After": RETRY_AFTER }) };
  return Response.json(result, { status, headers });
}
