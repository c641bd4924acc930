import type { KeyRing } from "../crypto/key-ring";
import type { ActiveKeys } from "./active-keys";
import { atMost } from "./at-most";
import type { Full } from "./connection-limits";
import { DatabaseClock } from "./database-clock";
import { KeyFinder } from "./key-finder";
import type { Leases } from "./leases";
import { createMetrics } from "./metrics";
import { serveMetrics } from "./metrics-server";
import type { OpenedSecrets } from "./opened-secrets";
import type { SentSecrets } from "./sent-secrets";
import type { Answered } from "./server";
import { Usage, type Write } from "./usage";
import { openUsageDatabase } from "./usage-database";
import { warmUp } from "./usage-explainer";
import { startFlushing } from "./usage-flusher";

type Settings = {
  databaseUrl: string;
  privateKeys: KeyRing;
  leases: Leases;
  sent: SentSecrets;
  activeKeys: Pick<ActiveKeys, "size">;
  secrets: Pick<OpenedSecrets, "opened">;
  host: string;
  /** Null: no metrics. */
  metricsPort: number | null;
  ready(): boolean;
  failed(error: unknown): void;
};

/** A connection that is silent is not waited for. */
const CLOSING_MS = 1_000;

export type Recording = {
  answered: Answered;
  /** A connection was closed because of a limit. */
  connectionRefused(full: Full): void;
  pollFailed(): void;
  metricsPort: number | null;
  /** To be called after the last answer. Writes down what is left. */
  stop(): Promise<void>;
};

/** What a gateway keeps of the requests it answered: usage in the database, metrics for whoever reads them. Neither keeps a request waiting. */
export async function startRecording({
  databaseUrl,
  privateKeys,
  leases,
  sent,
  activeKeys,
  secrets,
  host,
  metricsPort,
  ready,
  failed,
}: Settings): Promise<Recording> {
  const database = openUsageDatabase(databaseUrl, privateKeys, failed);
  const clock = new DatabaseClock();
  const finder = new KeyFinder((key) => leases.remembered(key), database.findKeys);
  const usage = new Usage(database.otherSecrets, clock.now, undefined, failed, { finder, sent });
  setImmediate(warmUp);
  const metrics = metricsPort === null ? null : createMetrics({ leases, activeKeys, secrets, usage });
  const served = metrics && (await serveMetrics(metrics, ready, host, metricsPort ?? 0));
  const onItsClock = {
    news: usage.news,
    async flush(write: Write) {
      if (usage.waiting > 0) usage.shift(await clock.ask(database.now));
      await usage.flush(write);
    },
  };
  const flushing = startFlushing(onItsClock, database.write, (error) => {
    metrics?.usageFailed();
    failed(error);
  });
  return {
    answered(outcome, source, milliseconds, upstream) {
      metrics?.answered(outcome?.outcome ?? "client_gone", milliseconds);
      if (upstream !== undefined) metrics?.forwarded(upstream);
      if (outcome) usage.record(outcome, source);
    },
    connectionRefused: (full) => metrics?.connectionRefused(full),
    pollFailed: () => metrics?.pollFailed(),
    metricsPort: served?.port ?? null,
    async stop() {
      await flushing.stop();
      await Promise.all([atMost(CLOSING_MS, database.close()), served?.stop()]);
    },
  };
}
