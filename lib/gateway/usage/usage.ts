import { randomUUID } from "node:crypto";
import { SECRET_ACCEPTED } from "../../platform/signing/sent-secret";
import type { KeyFinder, KeyMatch } from "../auth/key-finder";
import type { Sent, SentSecrets } from "../auth/sent-secrets";
import { WakeUp } from "../cache/wake-up";
import type { Outcome } from "../gateway";
import { lengthOf } from "../http/body";
import type { Headers } from "../http/request";
import { ACCEPTED, columnIndexOf, isTry } from "./columns";
import type { Evidence } from "./evidence";
import { Explainer, MAX_EXPLAINED_BYTES } from "./explainer";
import { FirstRequests } from "./first-requests";
import { HourCounts } from "./hour-counts";
import { Lookups } from "./lookups";
import { type RefusalCount as Counted, RefusalCounts } from "./refusal-counts";
import { Sources } from "./sources";
import { type Rows, writeRows } from "./write-rows";

/** The most rows in one statement. */
const MAX_ROWS = 5_000;

/**
 * A smaller deviation of the clock is not corrected: the database stores no time later than its
 * own.
 */
const SAME_MS = 1_000;

const WITHOUT_A_KEY: ReadonlySet<string> = new Set(["bad_header_key", "too_many_requests"]);

export type Write = (flush: number, ...rows: [Rows["hours"], Rows["refused"], Rows["sources"]]) => Promise<void>;

/** Reasons of their own, so that no later mistake from the same address replaces them. */
const SECRET_SENT = "secret_sent";

type Done = void | Promise<void>;
type Request = { source: string; now: number; headers: Headers };
type Refusing = Request & Pick<Outcome, "outcome" | "mistake"> & { place: number };

/**
 * Finds the key of a refused request if the ladder did not get that far, and secrets that were
 * sent.
 */
export type Owners = { finder: Pick<KeyFinder, "ownerOf">; sent: Pick<SentSecrets, "find"> };
const NOBODY: Owners = { finder: { ownerOf: () => null }, sent: { find: () => null } };

/**
 * Counts the outcomes of requests in memory and writes them every few seconds.
 *
 * Promise: counting neither delays a request nor makes it fail. A crash loses the counts since
 * the last write, and nothing is counted twice.
 */
export class Usage {
  readonly hours: HourCounts;
  readonly ledger: RefusalCounts;
  readonly sources: Sources;
  /** Ends the wait for the next write: somebody may be waiting to see what was counted. */
  readonly news = new WakeUp();
  readonly #first = new FirstRequests(() => this.news.give());
  readonly #firstLook = new FirstRequests(() => this.news.give());
  readonly #explainer: Explainer;
  readonly #now: () => number;
  readonly #rejected: (error: unknown) => void;
  readonly #owners: Owners;
  /** For requests whose key, or whose secret's key, is being looked for. */
  readonly #lookups = new Lookups();
  #flush = 0;

  /** @param rejected called for each row that the database does not accept; the row is dropped */
  constructor(
    otherSecrets: ConstructorParameters<typeof Explainer>[0],
    now: () => number = Date.now,
    newId: () => string = randomUUID,
    rejected: (error: unknown) => void = () => undefined,
    owners: Owners = NOBODY,
  ) {
    this.#owners = owners;
    this.#rejected = rejected;
    this.hours = new HourCounts(newId);
    this.ledger = new RefusalCounts(newId);
    this.sources = new Sources(newId);
    this.#explainer = new Explainer(otherSecrets);
    this.#now = now;
  }

  /** Call this when a request was answered. */
  record({ outcome, keyNumber, evidence, mistake }: Outcome, address: string | null, headers: Headers = []): void {
    if (keyNumber === undefined) return;
    const place = columnIndexOf(outcome);
    const request = { source: address ?? "unreadable", now: this.#now(), headers };
    if (place !== ACCEPTED) this.#refuse({ ...request, outcome, mistake, place }, keyNumber, evidence);
    else if (keyNumber !== null) this.#accept(keyNumber, request);
  }

