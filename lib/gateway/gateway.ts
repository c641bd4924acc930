import { type Accepted, authenticate, type Ladder, type Refused, type StillCurrent } from "./auth/authenticate";
import { andThen } from "./http/and-then";
import { type Answer, type ErrorCode, errorAnswer, type Refusal } from "./http/errors";
import type { GatewayRequest } from "./http/request";
import { isForwarded } from "./proxy/target";
import type { Evidence } from "./usage/evidence";

/**
 * What the log says of a request, and its answer, or whose request goes on to the upstream. An answer that says that a request was accepted may be given while
 * its verdict stands; `again` is the outcome by a new one.
 */
export type Outcome = { outcome: Refusal | "accepted" | "ok"; keyNumber?: number | null; evidence?: Evidence | undefined } & (
  | { answer: Answer; stands?: StillCurrent; again?: () => Promise<Outcome> }
  | { forward: Accepted }
);

export type GatewayDeps = {
  ladder: Ladder;
  /** Whether it was told to stop: it serves on for a moment, and load balancers are told to look elsewhere. */
  leaving(): boolean;
  /** The API behind the gateway, if there is one. */
  upstream: object | null;
};

/** The gateway itself, whatever server stands in front of it: one request in, one answer out. Refusals are answers; bugs throw. */
export function answer(request: GatewayRequest, post: GatewayDeps): Outcome | Promise<Outcome> {
  const { ladder } = post;
  const open = OPEN.get(request.path);
  if (open)
    return open.methods.includes(request.method) ? open.serve(post) : refusal("method_not_allowed", ["Allow", open.methods.join(", ")]);
  return andThen(authenticate(request, ladder), (verdict) =>
    "refused" in verdict ? refused(verdict) : serve(request, verdict.accepted, post),
  );
}

/** What the log calls a path: one of ours, or "other". A path is the client's text, and clients paste secrets into anything. */
export function routeOf(path: string): string {
  if (path === WHOAMI || OPEN.has(path)) return path;
  return /^\/authorize(\/|$)/.test(path) ? "/authorize" : "other";
}

const WHOAMI = "/api/v2/whoami";

const OK: Outcome = {
  outcome: "ok",
  answer: { status: 200, headers: ["Content-Type", "text/plain; charset=utf-8"], body: "OK" },
};

/** What answers without a signature. */
const OPEN: ReadonlyMap<string, { methods: readonly string[]; serve(post: GatewayDeps): Outcome }> = new Map([
  ["/api/v2/ping", { methods: ["GET", "HEAD", "POST"], serve: () => OK }],
  ["/healthz", { methods: ["GET", "HEAD"], serve: () => OK }],
  ["/readyz", { methods: ["GET", "HEAD"], serve: (post: GatewayDeps) => (isReady(post) ? OK : refusal("unavailable")) }],
]);

const isReady = ({ ladder, leaving }: GatewayDeps): boolean => ladder.keyCache.isFresh() && !leaving();

/** What answers a signed request; only whoever is accepted learns which paths there are. */
function serve(request: GatewayRequest, accepted: Accepted, post: GatewayDeps): Outcome {
  const { path, method } = request;
  const keyNumber = accepted.key.number;
  if (path === WHOAMI && method === "POST") return answered(accepted, whoami(accepted), (anew) => serve(request, anew, post));
  if (path === WHOAMI) return { ...refusal("method_not_allowed", ["Allow", "POST"]), keyNumber };
  if (post.upstream && isForwarded(path)) return { outcome: "accepted", keyNumber, forward: accepted };
  return { ...refusal("not_found"), keyNumber };
}

/** An answer of our own to an accepted request, and what is answered where it is accepted anew. */
export const answered = (accepted: Accepted, answer: Answer, serve: (accepted: Accepted) => Outcome): Outcome => ({
  outcome: "accepted",
  keyNumber: accepted.key.number,
  answer,
  stands: accepted.stands,
  async again() {
    const verdict = await accepted.again();
    return "refused" in verdict ? refused(verdict) : serve(verdict.accepted);
  },
});

const JSON_TYPE = ["Content-Type", "application/json"];

function whoami({ key, source, rule }: Accepted): Answer {
  const data = { merchant: key.merchant, key: { id: key.number, activated_at: key.activatedAt }, ip: source, ip_rule: rule };
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify({ data }) };
}

export const refusal = (code: ErrorCode, headers?: readonly string[]): Outcome => ({ outcome: code, answer: errorAnswer(code, headers) });

/** A refusal by the ladder, with whose request it was and what a wrong signature is looked into with. */
export const refused = ({ refused, keyNumber, evidence }: Refused): Outcome => ({
  outcome: refused,
  answer: errorAnswer(refused),
  keyNumber,
  evidence,
});
