import { cookies, headers } from "next/headers";
import { MOST_BODY_BYTES } from "../dashboard/body-limits";
import { bodyWithin, factsOf } from "../identity/session/request-info";
import { Unsettled } from "../platform/db/database-busy";
import type { Result } from "../platform/result";
import type { RefusalCode } from "../words/refusals";
import { type Operation, perform } from "./member-action";
import { type OwnOperation, performOwn } from "./own-action";
import { performAsStaff, type StaffRead } from "./staff-query";

export type { Member } from "../access/member";
export type { Operation } from "./member-action";

/** A server action: `export const f = action({…})` behind "use server". */
export function action<I, T>(operation: Operation<I, T>): (raw: unknown) => Promise<Result<T>> {
  return async (raw) => perform(operation, raw, factsOf(await headers(), await cookies()));
}

/** A server action of a user for themselves. */
export function ownAction<I, T>(operation: OwnOperation<I, T>): (raw: unknown) => Promise<Result<T>> {
  return async (raw) => performOwn(operation, raw, factsOf(await headers(), await cookies()));
}

/** The same operation as a plain fetch: JSON in, the Result as JSON out, stored nowhere. */
export function fetchRoute<I, T>(operation: Operation<I, T>): (request: Request) => Promise<Response> {
  return async (request) => answer(async () => perform(operation, await bodyOf(request), factsOf(request.headers, await cookies())));
}

/** What a user does for themselves, as a plain fetch. */
export function ownRoute<I, T>(operation: OwnOperation<I, T>): (request: Request) => Promise<Response> {
  return async (request) => answer(async () => performOwn(operation, await bodyOf(request), factsOf(request.headers, await cookies())));
}

/** What staff read by a plain fetch, so that what they ask for stands in no address. */
export function staffRoute<I, T>(read: StaffRead<I, T>): (request: Request) => Promise<Response> {
  return async (request) => answer(async () => performAsStaff(read, await bodyOf(request), factsOf(request.headers, await cookies())));
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
