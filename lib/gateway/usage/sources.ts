import { networkOf } from "../../platform/ip-allowlist/network";
import { OTHER } from "./refusal-counts";

/**
 * Accepted requests of one key from one source on one day (UTC), as this run of the gateway saw
 * them.
 */
export type SourceDay = {
  run: string;
  key: number;
  day: number;
  source: string;
  count: number;
  lastAt: number;
  written: boolean;
};

const DAY_MS = 24 * 60 * 60 * 1_000;
export const MAX_SOURCES = 100;
/** About 10 MB. Requests beyond it are still counted by hour, but shown without their source. */
const MAX_ROWS = 50_000;

/**
 * Counts a key's accepted requests by source and day.
 *
 * Promise: a row that was written is only written again with a higher count. For each key and day
 * 100 sources are kept apart (an IPv6 network of 64 bits is one source, because one machine owns
 * all of it), and further ones are counted as "other", so that a client with many addresses cannot
 * fill the memory. A clock that is set back must not continue an earlier day: it begins a new run,
 * which has rows of its own.
 */
export class Sources {
  #run: string;
  #day = 0;
  #keys = new Map<number, Map<string, SourceDay>>();
  #rows = 0;
  #unwritten = new Set<SourceDay>();
  readonly #newRun: () => string;
  readonly #most: number;

  constructor(newRun: () => string, most = MAX_ROWS) {
    this.#newRun = newRun;
    this.#run = newRun();
    this.#most = most;
  }

  count(key: number, address: string, now: number): void {
    if (now < this.#day || now >= this.#day + DAY_MS) this.#turn(now - (now % DAY_MS));
    const row = this.#rowOf(key, networkOf(address));
    if (!row) return;
    row.count++;
    row.lastAt = now;
    this.#unwritten.add(row);
  }

  take(most: number): SourceDay[] {
    const taken: SourceDay[] = [];
    for (const row of this.#unwritten) {
      if (taken.length === most) break;
      this.#unwritten.delete(row);
      row.written = true;
      taken.push(row);
    }
    return taken;
  }

  putBack(rows: readonly SourceDay[]): void {
    for (const row of rows) this.#unwritten.add(row);
  }

  /** The clock was behind by this much. Moves the counts that are not written anywhere yet. */
  shift(behind: number): void {
    for (const row of this.#unwritten) {
      if (row.written) continue;
      row.day += Math.floor(behind / DAY_MS) * DAY_MS;
      row.lastAt += behind;
    }
    this.#turn(0);
  }

  get waiting(): number {
    return this.#unwritten.size;
  }

  #rowOf(key: number, network: string): SourceDay | null {
    let sources = this.#keys.get(key);
    if (!sources) {
      sources = new Map();
      this.#keys.set(key, sources);
    }
    const known = sources.get(network);
    if (known) return known;
    const source = sources.size < MAX_SOURCES ? network : OTHER;
    const other = source === OTHER ? sources.get(OTHER) : undefined;
    if (other || this.#rows >= this.#most) return other ?? sources.get(OTHER) ?? null;
    const row = { run: this.#run, key, day: this.#day, source, count: 0, lastAt: 0, written: false };
    sources.set(source, row);
    this.#rows++;
    return row;
  }

  #turn(day: number): void {
    if (day < this.#day) this.#run = this.#newRun();
    this.#day = day;
    this.#keys = new Map();
    this.#rows = this.#unwritten.size;
  }
}
