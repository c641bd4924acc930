/** One measured window of one server. */
export type Sample = { rps: number; p50Ms: number; p99Ms: number; cpuUs: number; rssMb: number };
export type Row = { name: string } & Sample;

const FIGURES = ["rps", "p50Ms", "p99Ms", "cpuUs", "rssMb"] as const;
type Figure = (typeof FIGURES)[number];

/** The middle value, or the mean of the two middle ones. Throws on an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new Error("no figures, no median");
  return (low + high) / 2;
}

/**
 * The smallest value that at least this share of the values does not exceed. Throws on an empty
 * list.
 */
export function quantile(values: readonly number[], share: number): number {
  const value = values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)];
  if (value === undefined) throw new Error("no figures, no quantile");
  return value;
}

/** The median of the rounds, figure by figure. */
export function rowOf(name: string, samples: readonly Sample[]): Row {
  const of = (figure: Figure) => rounded(median(samples.map((sample) => sample[figure])), figure);
  return { name, rps: of("rps"), p50Ms: of("p50Ms"), p99Ms: of("p99Ms"), cpuUs: of("cpuUs"), rssMb: of("rssMb") };
}

/**
 * One server's figure relative to another's: the median of the rounds' ratios, because two servers
 * in the same round met the same conditions. Null if either was not measured, or not equally
 * often.
 */
export function ratio(figure: Figure, samples: readonly Sample[] = [], others: readonly Sample[] = []): number | null {
  if (samples.length === 0 || samples.length !== others.length) return null;
  return (
    Math.round(median(samples.map((sample, round) => sample[figure] / (others[round] as Sample)[figure])) * 1_000) /
    1_000
  );
}

export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, ...figures }) => [name, ...FIGURES.map((figure) => shown(figures[figure], figure))]);
  return markdown(["server", "req/s", "p50 ms", "p99 ms", "CPU µs/req", "RSS MB"], lines);
}

/** A Markdown table. All columns but the first are aligned to the right. */
export function markdown(head: readonly string[], lines: readonly string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const drawn = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => `${"-".repeat(width + 1)}${column === 0 ? "-" : ":"}`).join("|")}|`;
  return [drawn(head), rule, ...lines.map(drawn)].join("\n");
}

const DIGITS: Record<Figure, number> = { rps: 0, p50Ms: 2, p99Ms: 2, cpuUs: 1, rssMb: 0 };

const rounded = (value: number, figure: Figure) => Math.round(value * 10 ** DIGITS[figure]) / 10 ** DIGITS[figure];

const shown = (value: number, figure: Figure) =>
  value.toLocaleString("en", { minimumFractionDigits: DIGITS[figure], maximumFractionDigits: DIGITS[figure] });
