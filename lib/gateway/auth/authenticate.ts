import { verify } from "../../platform/signing/signature";
import { type CachedKey, verifiableKey } from "../cache/cached-key";
import { andThen } from "../http/and-then";
import { lengthOf } from "../http/body";
import type { Refusal } from "../http/errors";
import { HEAVY_BYTES, heavyTurn } from "../http/heavy-turns";
import { isJson } from "../http/json";
import { type GatewayRequest, hasHeader, onlyValue } from "../http/request";
import type { Attempt, AuthDeps, AuthResult, Step } from "./auth-result";

/**
 * The order is the contract: a request is refused for the first thing that is wrong. Cheap checks
 * come before expensive ones. Nothing of a body is read unless the key is active. A client
 * without the secret learns nothing about addresses or content.
 */
const LADDER: readonly Step[] = [
  oneKeyHeader,
  oneSignatureHeader,
  underALease,
  keyIsActive,
  bodyIsNotEncoded,
  bodyIsRead,
  signatureMatches,
  waitsForAnOwner,
  addressIsAllowed,
  contentIsJson,
  takesOver,
  isStillCurrent,
];

/** The steps whose result may differ with a newer entry of the key. */
const JUDGED_BY_ENTRY: readonly Step[] = [underALease, keyIsActive, signatureMatches, addressIsAllowed];
const MAX_REPEATS = 3;

/**
 * Judges a request. Nothing that it does can be seen from outside before it answers, except that a
 * key on standby takes over: the swap is committed first (`takesOver`).
 */
export function authenticate(request: GatewayRequest, ladder: AuthDeps): AuthResult | Promise<AuthResult> {
  const attempt: Attempt = { request, key: "", signature: "", entry: null, body: [], rule: "", asked: false };
  return andThen(climb(LADDER, attempt, ladder), (refused) => verdict(attempt, refused, ladder));
}

/** Refusals for which the likely mistake, or the key too, is searched. */
const LOOKED_INTO: ReadonlySet<Refusal> = new Set<Refusal>([
  ...(["required_header_key", "required_header_signature", "bad_header_key"] as const),
  ...(["bad_header_signature", "bad_content_format", "on_standby"] as const),
]);

function verdict(attempt: Attempt, refused: Refusal | null, ladder: AuthDeps): AuthResult {
  const { request, entry, rule, body } = attempt;
  const keyNumber = entry?.number ?? null;
  if (refused)
    return LOOKED_INTO.has(refused)
      ? { keyNumber, refused, evidence: { request, body, entry } }
      : { keyNumber, refused };
  if (!entry?.active || request.source === null) throw new Error("the ladder let through what it did not check");
  const { source } = request;
  const until = ladder.keyCache.until();
  const again = async () => verdict(attempt, await judgedAgain(attempt, ladder), ladder);
  return {
    keyNumber,
    accepted: { key: entry, source, rule, body, until, isCurrent: () => verdictIsCurrent(attempt, ladder), again },
  };
}

/** Waits only if a step does: a promise for each step would cost more than most steps. */
function climb(
  steps: readonly Step[],
  attempt: Attempt,
  ladder: AuthDeps,
  from = 0,
): Refusal | null | Promise<Refusal | null> {
  for (let index = from; index < steps.length; index++) {
    const outcome = (steps[index] as Step)(attempt, ladder);
    if (outcome instanceof Promise)
      return outcome.then((refused) => refused ?? climb(steps, attempt, ladder, index + 1));
    if (outcome) return outcome;
  }
  return null;
}

function oneKeyHeader(attempt: Attempt): Refusal | null {
  const key = onlyValue(attempt.request.headers, "x-processing-key");
  if (key === null) return "required_header_key";
  attempt.key = key;
  return null;
}

function oneSignatureHeader(attempt: Attempt): Refusal | null {
  const signature = onlyValue(attempt.request.headers, "x-processing-signature");
  if (signature === null) return "required_header_signature";
  attempt.signature = signature;
  return null;
}

function underALease(_: Attempt, { keyCache }: AuthDeps): Refusal | null | Promise<Refusal | null> {
  return keyCache.isFresh() ? null : keyCache.renewal().then(() => (keyCache.isFresh() ? null : "unavailable"));
}

/**
 * A text that cannot be a key is not looked up. Only keys that are not known to be active count
 * against a source's lookups. A request that already passed this step is not limited when its key
 * must be read again.
 */
function keyIsActive(attempt: Attempt, ladder: AuthDeps): Refusal | null | Promise<Refusal | null> {
  if (!/^[A-Za-z0-9]{32}$/.test(attempt.key)) return "bad_header_key";
  const remembered = ladder.keyCache.peek(attempt.key);
  if (remembered && !(remembered instanceof Promise)) return judgedBy(attempt, remembered);
  const counts = remembered === undefined && attempt.entry === null && !ladder.activeKeys.mayBeActive(attempt.key);
  if (counts && !ladder.lookups.take(attempt.request.source)) return "too_many_requests";
  return lookedUp(attempt, ladder, counts);
}

