import { answer, answered, type GatewayDeps, type Outcome, refusal, refused } from "../gateway";
import { type GatewayRequest, type Headers, valuesOf, withoutOrigin } from "../http/request";
import { identityHeaders } from "../proxy/identity-headers";
import { type Accepted, authenticate } from "./authenticate";

/** What a proxy was asked for, as far as it says so; null where it says nothing, or two things at once. */
export type OriginalRequest = { method: string; path: string | null };

const ASK = "/authorize";
const PING = "/api/v2/ping";
const PATHS = ["x-forwarded-uri", "x-original-uri", "x-original-url"];
const METHODS = ["x-forwarded-method", "x-original-method"];

/**
 * Answers a proxy that asks before it lets a request through: the same ladder, over the headers and the body of the question itself. 200 with the
 * identity headers and no body, or the refusal, to be handed to the client as it is.
 */
export async function forwardAuth(request: GatewayRequest, original: OriginalRequest, post: GatewayDeps): Promise<Outcome> {
  if (request.path !== ASK && !request.path.startsWith(`${ASK}/`)) return ofItsOwn(request, post);
  if (original.path === PING) return emptied(await answer({ ...request, ...original, path: PING }, post));
  const verdict = await authenticate(request, post.ladder);
  if ("refused" in verdict) return refused(verdict);
  return allowed(verdict.accepted);
}

const allowed = (accepted: Accepted): Outcome => answered(accepted, { status: 200, headers: identityHeaders(accepted), body: "" }, allowed);

/**
 * The original method and path, from the rest of the question's path or the proxy's headers; believed of trusted peers alone.
 *
 * Attack: a client that sends such a header to a proxy which passes it on, to make its request look like one for the ping, which needs no
 * signature. So all that is said must agree, to the letter; and what is said decides about the ping and nothing else.
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

const saidIn = (headers: Headers, names: readonly string[]): string[] => names.flatMap((name) => valuesOf(headers, name));

/** A fragment stays: what holds one is no path of ours. */
const withoutQuery = (target: string): string => withoutOrigin(target).replace(/\?.*$/s, "");

const ofItsOwn = (request: GatewayRequest, post: GatewayDeps): Promise<Outcome> | Outcome =>
  request.path === "/healthz" || request.path === "/readyz" ? answer(request, post) : refusal("not_found");

const emptied = (outcome: Outcome): Outcome =>
  "answer" in outcome && outcome.outcome === "ok" ? { ...outcome, answer: { status: 200, headers: [], body: "" } } : outcome;
