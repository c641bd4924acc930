import { randomUUID } from "node:crypto";
import type { KeyFinder, Owned } from "../auth/key-finder";
import type { SentSecrets } from "../auth/sent-secrets";
import { WakeUp } from "../cache/wake-up";
import type { Outcome } from "../gateway";
import { FirstOfAKind } from "../usage-first";
import { type SourceDay, Sources } from "../usage-sources";
import { ACCEPTED, focusTarget } from "./columns";
import type { Evidence } from "./evidence";
import { Explainer } from "./explainer";
import { type Minute, MinuteCounts } from "./minute-counts";
import { type RefusalCount as Counted, RefusalCounts } from "./refusal-counts";

/** At most this many rows go in one statement. */
const MOST_ROWS = 5_000;

/** A clock that is off by less is not corrected: the database takes nothing for later than its own time. */
const SAME_MS = 1_000;

/** What the database says of rows it does not take: a value it cannot hold, a rule it breaks, one row twice. */
const OF_THE_ROWS = /^2[123]/;

const WITHOUT_A_KEY: ReadonlySet<string> = new Set(["bad_header_key", "too_many_requests"]);

type Rows = { minutes: Minute[]; refused: Counted[]; sources: SourceDay[] };
export type Write = (flush: number, minutes: Minute[], refused: Counted[], sources: SourceDay[]) => Promise<void>;

/** Written down as a reason of its own: no later mistake from the same address takes its place. */
const SECRET_SENT = "secret_sent";

type Refusing = { outcome: Outcome["outcome"]; source: string; now: number; place: number };

/** Tells whose a refused request is where the ladder did not come so far. */
export type Owners = { finder: Pick<KeyFinder, "ownerOf">; sent: Pick<SentSecrets, "find"> };
const NOBODY: Owners = { finder: { ownerOf: () => null }, sent: { find: () => null } };

/**
 * What became of requests, counted in memory and written down every few seconds.
 *
 * Promise: counting costs a request no wait and never fails it, a crash loses what was counted since the last write, and nothing is counted twice.
 */
export class Usage {
  readonly minutes: MinuteCounts;
  readonly ledger: RefusalCounts;
  readonly sources: Sources;
  /** Ends the wait for the next write: somebody may be waiting to see what was counted. */
  readonly news = new WakeUp();
  readonly #first = new FirstOfAKind(() => this.news.give());
  readonly #firstLook = new FirstOfAKind(() => this.news.give());
  readonly #explainer: Explainer;
  readonly #now: () => number;
  readonly #spoilt: (error: unknown) => void;
  readonly #owners: Owners;
  /** Refusals whose key is being looked for. */
  readonly #finding = new Set<Promise<void>>();
  #flush = 0;

  /** @param spoilt told of each row that the database does not take, which is dropped */
  constructor(
    otherSecrets: ConstructorParameters<typeof Explainer>[0],
    now: () => number = Date.now,
    newId: () => string = randomUUID,
    spoilt: (error: unknown) => void = () => undefined,
    owners: Owners = NOBODY,
  ) {
    this.#owners = owners;
    this.#spoilt = spoilt;
    this.minutes = new MinuteCounts(newId);
    this.ledger = new RefusalCounts(newId);
    this.sources = new Sources(newId);
    this.#explainer = new Explainer(otherSecrets);
    this.#now = now;
  }

  /** To be called when a request was answered. */
  record({ outcome, keyNumber, evidence }: Outcome, address: string | null): void {
    if (keyNumber === undefined) return;
    const now = this.#now();
    const place = focusTarget(outcome);
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
      if (evidence) this.#explainer.consider(evidence, what.now, (mistake, at) => entry && this.#explain(entry, mistake, at));
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

  /** What a look found comes after the refusal itself, and is waited for with it. */
  #explain(entry: Counted, mistake: string | null, at: number): void {
    this.ledger.explain(entry, mistake, at);
    if (entry.key !== null) this.#firstLook.see(entry.key, false, at);
  }

  /** Whoever asks with keys that do not exist is counted by where it comes from; without any key at all, not. */
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

  /** The clock was behind by so many milliseconds. */
  shift(behind: number): void {
    if (Math.abs(behind) < SAME_MS) return;
    this.minutes.shift(behind);
    this.ledger.shift(behind);
    this.sources.shift(behind);
  }

  /**
   * Writes what is waiting. Throws what the database throws; then everything waits again. Rows it does not take are halved until the one it is about
   * is alone, and that is dropped: it keeps no other from being written.
   */
  async flush(write: Write): Promise<void> {
    await Promise.all(this.#finding);
    this.ledger.sweep(this.#now());
    while (this.#rows > 0) {
      const [minutes, refused, sources] = [
        this.minutes.take(MOST_ROWS, this.#now()),
        this.ledger.take(MOST_ROWS),
        this.sources.take(MOST_ROWS),
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
          else this.#spoilt(error);
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
    { minutes: rows.minutes.slice(0, half), refused: rows.refused.slice(0, half), sources: rows.sources.slice(0, half) },
    { minutes: rows.minutes.slice(half), refused: rows.refused.slice(half), sources: rows.sources.slice(half) },
  ];
}

/** A RangeError is a time that is none. */
const isOfTheRows = (error: unknown): boolean =>
  error instanceof RangeError || (error instanceof Error && "code" in error && OF_THE_ROWS.test(String(error.code)));
