import { verify } from "../../platform/signing/signature";
import type { CachedKey } from "../cache/cached-key";
import { andThen } from "../http/and-then";
import { lengthOf } from "../http/body";
import type { Refusal } from "../http/errors";
import { HEAVY_BYTES, heavyTurn } from "../http/heavy-turns";
import { isJson } from "../http/json";
import { type GatewayRequest, hasHeader, onlyValue } from "../http/request";
import {
  type Allowed,
  type Attempt,
  begin,
  type Judged,
  type Known,
  noted,
  type Passed,
  type Received,
  type Signed,
  type Verified,
} from "./attempt";
import type { AuthDeps, AuthResult } from "./auth-result";
import { Ladder, type Outcome } from "./ladder";

/**
 * The order is the contract: a request is refused for the first thing that is wrong. Cheap checks
 * come before expensive ones. Nothing of a body is read unless the key is active. A client
 * without the secret learns nothing about addresses or content.
 */
const LADDER = Ladder.from<Attempt>()
  .step(oneKeyHeader)
  .step(oneSignatureHeader)
  .step(underALease)
  .step(keyIsActive)
  .step(bodyIsNotEncoded)
  .step(bodyIsRead)
  .step(signatureMatches)
  .step(waitsForAnOwner)
  .step(addressIsAllowed)
  .step(contentIsJson)
  .step(takesOver)
  .step(isStillCurrent);

/** The steps whose result may differ with a newer entry of the key. */
const JUDGED_BY_ENTRY = Ladder.from<Received>()
  .step(underALease)
  .step(keyIsActive)
  .step(signatureMatches)
  .step(addressIsAllowed);
const MAX_REPEATS = 3;

/**
 * Judges a request. Nothing that it does can be seen from outside before it answers, except that a
 * key on standby takes over: the swap is committed first (`takesOver`).
 */
export function authenticate(request: GatewayRequest, deps: AuthDeps): AuthResult | Promise<AuthResult> {
  const attempt = begin(request);
  return andThen(LADDER.climb(attempt, deps), (reached) => resultOf(attempt, reached, deps));
}

/** Refusals for which the likely mistake, or the key too, is searched. */
const LOOKED_INTO: ReadonlySet<Refusal> = new Set<Refusal>([
  ...(["required_header_key", "required_header_signature", "bad_header_key"] as const),
  ...(["bad_header_signature", "bad_content_format", "on_standby"] as const),
]);

function resultOf({ request, entry, body }: Attempt, reached: Refusal | Passed, deps: AuthDeps): AuthResult {
  if (typeof reached !== "string") return accepted(reached, deps);
  const refused = { keyNumber: entry?.number ?? null, refused: reached };
  return LOOKED_INTO.has(reached) ? { ...refused, evidence: { request, body: body ?? [], entry } } : refused;
}

function accepted(passed: Passed, deps: AuthDeps): AuthResult {
  const { entry, source, rule, body } = passed;
  const again = async () => resultOf(passed, await judgedAgain(passed, deps), deps);
  const isCurrent = () => verdictIsCurrent(passed, deps);
  const until = deps.keyCache.until();
  return { keyNumber: entry.number, accepted: { key: entry, source, rule, body, until, isCurrent, again } };
}

function oneKeyHeader(attempt: Attempt): Refusal | (Attempt & { key: string }) {
  const key = onlyValue(attempt.request.headers, "x-processing-key");
  return key === null ? "required_header_key" : noted(attempt, "key", key);
}

function oneSignatureHeader(attempt: Attempt & { key: string }): Refusal | Signed {
  const signature = onlyValue(attempt.request.headers, "x-processing-signature");
  return signature === null ? "required_header_signature" : noted(attempt, "signature", signature);
}

function underALease<A extends Attempt>(attempt: A, { keyCache }: AuthDeps): Outcome<A> {
  return keyCache.isFresh() ? attempt : keyCache.renewal().then(() => (keyCache.isFresh() ? attempt : "unavailable"));
}

/**
 * A text that cannot be a key is not looked up. Only keys that are not known to be active count
 * against a source's lookups. A request that already passed this step is not limited when its key
 * must be read again.
 */
function keyIsActive<A extends Signed>(attempt: A, deps: AuthDeps): Outcome<A & Known> {
  if (!/^[A-Za-z0-9]{32}$/.test(attempt.key)) return "bad_header_key";
  const remembered = deps.keyCache.peek(attempt.key);
  if (remembered && !(remembered instanceof Promise)) return judgedBy(attempt, remembered);
  const counts = remembered === undefined && attempt.entry === null && !deps.activeKeys.mayBeActive(attempt.key);
  if (counts && !deps.lookups.take(attempt.request.source)) return "too_many_requests";
  return lookedUp(attempt, deps, counts);
}

async function lookedUp<A extends Signed>(
  attempt: A,
  { keyCache, lookups, failed }: AuthDeps,
  counts: boolean,
): Promise<Refusal | (A & Known)> {
  try {
    const entry = await keyCache.load(attempt.key);
    if (counts && entry.number !== null) lookups.release(attempt.request.source);
    return judgedBy(attempt, entry);
  } catch (error) {
    failed(error);
    return "unavailable";
  }
}

