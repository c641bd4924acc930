import { setImmediate as nextTurn } from "node:timers/promises";
import type { MerchantId } from "../../platform/ids";
import { valuesOf } from "../../platform/signing/mistakes/headers";
import { runBounded, runNow, workClock } from "../../platform/signing/mistakes/node-search";
import { bodyMistake, contentTypeMistake } from "../../platform/signing/mistakes/other-mistakes";
import { plainMistakes, search, signedByOther } from "../../platform/signing/mistakes/search";
import type { Searching } from "../../platform/signing/mistakes/task";
import type { Mistake } from "../../platform/signing/mistakes/words/words";
import { type ActiveKey, type StandbyKey, verifiableKey } from "../cache/cached-key";
import { lengthOf, wholeOf } from "../http/body";
import { type Evidence, keyOf, signatureOf } from "./evidence";

/** Other secrets that a merchant's requests may have been signed with. */
export type OtherSecret = {
  mistake: Extract<Mistake, "previous_secret" | "newer_secret" | "other_merchant_secret">;
  secret: Uint8Array;
};
export type OtherSecrets = (merchantId: MerchantId, keyNumber: number) => Promise<OtherSecret[]>;

/** Called with the mistake that was found in a request answered at this time. */
type Tell = (mistake: string | null, at: number) => void;
/** The key whose secret and addresses a request was judged by. */
type Judged = Evidence & { entry: ActiveKey | StandbyKey };
type Look = { evidence: Judged; at: number; tell: Tell };

const EVERY_MS = 1_000;
const MAX_PER_SECOND = 10;
/** Larger bodies are not examined, because a body is hashed many times. */
export const MAX_EXPLAINED_BYTES = 64 * 1024;
const MAX_BYTES_PER_SECOND = 2 * MAX_EXPLAINED_BYTES;

/** Several mistakes of one request, in the form in which they are stored. */
const joinedMistakes = (mistakes: readonly Mistake[]): string | null =>
  mistakes.length === 0 ? null : mistakes.join("+");

/**
 * Looks for the mistake behind a refusal, after the answer was sent.
 *
 * Promise: it examines at most one request a second for each key, and ten a second in all, with
 * together 128 KiB of body. It takes bodies up to 64 KiB, and at most 200 digests and 10 ms for
 * each request, about a millisecond in one turn. A client that sends wrong signatures on purpose
 * gets no more processor time than that. Only people who may see the key are shown the result;
 * the sender never is.
 *
 * Of a burst, the first request is examined at once, and the latest one when its key's second is
 * over.
 */
export class Explainer {
  readonly #otherSecrets: OtherSecrets;
  readonly #now: () => number;
  /** The keys examined within the last second, oldest first. */
  readonly #lately = new Map<number, { at: number; bytes: number }>();
  readonly #waiting = new Map<number, Look>();
  #timer: NodeJS.Timeout | null = null;

  constructor(otherSecrets: OtherSecrets, now = workClock()) {
    this.#otherSecrets = otherSecrets;
    this.#now = now;
  }

  consider(evidence: Evidence, now: number, tell: Tell): void {
    // A key that waits for its Owner is refused whatever its requests are like.
    const entry = verifiableKey(evidence.entry);
    const bytes = lengthOf(evidence.body);
    if (!entry || entry.takesOver === "manual" || bytes > MAX_EXPLAINED_BYTES) return;
    const look = { evidence: { ...evidence, entry }, at: now, tell };
    if (this.#mayTake(entry.number, bytes, now)) this.#take(look, bytes, now);
    else if (this.#waiting.has(entry.number) || this.#waiting.size < MAX_PER_SECOND) this.#later(entry.number, look);
  }

  #take(look: Look, bytes: number, now: number): void {
    const { number } = look.evidence.entry;
    this.#waiting.delete(number);
    this.#lately.delete(number);
    this.#lately.set(number, { at: now, bytes });
    setImmediate(() => void this.#explain(look.evidence).then((mistake) => look.tell(mistake, look.at), ignore));
  }

  #later(number: number, look: Look): void {
    this.#waiting.set(number, look);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      // `consider` gets the present time, and `tell` the time at which the request was answered.
      for (const { evidence, at, tell } of waiting)
        this.consider(evidence, at + EVERY_MS, (mistake) => tell(mistake, at));
    }, EVERY_MS).unref();
  }

  #mayTake(number: number, bytes: number, now: number): boolean {
    let sum = bytes;
    for (const [key, taken] of this.#lately) {
      if (Math.abs(now - taken.at) >= EVERY_MS) this.#lately.delete(key);
      else sum += taken.bytes;
    }
    return !this.#lately.has(number) && this.#lately.size < MAX_PER_SECOND && sum <= MAX_BYTES_PER_SECOND;
  }

  #bounded<T>(searching: Searching<T>): Promise<T | null> {
    return runBounded(searching, { now: this.#now, turn: nextTurn });
  }

  async #explain(evidence: Judged): Promise<string | null> {
    const [body, { entry, request }, signature] = [wholeOf(evidence.body), evidence, signatureOf(evidence)];
    const secret = new Uint8Array(entry.secret.export());
    const [host] = valuesOf(request.headers, "host");
    const found = await this.#bounded(
      search({ secret, key: keyOf(evidence), body, signature, request: { ...request, host } }),
    );
    secret.fill(0);
    if (found) return joinedMistakes(found.mistakes.length > 0 ? found.mistakes : contentMistakes(evidence, body));
    for (const { mistake, secret: other } of await this.#otherSecrets(entry.merchant.id, entry.number)) {
      const signed = await this.#bounded(signedByOther({ signature, body }, other));
      other.fill(0);
      if (signed) return mistake;
    }
    return joinedMistakes(plainMistakes({ signature, body }));
  }
}

/** The mistakes of a correctly signed request. */
function contentMistakes({ request }: Evidence, body: Uint8Array): Mistake[] {
  const mistake = contentTypeMistake(request.headers) ?? bodyMistake(body);
  return mistake ? [mistake] : [];
}

const ignore = (): undefined => undefined;

/**
 * Runs the search once. Code that never ran takes ten times as long, and the first search would
 * run out of time.
 */
export function warmUp(): void {
  const [body, secret] = ['{"amount":"0.5","name":"é"}', "warm"].map((text) => Buffer.from(text)) as [Buffer, Buffer];
  for (const signature of ["0".repeat(128), "0".repeat(64)]) runNow(search({ secret, key: "warm", body, signature }));
}
