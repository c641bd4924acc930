import { markdown, type Row, ratio, rowOf, type Sample, table } from "./figures";
import { goalCell } from "./goals";
import { BARE, GATEWAY, HMAC, HMAC_AND_JSON, NGINX, ON_BUN, WORKERS } from "./servers";

/** Every window measured so far, by its row. */
export class Samples {
  readonly #all = new Map<string, Sample[]>();

  add(name: string, sample: Sample): void {
    this.#all.set(name, [...this.of(name), sample]);
  }

  of(name: string): Sample[] {
    return this.#all.get(name) ?? [];
  }

  /** The names of the rows that begin with these words, without them. */
  after(words: string): string[] {
    return [...this.#all.keys()].filter((name) => name.startsWith(words)).map((name) => name.slice(words.length));
  }

  rows(): Row[] {
    return [...this.#all].map(([name, samples]) => rowOf(name, samples));
  }
}

export const EMPTY_PAGE = "Empty dynamic page of the same Next";
export const PAGE_OF_KEYS = "API keys page, 25 keys";
export const PAGE_OF_OVERVIEW = "Overview page";
export const FORWARDING = "Countersign gateway, forwarding";
export const UNDICI = "undici, forwarding without authentication";
export const LOGGED = "Countersign gateway, each request logged to a pipe";
export const NOT_LOGGED = "Countersign gateway, LOG_LEVEL=silent";
const COLD = "Cold look-ups, ";
export const halfOfPeak = (name: string) => `${name}, 240 B, half of the peak`;

export const [QUIET, BUSY] = ["quiet", "beside a busy process"] as const;
export const cpuRow = (name: string, size: string, state: string) => `${name}, ${size}, ${state}`;

/** The figures that have goals, by name, without those that were not measured. */
export function ratios(samples: Samples, facts: Record<string, number> = {}): Record<string, number> {
  const between = (figure: keyof Sample, a: string, b: string) => ratio(figure, samples.of(a), samples.of(b));
  const cpuOf = ([size, state]: [string, string]) =>
    [HMAC, HMAC_AND_JSON].map((peer) => {
      const name = `CPU, gateway / ${peer.replace("node:http + ", "")}, ${size}, ${state}`;
      return [name, between("cpuUs", cpuRow(GATEWAY, size, state), cpuRow(peer, size, state))] as const;
    });
  const [few = "", many = ""] = samples.after(COLD);
  const cells = ["240 B", "1 MiB"].flatMap((size) => [QUIET, BUSY].map((state): [string, string] => [size, state]));
  const all = {
    ...Object.fromEntries(cells.flatMap(cpuOf)),
    "gateway / HMAC, 240 B, req/s": between("rps", `${GATEWAY}, 240 B`, `${HMAC}, 240 B`),
    "gateway / HMAC, 240 B, CPU": between("cpuUs", `${GATEWAY}, 240 B`, `${HMAC}, 240 B`),
    "gateway / HMAC, 240 B, p99 at half of the peak": between("p99Ms", halfOfPeak(GATEWAY), halfOfPeak(HMAC)),
    "gateway / HMAC + JSON.parse, 64 KiB, req/s": between("rps", `${GATEWAY}, 64 KiB`, `${HMAC_AND_JSON}, 64 KiB`),
    "gateway / HMAC + JSON.parse, 1 MiB, req/s": between("rps", `${GATEWAY}, 1 MiB`, `${HMAC_AND_JSON}, 1 MiB`),
    "2 workers / 1, on one processor, 240 B, CPU": between("cpuUs", `${WORKERS}, 240 B`, `${GATEWAY}, 240 B`),
    "gateway / bare node:http, 240 B, req/s": between("rps", `${GATEWAY}, 240 B`, `${BARE}, 240 B`),
    "gateway / nginx + Lua, 240 B, req/s": between("rps", `${GATEWAY}, 240 B`, `${NGINX}, 240 B`),
    "gateway on Bun / nginx + Lua, 240 B, req/s": between("rps", `${ON_BUN}, 240 B`, `${NGINX}, 240 B`),
    "gateway on Bun / gateway, 240 B, req/s": between("rps", `${ON_BUN}, 240 B`, `${GATEWAY}, 240 B`),
    "gateway / undici, forwarding 240 B, req/s": between("rps", `${FORWARDING}, 240 B`, `${UNDICI}, 240 B`),
    "gateway / undici, forwarding 240 B, CPU": between("cpuUs", `${FORWARDING}, 240 B`, `${UNDICI}, 240 B`),
    "gateway / undici, forwarding 64 KiB, req/s": between("rps", `${FORWARDING}, 64 KiB`, `${UNDICI}, 64 KiB`),
    "API keys / empty page, req/s": between("rps", PAGE_OF_KEYS, EMPTY_PAGE),
    "API keys / empty page, CPU": between("cpuUs", PAGE_OF_KEYS, EMPTY_PAGE),
    "overview / empty page, req/s": between("rps", PAGE_OF_OVERVIEW, EMPTY_PAGE),
    [`cold look-ups, ${many} / ${few}, time`]: between("p50Ms", `${COLD}${many}`, `${COLD}${few}`),
    [`cold look-ups, ${many} / ${few}, gateway's CPU`]: between("cpuUs", `${COLD}${many}`, `${COLD}${few}`),
    [`hot requests, ${many} / ${few}, req/s`]: between("rps", `Hot requests, ${many}`, `Hot requests, ${few}`),
    "logged to a pipe / not logged, req/s": between("rps", LOGGED, NOT_LOGGED),
    "logged to a pipe / not logged, CPU": between("cpuUs", LOGGED, NOT_LOGGED),
    ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, Math.round(value * 1_000) / 1_000])),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, number] => entry[1] !== null));
}

/** Both tables of docs/performance.md. */
export function reportTables(samples: Samples, facts: Record<string, number> = {}): string {
  const figures = Object.entries(ratios(samples, facts)).map(([name, value]) => [
    name,
    value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    goalCell(name, value),
  ]);
  return [table(samples.rows()), "", markdown(["figure", "measured", "goal"], figures)].join("\n");
}
