import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ActiveKeys } from "../cache/active-keys";
import type { KeyCache } from "../cache/key-cache";
import type { OpenedSecrets } from "../cache/opened-secrets";
import type { Usage } from "../usage/usage";

export type Metrics = {
  /**
   * A request was answered, or its client was gone, this many milliseconds after it began; null
   * if nothing that arrived was a request.
   */
  answered(outcome: string, milliseconds: number | null): void;
  /** A connection was closed as soon as it opened. `kind` is the limit. */
  connectionRefused(kind: string): void;
  pollFailed(): void;
  usageFailed(): void;
  /** The outcome of a forwarded request: a word from a closed list. */
  forwarded(outcome: string): void;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
};

type Watched = {
  keyCache: Pick<KeyCache, "isFresh" | "ageMs" | "sizes" | "lapses">;
  activeKeys: Pick<ActiveKeys, "size">;
  secrets: Pick<OpenedSecrets, "opened">;
  usage: Pick<Usage, "waiting" | "lost">;
};

const NAMESPACE = "countersign_gateway_";
/** From the answer with a cached key to the longest request. */
const BUCKETS = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The metrics for Prometheus. Labels are closed lists of our own. No key, merchant, address or
 * path is a label, so the metrics never single out one client's requests, and no client can
 * create a series.
 */
export function createMetrics({ keyCache, activeKeys, secrets, usage }: Watched): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string) => new Counter({ name: NAMESPACE + name, help, registers });
  // Counted in a map and copied on collection: the library takes several times as long to count
  // with a label.
  const by = (label: string, name: string, help: string) => {
    const counts = new Map<string, number>();
    new Counter({
      ...{ name: NAMESPACE + name, help, registers, labelNames: [label] },
      collect() {
        this.reset();
        for (const [value, count] of counts) this.inc({ [label]: value }, count);
      },
    });
    return (value: string) => void counts.set(value, (counts.get(value) ?? 0) + 1);
  };
  const counted = (name: string, help: string, read: () => number) =>
    new Counter({
      ...{ name: NAMESPACE + name, help, registers },
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name: NAMESPACE + name, help, registers },
      collect() {
        this.set(read());
      },
    });

  const requests = by("outcome", "requests_total", "Requests, by the code of what they were answered");
  const duration = new Histogram({
    ...{ name: `${NAMESPACE}request_duration_seconds`, help: "From the end of a request's headers to its answer" },
    ...{ buckets: BUCKETS, registers },
  });
  const connectionsRefused = by(
    "kind",
    "connections_refused_total",
    "Connections closed as soon as they were open, by the limit they were past",
  );
  const pollFailures = counter("poll_failures_total", "Renewals of the lease that failed");
  const usageFailures = counter("usage_failures_total", "Writes of usage that failed; they are repeated");
  const forwards = by("outcome", "upstream_total", "Requests handed on, by what became of them");
  gauge("ready", "1 while there is a lease to answer by", () => Number(keyCache.isFresh()));
  gauge(
    "lease_age_seconds",
    "Since the last answered renewal was sent; NaN before the first",
    () => keyCache.ageMs() / 1_000,
  );
  counted("lease_lapses_total", "Leases that ended before they were renewed", () => keyCache.lapses);
  counted(
    "secrets_opened_total",
    "Secrets that were opened; each is opened once, however often its key is read",
    () => secrets.opened,
  );
  gauge("active_keys", "Keys known to be active; NaN while they are being read", () => activeKeys.size);
  gauge("usage_waiting", "Rows of usage that are not written yet", () => usage.waiting);
  gauge("usage_lost", "Requests counted under no key, because the database was away for too long", () => usage.lost);
  new Gauge({
    ...{
      name: `${NAMESPACE}cache_entries`,
      help: "Keys remembered, by whether they exist",
      registers,
      labelNames: ["kind"],
    },
    collect() {
      for (const [kind, size] of Object.entries(keyCache.sizes())) this.set({ kind }, size);
    },
  });

  return {
    answered(outcome, milliseconds) {
      requests(outcome);
      if (milliseconds !== null) duration.observe(milliseconds / 1_000);
    },
    connectionRefused: connectionsRefused,
    pollFailed: () => pollFailures.inc(),
    usageFailed: () => usageFailures.inc(),
    forwarded: forwards,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
