import { type Accepted, authenticate, type Ladder } from "./authenticate";
import { type Answer, type Problem, problem } from "./problems";
import type { GatewayRequest } from "./request";
import type { Evidence } from "./usage-explainer";

/** An answer and what the log says of it. */
export type Outcome = { answer: Answer; outcome: Problem | "accepted" | "ok"; keyNumber?: number | null; evidence?: Evidence | undefined };

/** The gateway itself, whatever server stands in front of it: one request in, one answer out. Refusals are answers; bugs throw. */
export async function answer(request: GatewayRequest, ladder: Ladder): Promise<Outcome> {
  const open = OPEN[request.path];
  if (open)
    return open.methods.includes(request.method) ? open.serve(ladder) : refusal("method_not_allowed", { Allow: open.methods.join(", ") });
  const verdict = await authenticate(request, ladder);
  const { keyNumber } = verdict;
  return "refused" in verdict
    ? { ...refusal(verdict.refused), keyNumber, evidence: verdict.evidence }
    : { ...serve(request, verdict.accepted), keyNumber };
}

/** What the log calls a path: one of ours, or "other". A path is the client's text, and clients paste secrets into anything. */
export const routeOf = (path: string): string => (path in OPEN || path === WHOAMI ? path : "other");

const WHOAMI = "/api/v2/whoami";

const OK: Outcome = {
  outcome: "ok",
  answer: { status: 200, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: "OK" },
};

/** What answers without a signature. */
const OPEN: { [path: string]: { methods: readonly string[]; serve(ladder: Ladder): Outcome } } = {
  __proto__: null as never,
  "/api/v2/ping": { methods: ["GET", "POST"], serve: () => OK },
  "/healthz": { methods: ["GET", "HEAD"], serve: () => OK },
  "/readyz": { methods: ["GET", "HEAD"], serve: ({ leases }) => (leases.good() ? OK : refusal("unavailable")) },
};
/** What answers a signed request; only whoever is accepted learns which paths there are. */
function serve({ path, method }: GatewayRequest, accepted: Accepted): Outcome {
  if (path !== WHOAMI) return refusal("not_found");
  if (method !== "POST") return refusal("method_not_allowed", { Allow: "POST" });
  return { outcome: "accepted", answer: whoami(accepted) };
}

function whoami({ key, source, rule }: Accepted): Answer {
  const data = { merchant: key.merchant, key: { id: key.number, activated_at: key.activatedAt }, ip: source, ip_rule: rule };
  return { status: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ data }) };
}

export const refusal = (code: Problem, headers?: Record<string, string>): Outcome => ({ outcome: code, answer: problem(code, headers) });
