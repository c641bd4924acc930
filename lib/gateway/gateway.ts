import { pathMistake } from "../platform/signing/mistakes/other-mistakes";
import type { Mistake } from "../platform/signing/mistakes/words/words";
import type { Accepted, AuthDeps, Refused, StillCurrent } from "./auth/auth-result";
import { authenticate } from "./auth/authenticate";
import { andThen } from "./http/and-then";
import { type Answer, type ErrorCode, errorAnswer, type Refusal } from "./http/errors";
import type { GatewayRequest } from "./http/request";
import { isForwarded } from "./proxy/target";
import type { Evidence } from "./usage/evidence";

/**
 * The outcome of a request for the log, with its answer, or with the accepted request that goes
 * to the upstream. An answer to an accepted request may be sent only while `isCurrent()` is true;
 * `again` checks the request again.
 */
export type Outcome = {
  outcome: Refusal | "accepted" | "ok";
  keyNumber?: number | null;
  evidence?: Evidence | undefined;
  /** The likely mistake in the path of a correctly signed request. */
  mistake?: Mistake | null | undefined;
} & ({ answer: Answer; isCurrent?: StillCurrent; again?: () => Promise<Outcome> } | { forward: Accepted });

export type GatewayDeps = {
  ladder: AuthDeps;
  /**
   * Whether the gateway was told to stop. It still serves for a moment, and reports that it is
   * not ready.
   */
  leaving(): boolean;
  /** The API behind the gateway, if there is one. */
  upstream: object | null;
};

/**
 * The gateway itself, independent of the server: takes one request, returns one answer. A refusal
 * is an answer; only a bug throws.
 */
export function answer(request: GatewayRequest, post: GatewayDeps): Outcome | Promise<Outcome> {
  const { ladder } = post;
  const open = OPEN.get(request.path);
  if (open)
    return open.methods.includes(request.method)
      ? open.serve(post)
      : refusal("method_not_allowed", ["Allow", open.methods.join(", ")]);
  return andThen(authenticate(request, ladder), (verdict) =>
    "refused" in verdict ? refused(verdict) : serve(request, verdict.accepted, post),
  );
}

/**
 * The name of a path for the log: a path of ours, or "other". A path is the client's text, and
 * clients paste secrets anywhere.
 */
export function routeOf(path: string): string {
  if (path === WHOAMI || OPEN.has(path)) return path;
  return /^\/authorize(\/|$)/.test(path) ? "/authorize" : "other";
}

const WHOAMI = "/api/v2/whoami";

const OK: Outcome = {
  outcome: "ok",
  answer: { status: 200, headers: ["Content-Type", "text/plain; charset=utf-8"], body: "OK" },
};

/** The paths that need no signature. */
const OPEN: ReadonlyMap<string, { methods: readonly string[]; serve(post: GatewayDeps): Outcome }> = new Map([
  ["/api/v2/ping", { methods: ["GET", "HEAD", "POST"], serve: () => OK }],
  ["/healthz", { methods: ["GET", "HEAD"], serve: () => OK }],
  [
    "/readyz",
    { methods: ["GET", "HEAD"], serve: (post: GatewayDeps) => (isReady(post) ? OK : refusal("unavailable")) },
  ],
]);

const isReady = ({ ladder, leaving }: GatewayDeps): boolean => ladder.keyCache.isFresh() && !leaving();

/** Answers a signed request. Only an accepted client learns which paths exist. */
function serve(request: GatewayRequest, accepted: Accepted, post: GatewayDeps): Outcome {
  const { path, method } = request;
  const keyNumber = accepted.key.number;
  if (path === WHOAMI && method === "POST")
    return answered(accepted, whoami(accepted), (anew) => serve(request, anew, post));
  if (path === WHOAMI) return { ...refusal("method_not_allowed", ["Allow", "POST"]), keyNumber };
  if (post.upstream && isForwarded(path)) return { outcome: "accepted", keyNumber, forward: accepted };
  return { ...refusal("not_found"), keyNumber, mistake: pathMistake(path) };
}

/** The gateway's own answer to an accepted request. `serve` answers it if it is accepted again. */
export const answered = (accepted: Accepted, answer: Answer, serve: (accepted: Accepted) => Outcome): Outcome => ({
  outcome: "accepted",
  keyNumber: accepted.key.number,
  answer,
  isCurrent: accepted.isCurrent,
  async again() {
    const verdict = await accepted.again();
    return "refused" in verdict ? refused(verdict) : serve(verdict.accepted);
  },
});

const JSON_TYPE = ["Content-Type", "application/json"];

function whoami({ key, source, rule }: Accepted): Answer {
  const data = {
    merchant: key.merchant,
    key: { id: key.number, activated_at: key.activatedAt },
    ip: source,
    ip_rule: rule,
  };
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify({ data }) };
}

export const refusal = (code: ErrorCode, headers?: readonly string[]): Outcome => ({
  outcome: code,
  answer: errorAnswer(code, headers),
});

/**
 * A refusal by the ladder, with the key's number and the evidence that the mistake is looked for
 * in.
 */
export const refused = ({ refused, keyNumber, evidence }: Refused): Outcome => ({
  outcome: refused,
  answer: errorAnswer(refused),
  keyNumber,
  evidence,
});
