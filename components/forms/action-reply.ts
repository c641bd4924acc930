import { unstable_isUnrecognizedActionError as isUnrecognizedAction } from "next/navigation";
import { type Result, refuse } from "@/lib/platform/result";
import { LOGGED_OUT } from "@/lib/words/logged-out";

/** A server's reply, or "unknown" if nothing arrived that says what happened. */
export type Reply<T> = Result<T> | { ok: "unknown" };

export const indeterminate = { ok: "unknown" } as const;

const PATIENCE_MS = 30_000;

/** Runs a server action. No reply within 30 s counts as unknown. */
export function callAction<T>(action: Promise<Result<T>>): Promise<Reply<T>> {
  const silence = new Promise<Reply<T>>((resolve) => setTimeout(resolve, PATIENCE_MS, indeterminate));
  return Promise.race([replyOf(action), silence]);
}

/**
 * Waits for a server action. Next hides what the server threw, but passes on the text of the 401
 * that `proxy.ts` sends. If the server does not know the action, the page is of another version.
 * Any other error may have happened after the commit.
 */
export async function replyOf<T>(action: Promise<Result<T>>): Promise<Reply<T>> {
  try {
    return (await action) ?? indeterminate;
  } catch (error) {
    if (isUnrecognizedAction(error)) return refuse({ code: "page_outdated" });
    return error instanceof Error && error.message === LOGGED_OUT ? refuse({ code: "logged_out" }) : indeterminate;
  }
}

/**
 * Reads the reply of a fetch route: a Result as JSON, whatever the status. The 401 of `proxy.ts`
 * has no JSON.
 */
export async function readReply<T>(response: Response): Promise<Reply<T>> {
  if (response.headers.get("content-type")?.startsWith("application/json")) return asResult<T>(await response.json());
  return response.status === 401 ? refuse({ code: "logged_out" }) : indeterminate;
}

function asResult<T>(body: unknown): Reply<T> {
  const known = typeof body === "object" && body !== null && "ok" in body && typeof body.ok === "boolean";
  return known ? (body as Result<T>) : indeterminate;
}