  #accept(key: number, request: Request): void {
    const { source, now, headers } = request;
    this.hours.count(key, ACCEPTED, source, now);
    this.sources.count(key, source, now);
    this.#first.see(key, true, now);
    const sent = this.#owners.sent.find(headers);
    if (!sent) return;
    this.#lookups.whenFound(sent, (secrets) => {
      for (const { number } of secrets ?? [])
        this.#countReason(SECRET_ACCEPTED, request, { number, mistake: SECRET_ACCEPTED });
    });
  }

  #refuse(what: Refusing, keyNumber: number | null, evidence: Evidence | undefined): void {
    const sent = this.#owners.sent.find(what.headers);
    if (!sent) return void this.#refuseOther(what, keyNumber, evidence);
    // No larger body is kept while the database is asked.
    const isKept = evidence && lengthOf(evidence.body) <= MAX_EXPLAINED_BYTES;
    this.#lookups.whenFound(sent, (secrets) => {
      const kept = isKept ? evidence : undefined;
      return secrets
        ? this.#refuseWithSecrets(what, keyNumber, kept, secrets)
        : this.#refuseOther(what, keyNumber, kept);
    });
  }

  /**
   * Each alarm is about a key whose secret was sent, and the refusal about the request's own key.
   * Attack: whoever has a secret sends it along, so that refusals of another merchant's key are
   * counted as those of their own.
   */
  #refuseWithSecrets(what: Refusing, keyNumber: number | null, evidence: Evidence | undefined, secrets: Sent): Done {
    const own = keyNumber === null && evidence ? this.#owners.finder.ownerOf(what.headers, what.now) : null;
    return this.#lookups.whenFound(own, (own) => {
      const key = keyNumber ?? own?.number ?? secrets[0].number;
      for (const secret of secrets) if (secret.number !== key) this.#countReason(SECRET_SENT, what, secret);
      const itself = secrets.find(({ number }) => number === key);
      if (itself) return void this.#count(what, itself, SECRET_SENT);
      return own ? void this.#count(what, own) : this.#refuseOther(what, keyNumber, evidence);
    });
  }

  /** Counts a refused request in which no secret was recognised. */
  #refuseOther(what: Refusing, keyNumber: number | null, evidence: Evidence | undefined): Done {
    if (keyNumber !== null) {
      const entry = this.#count(what, { number: keyNumber, mistake: what.mistake ?? null });
      if (evidence)
        this.#explainer.consider(evidence, what.now, (mistake, at) => entry && this.#explain(entry, mistake, at));
      return;
    }
    const owner = evidence ? this.#owners.finder.ownerOf(what.headers, what.now) : null;
    return this.#lookups.whenFound(owner, (owner) => void this.#count(what, owner));
  }

  /** A mistake is found after its refusal was counted. Somebody may be waiting to see it too. */
  #explain(entry: Counted, mistake: string | null, at: number): void {
    this.ledger.explain(entry, mistake, at);
    if (entry.key !== null) this.#firstLook.see(entry.key, false, at);
  }

  /**
   * Requests with a key that does not exist are counted by source. Requests without any key are
   * not counted.
   */
  #count(what: Refusing, owner: KeyMatch | null, reason: string = what.outcome): Counted | null {
    const { outcome, place, source, now } = what;
    if (!owner && !WITHOUT_A_KEY.has(outcome)) return null;
    if (owner && !isTry(reason)) this.hours.count(owner.number, place, source, now);
    return this.#countReason(reason, what, owner);
  }

  #countReason(reason: string, { source, now }: Request, owner: KeyMatch | null): Counted {
    const entry = this.ledger.count(owner?.number ?? null, reason, source, now);
    if (owner) this.#first.see(owner.number, false, now);
    if (owner?.mistake) this.ledger.explain(entry, owner.mistake, now);
    return entry;
  }

  /** Rows that are not written yet, and requests whose key is being looked for. */
  get waiting(): number {
    return this.#rows + this.#lookups.waiting;
  }

  get #rows(): number {
    return this.hours.waiting + this.ledger.waiting + this.sources.waiting;
  }

  /** Requests counted under no key. */
  get lost(): number {
    return this.hours.lost;
  }

  /** The clock was behind by this many milliseconds. */
  shift(behind: number): void {
    if (Math.abs(behind) < SAME_MS) return;
    this.hours.shift(behind);
    this.ledger.shift(behind);
    this.sources.shift(behind);
  }

  /**
   * Writes all waiting rows. If the database fails, it throws the error, and all rows wait again.
   * If the database does not accept some row, the rows are halved until that row is alone. It is
   * then dropped, so that it blocks no other row.
   */
  async flush(write: Write): Promise<void> {
    await this.#lookups.ended();
    this.ledger.sweep(this.#now());
    while (this.#rows > 0) {
      const [hours, refused, sources] = [
        this.hours.take(MAX_ROWS, this.#now()),
        this.ledger.take(MAX_ROWS),
        this.sources.take(MAX_ROWS),
      ];
      await this.#write({ hours, refused, sources }, write);
    }
  }

  async #write(rows: Rows, write: Write): Promise<void> {
    const left = await writeRows(rows, (part) => write(++this.#flush, ...part), this.#rejected);
    if (!left) return;
    for (const { hours, refused, sources } of left.rows) {
      this.hours.putBack(hours);
      this.ledger.putBack(refused);
      this.sources.putBack(sources);
    }
    throw left.error;
  }
}
