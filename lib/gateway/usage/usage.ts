import { randomUUID } from "node:crypto";
import type { KeyFinder, Owned } from "../auth/key-finder";
import type { SentSecrets } from "../auth/sent-secrets";
import { WakeUp } from "../cache/wake-up";
import type { Outcome } from "../gateway";
import { ACCEPTED, columnIndexOf } from "./columns";
import type { Evidence } from "./evidence";
import { Explainer } from "./explainer";
import { FirstRequests } from "./first-requests";
import { type Minute, MinuteCounts } from "./minute-counts";
import { type RefusalCount as Counted, RefusalCounts } from "./refusal-counts";
import { type SourceDay, Sources } from "./sources";

/** The most rows in one statement. */
const MAX_ROWS = 5_000;

/**
 * A smaller deviation of the clock is not corrected: the database stores no time later than its
 * own.
 */
const SAME_MS = 1_000;

/**
 * SQLSTATE classes of rows that the database does not accept: a value it cannot store, a violated
 * rule, one row twice.
 */
const OF_THE_ROWS = /^2[123]/;

const WITHOUT_A_KEY: ReadonlySet<string> = new Set(["bad_header_key", "too_many_requests"]);

type Rows = { minutes: Minute[]; refused: Counted[]; sources: SourceDay[] };
export type Write = (flush: number, minutes: Minute[], refused: Counted[], sources: SourceDay[]) => Promise<void>;

/** Stored as a reason of its own, so that no later mistake from the same address replaces it. */
const SECRET_SENT = "secret_sent";

type Refusing = { outcome: Outcome["outcome"]; source: string; now: number; place: number };

/** Finds the key of a refused request if the ladder did not get that far. */
export type Owners = { finder: Pick<KeyFinder, "ownerOf">; sent: Pick<SentSecrets, "find"> };
const NOBODY: Owners = { finder: { ownerOf: () => null }, sent: { find: () => null } };

/**
 * Counts the outcomes of requests in memory and writes them every few seconds.
 *
 * Promise: counting neither delays a request nor makes it fail. A crash loses the counts since
 * the last write, and nothing is counted twice.
 */
