import { cookies, headers } from "next/headers";
import { MAX_BODY_BYTES } from "../dashboard/body-limits";
import { bodyIsWithin, requestInfoOf } from "../identity/session/request-info";
import { Indeterminate } from "../platform/db/database-busy";
import type { Result } from "../platform/result";
import type { RefusalCode } from "../words/refusals/refusals";
import { type MemberAction, type MemberActionInput, runMemberAction } from "./member-action";
import { type OwnAction, type OwnActionInput, runOwnAction } from "./own-action";
import { runStaffQuery, type StaffQuery } from "./staff-query";

export type { MemberAction } from "./member-action";

/** A server action: `export const f = action({…})` in a "use server" file. */
export function action<I, T, In>(
  operation: MemberAction<I, T, In>,
): (input: MemberActionInput<In>) => Promise<Result<T>> {
  return async (input) => runMemberAction(operation, input, requestInfoOf(await headers(), await cookies()));
}

/** A server action that users run for themselves. */
export function ownAction<I, T, In>(operation: OwnAction<I, T, In>): (input: OwnActionInput<In>) => Promise<Result<T>> {
  return async (input) => runOwnAction(operation, input, requestInfoOf(await headers(), await cookies()));
}

/** A member action as a route for a plain fetch: JSON in, the Result as JSON out, never cached. */
export function fetchRoute<I, T>(operation: MemberAction<I, T, unknown>): (request: Request) => Promise<Response> {
  return async (request) =>
    answer(async () =>
      runMemberAction(operation, await bodyOf(request), requestInfoOf(request.headers, await cookies())),
    );
}

/** A user's own action as a route for a plain fetch. */
export function ownRoute<I, T>(operation: OwnAction<I, T, unknown>): (request: Request) => Promise<Response> {
  return async (request) =>
    answer(async () => runOwnAction(operation, await bodyOf(request), requestInfoOf(request.headers, await cookies())));
}

/** A staff query as a route for a plain fetch, so that no URL holds what staff search for. */
export function staffRoute<I, T>(read: StaffQuery<I, T>): (request: Request) => Promise<Response> {
  return async (request) =>
    answer(async () => runStaffQuery(read, await bodyOf(request), requestInfoOf(request.headers, await cookies())));
}

/** A body that is too large or is not JSON becomes undefined, which every schema refuses. */
async function bodyOf(request: Request): Promise<unknown> {
  return bodyIsWithin(request.headers, MAX_BODY_BYTES) ? request.json().catch(() => undefined) : undefined;
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

/**
 * Sends the Result. If the outcome is unknown (Indeterminate), it sends a 503 without a Result: the
 * dialog then retries with its ticket, or says that it does not know what happened.
 */
async function answer(run: () => Promise<Result<unknown>>): Promise<Response> {
  try {
    return resultAsHttp(await run());
  } catch (error) {
    if (!(error instanceof Indeterminate)) throw error;
    console.warn(error.message);
    return new Response(null, { status: 503, headers: { "Cache-Control": "no-store", "Retry-After": RETRY_AFTER } });
  }
}

/** A Result as JSON. `refused` is the status for refusal codes that are not in STATUS. */
export function resultAsHttp(result: Result<unknown>, refused = 422): Response {
  const status = result.ok ? 200 : (STATUS[result.refusal.code] ?? refused);
  const headers = { "Cache-Control": "no-store", ...(status === 503 && { "Retry-After": RETRY_AFTER }) };
  return Response.json(result, { status, headers });
}