function judgedBy<A extends Signed>(attempt: A, entry: CachedKey): Refusal | (A & Known) {
  noted(attempt, "entry", entry);
  if (entry.active) return noted(attempt, "entry", entry);
  if (entry.takesOver && performance.now() < entry.until)
    return attempt.asked ? "on_standby" : noted(attempt, "entry", entry);
  return "unopened" in entry ? "secret_not_opened" : "bad_header_key";
}

/**
 * A key that waits for its Owner is refused like an inactive one, whatever is wrong with the
 * request.
 */
const unlessItWaits = ({ entry }: Attempt, refusal: Refusal): Refusal =>
  entry?.takesOver === "manual" ? "bad_header_key" : refusal;

function bodyIsNotEncoded<A extends Attempt>(attempt: A): Refusal | A {
  const { headers } = attempt.request;
  if (!hasHeader(headers, "content-encoding")) return attempt;
  // "identity" is no coding (RFC 9110, 8.4.1).
  if (onlyValue(headers, "content-encoding")?.toLowerCase() === "identity") return attempt;
  return unlessItWaits(attempt, "unsupported_media_type");
}

async function bodyIsRead(attempt: Signed & Known): Promise<Refusal | (Received & Known)> {
  const body = await attempt.request.body();
  if (typeof body === "string") return unlessItWaits(attempt, body);
  if (lengthOf(body) >= HEAVY_BYTES) await heavyTurn();
  return noted(attempt, "body", body);
}

function signatureMatches<A extends Received & Known>(attempt: A): Refusal | (A & Verified) {
  const { entry, body, signature } = attempt;
  return verify(entry.secret, body, signature)
    ? noted(attempt, "signedWith", entry)
    : unlessItWaits(attempt, "bad_header_signature");
}

/** The Owner may have taken over and this gateway not know it yet, so it asks. */
function waitsForAnOwner<A extends Received & Known & Verified>(attempt: A, deps: AuthDeps): Outcome<A> {
  return attempt.entry.takesOver === "manual" ? asked(attempt, deps) : attempt;
}

/** A request in which all else is right makes its key the active one, and is then checked again. */
function takesOver<A extends Received & Known & Verified & Allowed>(attempt: A, deps: AuthDeps): Outcome<A & Judged> {
  const { entry } = attempt;
  return entry.active ? noted(attempt, "entry", entry) : asked(attempt, deps);
}

async function asked<A extends Received & Known>(attempt: A, deps: AuthDeps): Promise<Refusal | (A & Judged)> {
  const { key, entry, request } = attempt;
  if (!entry.takesOver || request.source === null) return "bad_header_key";
  if (typeof (await underALease(attempt, deps)) === "string") return "unavailable";
  noted(attempt, "asked", true);
  try {
    await deps.standby.ask(key, entry, request.source);
  } catch (error) {
    deps.failed(error);
    return "unavailable";
  }
  return judgedAgain(attempt, deps);
}

/** An unreadable source is refused, even if the list is empty. */
function addressIsAllowed<A extends Attempt & Known>(attempt: A): Refusal | (A & Allowed) {
  const { source } = attempt.request;
  const rule = source === null ? null : attempt.entry.allowlist.ruleFor(source);
  return source === null || rule === null ? "ip_not_allowed" : noted(noted(attempt, "source", source), "rule", rule);
}

function contentIsJson<A extends Received>(attempt: A): Refusal | (A & { json: true }) {
  const type = onlyValue(attempt.request.headers, "content-type");
  const isNamedJson = type !== null && /^application\/json[ \t]*(;|$)/i.test(type);
  return isNamedJson && isJson(attempt.body) ? noted(attempt, "json", true as const) : "bad_content_format";
}

/**
 * The last step, after every step that may wait.
 * Attack: a request whose body arrives slowly, or whose key is read slowly, across a deactivation:
 * it was checked against an entry that is no longer current. So the cache must still hold that very
 * entry under a valid lease, or everything is checked again with a new one.
 */
function isStillCurrent(attempt: Passed, deps: AuthDeps): Outcome<Passed> {
  return verdictIsCurrent(attempt, deps) ? attempt : judgedAgain(attempt, deps);
}

const verdictIsCurrent = ({ key, entry }: Signed & Known, { keyCache }: AuthDeps): boolean =>
  keyCache.isCurrent(key, entry);

async function judgedAgain<A extends Received>(attempt: A, deps: AuthDeps): Promise<Refusal | (A & Judged)> {
  for (let repeats = 0; repeats < MAX_REPEATS; repeats++) {
    const reached = await JUDGED_BY_ENTRY.climb(attempt, deps);
    if (typeof reached === "string") return reached;
    const { entry } = reached;
    if (!entry.active) return "on_standby";
    const judged: Judged = noted(reached, "entry", entry);
    if (verdictIsCurrent(reached, deps)) return judged as A & Judged;
  }
  return "unavailable";
}