async function lookedUp(
  attempt: Attempt,
  { keyCache, lookups, failed }: AuthDeps,
  counts: boolean,
): Promise<Refusal | null> {
  try {
    const entry = await keyCache.load(attempt.key);
    if (counts && entry.number !== null) lookups.release(attempt.request.source);
    return judgedBy(attempt, entry);
  } catch (error) {
    failed(error);
    return "unavailable";
  }
}

function judgedBy(attempt: Attempt, entry: CachedKey): Refusal | null {
  attempt.entry = entry;
  if (entry.active) return null;
  if (entry.takesOver && performance.now() < entry.until) return attempt.asked ? "on_standby" : null;
  return "unopened" in entry ? "secret_not_opened" : "bad_header_key";
}

/** A key that waits for its Owner is refused like an inactive one, whatever is wrong with the request. */
const unlessItWaits = ({ entry }: Attempt, refusal: Refusal): Refusal =>
  entry?.takesOver === "manual" ? "bad_header_key" : refusal;

function bodyIsNotEncoded(attempt: Attempt): Refusal | null {
  const { headers } = attempt.request;
  if (!hasHeader(headers, "content-encoding")) return null;
  // "identity" is no coding (RFC 9110, 8.4.1).
  if (onlyValue(headers, "content-encoding")?.toLowerCase() === "identity") return null;
  return unlessItWaits(attempt, "unsupported_media_type");
}

function bodyIsRead(attempt: Attempt): Promise<Refusal | null> {
  return attempt.request.body().then((body) => {
    if (typeof body === "string") return unlessItWaits(attempt, body);
    attempt.body = body;
    return lengthOf(body) < HEAVY_BYTES ? null : heavyTurn().then(() => null);
  });
}

function signatureMatches(attempt: Attempt): Refusal | null {
  const { entry, body, signature } = attempt;
  const key = verifiableKey(entry);
  return key && verify(key.secret, body, signature) ? null : unlessItWaits(attempt, "bad_header_signature");
}

/** The Owner may have taken over and this gateway not know it yet, so it asks. */
function waitsForAnOwner(attempt: Attempt, ladder: AuthDeps): Refusal | null | Promise<Refusal | null> {
  return attempt.entry?.takesOver === "manual" ? asked(attempt, ladder) : null;
}

/** A request in which all else is right makes its key the active one, and is then checked again. */
function takesOver(attempt: Attempt, ladder: AuthDeps): Refusal | null | Promise<Refusal | null> {
  return attempt.entry?.takesOver === "first_request" ? asked(attempt, ladder) : null;
}

async function asked(attempt: Attempt, ladder: AuthDeps): Promise<Refusal | null> {
  const { key, entry, request } = attempt;
  if (!entry?.takesOver || request.source === null) return "bad_header_key";
  const noLease = await underALease(attempt, ladder);
  if (noLease) return noLease;
  attempt.asked = true;
  try {
    await ladder.standby.ask(key, entry, request.source);
  } catch (error) {
    ladder.failed(error);
    return "unavailable";
  }
  return judgedAgain(attempt, ladder);
}

/** An unreadable source is refused, even if the list is empty. */
function addressIsAllowed(attempt: Attempt): Refusal | null {
  const { request, entry } = attempt;
  const rule = request.source === null ? null : (verifiableKey(entry)?.allowlist.ruleFor(request.source) ?? null);
  attempt.rule = rule ?? "";
  return rule === null ? "ip_not_allowed" : null;
}

function contentIsJson({ request, body }: Attempt): Refusal | null {
  const type = onlyValue(request.headers, "content-type");
  return type !== null && /^application\/json[ \t]*(;|$)/i.test(type) && isJson(body) ? null : "bad_content_format";
}

/**
 * The last step, after every step that may wait.
 * Attack: a request whose body arrives slowly, or whose key is read slowly, across a
 * deactivation: it was checked against an entry that is no longer current. So the cache must still hold
 * that very entry under a valid lease, or everything is checked again with a new one.
 */
function isStillCurrent(attempt: Attempt, ladder: AuthDeps): Refusal | null | Promise<Refusal | null> {
  return verdictIsCurrent(attempt, ladder) ? null : judgedAgain(attempt, ladder);
}

const verdictIsCurrent = ({ key, entry }: Attempt, { keyCache }: AuthDeps): boolean =>
  entry !== null && keyCache.isCurrent(key, entry);

async function judgedAgain(attempt: Attempt, ladder: AuthDeps): Promise<Refusal | null> {
  for (let repeats = 0; repeats < MAX_REPEATS; repeats++) {
    const refused = await climb(JUDGED_BY_ENTRY, attempt, ladder);
    if (refused) return refused;
    if (verdictIsCurrent(attempt, ladder)) return null;
  }
  return "unavailable";
}