export class Usage {
  readonly minutes: MinuteCounts;
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
  /** Refusals whose key is being looked for. */
  readonly #finding = new Set<Promise<void>>();
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
    this.minutes = new MinuteCounts(newId);
    this.ledger = new RefusalCounts(newId);
    this.sources = new Sources(newId);
    this.#explainer = new Explainer(otherSecrets);
    this.#now = now;
  }

  /** Call this when a request was answered. */
  record({ outcome, keyNumber, evidence }: Outcome, address: string | null): void {
    if (keyNumber === undefined) return;
    const now = this.#now();
    const place = columnIndexOf(outcome);
    const source = address ?? "unreadable";
    if (place !== ACCEPTED) this.#refuse({ outcome, source, now, place }, keyNumber, evidence);
    else if (keyNumber !== null) this.#accept(keyNumber, source, now);
  }

  #accept(key: number, source: string, now: number): void {
    this.minutes.count(key, ACCEPTED, source, now);
    this.sources.count(key, source, now);
    this.#first.see(key, true, now);
  }

  #refuse(what: Refusing, keyNumber: number | null, evidence: Evidence | undefined): void {
    const sent = evidence ? this.#owners.sent.find(evidence.request.headers) : null;
    if (sent) return void this.#count(what, sent, SECRET_SENT);
    if (keyNumber !== null) {
      const entry = this.#count(what, { number: keyNumber, mistake: null });
      if (evidence)
        this.#explainer.consider(evidence, what.now, (mistake, at) => entry && this.#explain(entry, mistake, at));
      return;
    }
    const owner = evidence ? this.#owners.finder.ownerOf(evidence.request.headers, what.now) : null;
    if (!(owner instanceof Promise)) return void this.#count(what, owner);
    const finding = owner
      .catch(() => null)
      .then((owner) => void this.#count(what, owner))
      .finally(() => this.#finding.delete(finding));
    this.#finding.add(finding);
  }

  /**
   * A mistake is found after its refusal was counted, and somebody may be waiting to see it too.
   */
  #explain(entry: Counted, mistake: string | null, at: number): void {
    this.ledger.explain(entry, mistake, at);
    if (entry.key !== null) this.#firstLook.see(entry.key, false, at);
  }

  /**
   * Requests with a key that does not exist are counted by source. Requests without any key are
   * not counted.
   */
  #count({ outcome, source, now, place }: Refusing, owner: Owned | null, reason: string = outcome): Counted | null {
    if (owner) this.minutes.count(owner.number, place, source, now);
    else if (!WITHOUT_A_KEY.has(outcome)) return null;
    const entry = this.ledger.count(owner?.number ?? null, reason, source, now);
    if (owner) this.#first.see(owner.number, false, now);
    if (owner?.mistake) this.ledger.explain(entry, owner.mistake, now);
    return entry;
  }

  /** Rows that are not written yet, and refusals whose key is being looked for. */
  get waiting(): number {
    return this.#rows + this.#finding.size;
  }

  get #rows(): number {
    return this.minutes.waiting + this.ledger.waiting + this.sources.waiting;
  }

  /** Requests counted under no key. */
  get lost(): number {
    return this.minutes.lost;
  }

  /** The clock was behind by this many milliseconds. */
  shift(behind: number): void {
    if (Math.abs(behind) < SAME_MS) return;
    this.minutes.shift(behind);
    this.ledger.shift(behind);
    this.sources.shift(behind);
  }

  /**
   * Writes all waiting rows. If the database fails, it throws the error, and all rows wait again.
   * If the database does not accept some row, the rows are halved until that row is alone. It is
   * then dropped, so that it blocks no other row.
   */
  async flush(write: Write): Promise<void> {
    await Promise.all(this.#finding);
    this.ledger.sweep(this.#now());
    while (this.#rows > 0) {
      const [minutes, refused, sources] = [
        this.minutes.take(MAX_ROWS, this.#now()),
        this.ledger.take(MAX_ROWS),
        this.sources.take(MAX_ROWS),
      ];
      await this.#writeAll({ minutes, refused, sources }, write);
    }
  }

  async #writeAll(all: Rows, write: Write): Promise<void> {
    const parts = [all];
    for (let rows = parts.pop(); rows; rows = parts.pop()) {
      try {
        await write(++this.#flush, rows.minutes, rows.refused, rows.sources);
      } catch (error) {
        if (isOfTheRows(error)) {
          if (sizeOf(rows) > 1) parts.push(...halves(rows));
          else this.#rejected(error);
          continue;
        }
        for (const { minutes, refused, sources } of [rows, ...parts]) {
          this.minutes.putBack(minutes);
          this.ledger.putBack(refused);
          this.sources.putBack(sources);
        }
        throw error;
      }
    }
  }
}

const sizeOf = ({ minutes, refused, sources }: Rows): number => minutes.length + refused.length + sources.length;

/** First by kind, then in the middle. */
function halves(rows: Rows): Rows[] {
  const none: Rows = { minutes: [], refused: [], sources: [] };
  const kinds = (["minutes", "refused", "sources"] as const).filter((kind) => rows[kind].length > 0);
  if (kinds.length > 1) return kinds.map((kind) => ({ ...none, [kind]: rows[kind] }));
  const half = Math.ceil(sizeOf(rows) / 2);
  return [
    {
      minutes: rows.minutes.slice(0, half),
      refused: rows.refused.slice(0, half),
      sources: rows.sources.slice(0, half),
    },
    { minutes: rows.minutes.slice(half), refused: rows.refused.slice(half), sources: rows.sources.slice(half) },
  ];
}

/** A RangeError means an invalid time. */
const isOfTheRows = (error: unknown): boolean =>
  error instanceof RangeError || (error instanceof Error && "code" in error && OF_THE_ROWS.test(String(error.code)));
