import { answer, answered, type GatewayDeps, type Outcome, refusal, refused } from "../gateway";
import { type GatewayRequest, type Headers, valuesOf, withoutOrigin } from "../http/request";
import { identityHeaders } from "../proxy/identity-headers";
import type { Accepted } from "./auth-result";
import { authenticate } from "./authenticate";

/**
 * The request that a proxy received, as it describes it. `path` is null if the proxy states none,
 * or two different ones.
 */
export type OriginalRequest = { method: string; path: string | null };

const ASK = "/authorize";
const PING = "/api/v2/ping";
const PATHS = ["x-forwarded-uri", "x-original-uri", "x-original-url"];
const METHODS = ["x-forwarded-method", "x-original-method"];

/**
 * Answers a proxy that asks before it lets a request through (forward auth). The same ladder
 * checks the headers and body of the proxy's own request. The answer is 200 with the identity
 * headers and no body, or the refusal, which the proxy passes to the client unchanged.
 */
export async function forwardAuth(
  request: GatewayRequest,
  original: OriginalRequest,
  post: GatewayDeps,
): Promise<Outcome> {
  if (request.path !== ASK && !request.path.startsWith(`${ASK}/`)) return ofItsOwn(request, post);
  if (original.path === PING) return emptied(await answer({ ...request, ...original, path: PING }, post));
  const verdict = await authenticate(request, post.ladder);
  if ("refused" in verdict) return refused(verdict);
  return allowed(verdict.accepted);
}

const allowed = (accepted: Accepted): Outcome =>
  answered(accepted, { status: 200, headers: identityHeaders(accepted), body: "" }, allowed);

/**
 * The original method and path, from the rest of the request's path or from the proxy's headers.
 * Only trusted peers are believed.
 *
 * Attack: a client sends such a header to a proxy that passes it on, so that its request looks
 * like the ping, which needs no signature. So all statements must agree exactly, and they decide
 * about the ping and nothing else.
 */
export function originalRequest(method: string, target: string, headers: Headers, believed: boolean): OriginalRequest {
  if (!believed) return { method, path: null };
  const rest = withoutQuery(withoutQuery(target).slice(ASK.length));
  const paths = new Set([...(rest === "" ? [] : [rest]), ...saidIn(headers, PATHS).map(withoutQuery)]);
  const methods = new Set(saidIn(headers, METHODS));
  const [path = null] = paths;
  const [said = method] = methods;
  return paths.size > 1 || methods.size > 1 ? { method, path: null } : { method: said, path };
}

const saidIn = (headers: Headers, names: readonly string[]): string[] =>
  names.flatMap((name) => valuesOf(headers, name));

/** A fragment stays, so that such a path matches none of ours. */
const withoutQuery = (target: string): string => withoutOrigin(target).replace(/\?.*$/s, "");

const ofItsOwn = (request: GatewayRequest, post: GatewayDeps): Promise<Outcome> | Outcome =>
  request.path === "/healthz" || request.path === "/readyz" ? answer(request, post) : refusal("not_found");

const emptied = (outcome: Outcome): Outcome =>
  "answer" in outcome && outcome.outcome === "ok"
    ? { ...outcome, answer: { status: 200, headers: [], body: "" } }
    : outcome;
